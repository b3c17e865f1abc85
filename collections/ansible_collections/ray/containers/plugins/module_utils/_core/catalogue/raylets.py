# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-212 to RC-233: what can be wrong with the raylets' settings, before any host is touched. The rules: `_core.raylet.rules`.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["ENTRIES"]

COUNT = Entry(
    code="RC-212",
    title="A number of CPUs or GPUs cannot be meant",
    severity="error",
    cause="Ray counts whole CPUs and GPUs of a node, and none below 0; fractions are what a replica may ask for.",
    remedy="Give a whole number, or leave it out for all that the node has",
    source="Ray 2.60.0 scripts/scripts.py: --num-cpus and --num-gpus are int; _private/resource_and_label_spec.py",
)
MEMORY_UNIT = Entry(
    code="RC-213",
    title="The size of the object store is not an amount of memory",
    severity="error",
    cause="A size is a number of bytes, or a number with a unit.",
    remedy="Write bytes, or a number with one of KB, MB, GB, TB (powers of 1000) or KiB, MiB, GiB, TiB (powers of 1024)",
    source="this collection, module raylet, option object_store_memory",
)
MEMORY_TOO_SMALL = Entry(
    code="RC-214",
    title="The object store is too small",
    severity="error",
    cause="Ray takes no object store below 75 MiB, and its raylet does not start.",
    remedy="Give 75MiB or more, or leave it out for 30 % of the node's memory",
    source="Ray 2.60.0 _private/ray_constants.py: OBJECT_STORE_MINIMUM_MEMORY_BYTES",
)
RESOURCE_NAME = Entry(
    code="RC-215",
    title="A custom resource has a name that is taken",
    severity="error",
    cause="Ray has options of its own for CPUs, GPUs and memory, and makes the resources that begin with node: itself.",
    remedy="Use ray_num_cpus, ray_num_gpus or ray_object_store_memory, or choose another name",
    source="Ray 2.60.0 scripts/scripts.py `start`; _private/resource_and_label_spec.py `_resolve_resources`",
)
RESOURCE_AMOUNT = Entry(
    code="RC-216",
    title="The amount of a custom resource cannot be meant",
    severity="error",
    cause="Ray takes whole numbers from 0 to 100e12 for what a node has; its raylet does not start with any other.",
    remedy="Give a whole number; a replica may ask for fractions of it",
    source="Ray 2.60.0 _private/resource_and_label_spec.py `to_resource_dict`; ray_constants.MAX_RESOURCE_QUANTITY",
)
PORT_NAME = Entry(
    code="RC-217",
    title="A raylet has no port of that name",
    severity="error",
    cause="The ports of a raylet have names, and this is none of them.",
    remedy="Choose from the names in the documentation of ray.containers.raylet, option ports",
    source="this collection, module raylet, option ports",
)
PORT_RANGE = Entry(
    code="RC-218",
    title="A raylet's port is out of range",
    severity="error",
    cause="Ray takes ports from 1024 to 65535; with 0 it would choose one, which no firewall could know.",
    remedy="Give a whole number from 1024 to 65535",
    source="Ray 2.60.0 _private/parameter.py `_check_usage`",
)
WORKER_PORTS = Entry(
    code="RC-219",
    title="The range of the workers' ports is empty or too small",
    severity="error",
    cause="Every worker process, which a replica is, listens on a port of its own from that range.",
    remedy="Let worker_maximum be above worker_minimum by at least as many as the node has CPUs",
    source="Ray 2.60.0 src/ray/raylet/worker_pool.cc: a worker without a free port is not started",
)
PORT_TWICE = Entry(
    code="RC-220",
    title="Two ports of a raylet are the same",
    severity="error",
    cause="Two processes of the node would listen on one port, and the second would not come up.",
    remedy="Give each a port of its own, outside of the workers' range",
    source="Ray 2.60.0 _private/parameter.py `update_pre_selected_port`",
)
ARGUMENT_FORM = Entry(
    code="RC-221",
    title="A start argument is not one option of ray start",
    severity="error",
    cause="Each entry of the list is one word of a command line, and goes to the program as it stands.",
    remedy="Write --name or --name=value, one option in each entry",
    source="this collection, module raylet, option start_arguments",
)
ARGUMENT_OWNED = Entry(
    code="RC-222",
    title="A start argument contradicts what the collection sets",
    severity="error",
    cause="The collection gives this option itself, or would not work with another value of it.",
    remedy="Remove it, and use the variable that there is for it",
    source="this collection, _core/raylet/command.py; Ray 2.60.0 scripts/scripts.py `start`",
)
ARGUMENT_SECRET = Entry(
    code="RC-223",
    title="A start argument holds a secret",
    severity="error",
    cause="Every user of the node can read the command lines of its processes.",
    remedy="Remove it: the head keeps its state on its own disk, without Redis",
    source="Ray 2.60.0 scripts/scripts.py: --redis-password; proc(5)",
)
ARGUMENT_UNKNOWN = Entry(
    code="RC-224",
    title="ray start may not know an argument",
    severity="warning",
    cause="Ray 2.60.0 has no option of this name and does not start with it; another version may.",
    remedy="Compare it with `ray start --help` of the version in ray_version",
    source="Ray 2.60.0 scripts/scripts.py `start`",
)
ADDRESS = Entry(
    code="RC-225",
    title="An address of a node is not one",
    severity="error",
    cause="Other nodes reach a raylet at one address of its host; a port, a network or a wildcard is none.",
    remedy="Give an IP address of the host, or a name of it, without a port",
    source="Ray 2.60.0 ray start --node-ip-address, --dashboard-host",
)
ADDRESS_LOOPBACK = Entry(
    code="RC-226",
    title="The other nodes would look for a node on themselves",
    severity="error",
    cause="A loopback address means another machine on every machine.",
    remedy="Set ansible_host or ray_node_ip_address to the address by which the other nodes reach it",
    source="Ray 2.60.0 ray start --node-ip-address",
)
ADDRESS_TWICE = Entry(
    code="RC-227",
    title="Two hosts have one address",
    severity="error",
    cause="Two raylets would run on one machine with the same ports, or one of them tell the others a wrong address.",
    remedy="Give each host its own ray_node_ip_address, or remove one of them from the inventory",
    source="Ray 2.60.0 ray start: one raylet with fixed ports for a machine",
)
DISAGREEMENT = Entry(
    code="RC-228",
    title="The hosts of a cluster do not agree",
    severity="error",
    cause="All nodes of a cluster join the head at one port, with one version of Ray.",
    remedy="Set it once, for the group ray_cluster",
    source="Ray 2.60.0 _private/utils.py `check_version_info`; ray start --address",
)
VARIABLE_NAME = Entry(
    code="RC-229",
    title="A variable of the raylet's environment cannot be set",
    severity="error",
    cause="The service's environment takes names of letters, digits and _, and values of one line.",
    remedy="Correct the name, or write the value in one line",
    source="systemd.exec(5), EnvironmentFile=",
)
TOKEN_IN_ENVIRONMENT = Entry(
    code="RC-230",
    title="The cluster's token is given in the environment",
    severity="error",
    cause="Ray passes its RAY_ variables on to application containers, where every user reads them in process lists.",
    remedy="Give it as ray_auth_token: Ray then mounts the file that it is in",
    source="Ray 2.60.0 _private/runtime_env/image_uri.py; _private/authentication",
)
DRAIN_TIMEOUT = Entry(
    code="RC-231",
    title="The time for draining is not a number of seconds",
    severity="error",
    cause="It is a whole number of seconds, with 0 for not draining at all.",
    remedy="Give a whole number of seconds, for instance 120",
    source="Ray 2.60.0 _private/ray_constants.py: RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S",
)
WRONG_KIND = Entry(
    code="RC-232",
    title="A setting of a raylet is of another kind",
    severity="error",
    cause="The variable holds a list where a mapping is meant, or the other way round.",
    remedy="Write it as the documentation of the role ray.containers.cluster shows it",
    source="this collection, roles/cluster/meta/argument_specs.yml",
)
DRAIN_TOO_SHORT = Entry(
    code="RC-233",
    title="Replicas are stopped before their replacements can be up",
    severity="warning",
    cause=(
        "Serve stops a replica of a draining node graceful_shutdown_timeout_s (20 by default) before the deadline, whether "
        "its replacement runs or not; and a container takes its time to start."
    ),
    remedy="Give 60 seconds or more, or 0 for not draining at all",
    source="Ray 2.60.0 serve/_private/deployment_state.py `_partition_groups_to_stop`",
)

#: Every entry of this family, by code.
ENTRIES: tuple[Entry, ...] = tuple(
    sorted((value for value in list(globals().values()) if isinstance(value, Entry)), key=lambda entry: entry.code)
)
