# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-472 to RC-479 and RC-490 to RC-494: why a deploy does not come to a good end, beside what the applications themselves say.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["ENTRIES"]

NOT_ASKED_FOR = Entry(
    code="RC-475",
    title="The deploy would remove an application that it was not asked to remove",
    severity="error",
    cause=(
        "Ray removes every application that the Serve config does not have, and with it what its users have. A file that was "
        "cut, or is another cluster's, would remove all."
    ),
    remedy="Put the application back into the Serve config, or ask for its removal: -e remove=NAME",
    source="Ray 2.60.0 serve/_private/application_state.py apply_app_configs",
)
NO_ROOM = Entry(
    code="RC-476",
    title="The cluster has no room for one more replica",
    severity="error",
    cause=(
        "A deployment is rolled so that a new replica runs before an old one stops. Without room for it, the new one would "
        "wait for ever."
    ),
    remedy=(
        "Free what is missing or add a node, or let the old replica stop first, -e ray_surge=false: requests then wait until "
        "the new one runs"
    ),
    source="Ray 2.60.0 serve/schema.py DeploymentSchema.max_surge_percent",
)
NO_ROOM_TO_REHEARSE = Entry(
    code="RC-477",
    title="The cluster has no room for a rehearsal",
    severity="error",
    cause="For the time of a rehearsal, one replica of each deployment of the new version runs beside the old one.",
    remedy="Free what is missing or add a node, or give -e ray_rehearse=auto, which rehearses where there is room",
    source="this collection: ray_rehearse of the role cluster",
)
NOT_ACCEPTED = Entry(
    code="RC-490",
    title="Serve's REST interface gives an answer that is not Ray's",
    severity="error",
    cause=(
        "Ray's dashboard answers 2xx when it takes a Serve config, and 400 or 5xx when it does not. Every other status comes "
        "from a reverse proxy in front of it or from another program, and means that nothing was deployed."
    ),
    remedy="Let dashboard_url name the dashboard of the head itself",
    source="Ray 2.60.0 dashboard/modules/serve/serve_head.py put_all_applications",
)
NOT_IMPORTED = Entry(
    code="RC-491",
    title="Ray on the head cannot import what the Serve config names",
    severity="error",
    cause=(
        "Request routers, autoscaling policies, gRPC servicer functions and the classes of deployment actors are imported by "
        "the dashboard, the controller and the proxies, which run in the nodes' own Ray and not in an image."
    ),
    remedy="Install it into Ray's environment on every node (ray_packages), or take what names it out of the Serve config",
    source="Ray 2.60.0 serve/config.py RequestRouterConfig, gRPCOptions.grpc_servicer_func_callable",
)
PROXY_NOT_HEALTHY = Entry(
    code="RC-492",
    title="A proxy of Serve does not become HEALTHY",
    severity="error",
    cause=(
        "The proxy listens for requests on its node. It cannot when another program has its port, or when it cannot import a "
        "gRPC servicer function; Serve starts it again and again, and calls the applications RUNNING all the same."
    ),
    remedy="Free the port on that node, or correct http_options or grpc_options in the Serve config",
    source="Ray 2.60.0 serve/_private/proxy_state.py",
)
NOT_TAKEN = Entry(
    code="RC-493",
    title="Serve does not have the Serve config that it was sent",
    severity="error",
    cause="The request was answered as if the config had been taken, but Serve tells another one.",
    remedy="Look what listens at dashboard_url, and at serve/controller_*.log in /tmp/ray/session_latest/logs on the head",
    source="Ray 2.60.0 serve/_private/controller.py apply_config",
)
GRPC_SILENT = Entry(
    code="RC-494",
    title="A gRPC proxy of Serve does not answer as it should",
    severity="error",
    cause="gRPC functions are configured, so every proxy must answer gRPC, too, and know the applications.",
    remedy="Look at serve/proxy_*.log in /tmp/ray/session_latest/logs on that node",
    source="Ray 2.60.0 serve/_private/proxy.py gRPCProxy",
)
NOT_WELL = Entry(
    code="RC-495",
    title="A new version starts, and is not well soon after",
    severity="error",
    cause=(
        "Serve asks each replica for its health, which its own check_health answers where it has one, and stops what is not well "
        "three times in a row. In a rehearsal it is asked once a second."
    ),
    remedy="Correct what its check_health finds, or look at serve/replica_*.log in /tmp/ray/session_latest/logs on its node",
    source="Ray 2.60.0 serve/_private/deployment_state.py check_health",
)

#: Every entry of this family, by code.
ENTRIES: tuple[Entry, ...] = (
    *(
        NOT_ASKED_FOR,
        NO_ROOM,
        NO_ROOM_TO_REHEARSE,
        NOT_ACCEPTED,
        NOT_IMPORTED,
        PROXY_NOT_HEALTHY,
        NOT_TAKEN,
        GRPC_SILENT,
        NOT_WELL,
    ),
)
