# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-140 to RC-159: the environment of the applications.

The rules that find them: `plugin_utils._serve_config.rules.environment`.
This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["ENTRIES"]

ENVIRONMENT_NOT_TEXT = Entry(
    code="RC-140",
    title="An environment variable is not text",
    severity="error",
    cause=(
        "Ray takes text only, and says so after the config was accepted; YAML reads 1, true, no and null as other "
        "things."
    ),
    remedy="Put the value in quotes",
    source="Ray 2.60.0 _private/runtime_env/validation.py parse_and_validate_env_vars",
)
ENVIRONMENT_NAME = Entry(
    code="RC-141",
    title="An environment variable has an impossible name",
    severity="error",
    cause=(
        "Ray puts the name unquoted on a shell line: anything but letters, digits and _ breaks or alters the command."
    ),
    remedy="Use letters, digits and underscores only, and do not begin with a digit",
    source="Ray 2.60.0 _private/runtime_env/image_uri.py _modify_context_impl: --env NAME='VALUE'; POSIX.1 section 8.1",
)
ENVIRONMENT_QUOTE = Entry(
    code="RC-142",
    title="An environment variable's value holds a single quote",
    severity="error",
    cause=(
        "Ray puts the value between single quotes on a shell line and does not escape it: the worker never starts, or"
        " what follows the quote runs as a command on the host."
    ),
    remedy="Set this variable in the image (ENV), or in a file inside the image",
    source="Ray 2.60.0 _private/runtime_env/image_uri.py _modify_context_impl: --env NAME='VALUE', joined for bash -c",
)
ENVIRONMENT_NOT_EXPANDED = Entry(
    code="RC-143",
    title="A variable in an environment variable's value stays literal",
    severity="warning",
    cause="With image_uri the container gets the value as written: ${NAME} is not replaced there.",
    remedy="Write the value out, or set the variable in the image (ENV)",
    source=(
        "Ray 2.60.0 _private/runtime_env/image_uri.py puts the value in single quotes; context.py update_envs expands"
        " it for the host's podman process only"
    ),
)
ENVIRONMENT_ALTERS_PODMAN = Entry(
    code="RC-144",
    title="An environment variable alters Podman on the host",
    severity="warning",
    cause=(
        "Ray sets env_vars also for the podman process on the node that starts the worker, though not for the one "
        "that pulls the image: it may find another store, other credentials, or no podman at all."
    ),
    remedy="Set this variable in the image (ENV) instead",
    source="Ray 2.60.0 _private/runtime_env/context.py exec_worker: update_envs before exec; podman(1) ENVIRONMENT",
)
ENVIRONMENT_TOKEN = Entry(
    code="RC-145",
    title="Ray's token stands in env_vars",
    severity="error",
    cause=(
        "The value lands in logs, on a command line that every account of the node can see, and keeps Ray from "
        "mounting the token file."
    ),
    remedy="Remove it: Ray mounts the node's token file into every container by itself",
    source=(
        "Ray 2.60.0 _private/runtime_env/image_uri.py _modify_context_impl: the token file is mounted unless "
        "RAY_AUTH_TOKEN is in the environment"
    ),
)
ENVIRONMENT_SECRET = Entry(
    code="RC-146",
    title="A secret stands in an environment variable",
    severity="warning",
    cause=(
        "Ray writes the whole command with every value into runtime_env_setup-*.log, and every account of the node sees "
        "it in ps; the dashboard's REST interface shows it too."
    ),
    remedy=(
        "Let the application read the secret from a file: one in the image, or one below Ray's temporary directory, "
        "which every application container sees"
    ),
    source="Ray 2.60.0 _private/runtime_env/image_uri.py _modify_context_impl logs the command; ps(1)",
)
ENVIRONMENT_NUL = Entry(
    code="RC-147",
    title="An environment variable's value holds a NUL character",
    severity="error",
    cause="No process can have such a variable: the worker fails before it starts podman, for ever.",
    remedy="Remove the character \\0 from the value",
    source="Ray 2.60.0 _private/runtime_env/context.py update_envs: os.environ refuses it; exec(3)",
)
ENVIRONMENT_OF_RAY = Entry(
    code="RC-148",
    title="A variable that Ray itself sets for a worker is overwritten",
    severity="error",
    cause=(
        "env_vars win over what the raylet passes: the worker would report to another job, or watch another process and "
        "end itself."
    ),
    remedy="Remove the variable",
    source=(
        "the guide, Environment variables (the two special variables); Ray 2.60.0 _private/ray_constants.py "
        "RAY_INTERNAL_FLAGS: should not be set by users"
    ),
)
ENVIRONMENT_AUTHENTICATION = Entry(
    code="RC-149",
    title="An environment variable changes how a worker authenticates",
    severity="warning",
    cause=(
        "The cluster wants its token from every process. Ray mounts the node's token file by itself; another path or "
        "mode keeps it from doing so, and the worker is turned away."
    ),
    remedy="Remove the variable",
    source="Ray 2.60.0 _private/runtime_env/image_uri.py _modify_context_impl: RAY_AUTH_TOKEN_PATH of env_vars wins",
)
ENVIRONMENT_OF_RAYLET = Entry(
    code="RC-150",
    title="A setting of the raylet stands in an application's env_vars",
    severity="warning",
    cause="The raylet and its agent read it from their own environment when they start; in a worker it has no effect.",
    remedy="Set it in ray_environment of the inventory",
    source=(
        "Ray 2.60.0 src/ray/common/ray_config_def.h worker_register_timeout_seconds; "
        "_private/runtime_env/agent/runtime_env_consts.py"
    ),
)
ENVIRONMENT_PYTHON_PATH = Entry(
    code="RC-151",
    title="An environment variable replaces where the image's Python looks for modules",
    severity="warning",
    cause=(
        "env_vars win over the image's ENV and are not joined with it: what the image puts on PYTHONPATH, such as the "
        "application's own code in the guide's images, is no longer found."
    ),
    remedy="Set it in the image (ENV) instead, or write the image's own entries out as well",
    source="the guide, Environment variables and its Dockerfiles (ENV PYTHONPATH); ray#44349, ray#44633",
)
ENVIRONMENT_TOO_LONG = Entry(
    code="RC-153",
    title="The environment variables of an application are too long for a command",
    severity="error",
    cause=(
        "Ray puts all of them on one line for bash -c, and Linux takes no argument longer than 131072 bytes: the worker "
        "fails with 'Argument list too long', for ever."
    ),
    remedy="Put long values into a file inside the image",
    source="Ray 2.60.0 _private/runtime_env/context.py exec_worker: os.execvp('bash', ...); Linux MAX_ARG_STRLEN",
)
SETUP_CONFIG = Entry(
    code="RC-155",
    title="The config of a runtime_env is not one that Ray takes",
    severity="error",
    cause="Ray checks it only after it accepted the deploy, which leaves the application in DEPLOYING for ever.",
    remedy="Write setup_timeout_seconds as a whole number of seconds, or -1 for no limit",
    source="Ray 2.60.0 runtime_env/runtime_env.py RuntimeEnvConfig",
)
SETUP_BEYOND_DEPLOY = Entry(
    code="RC-157",
    title="A setup timeout is longer than the deploy waits",
    severity="warning",
    cause="The deploy is given up and rolled back while Ray may still be setting the environment up.",
    remedy="Raise ray_deploy_timeout above it, or lower config.setup_timeout_seconds",
    source="ray.containers: ray_deploy_timeout; Ray 2.60.0 runtime_env/runtime_env.py setup_timeout_seconds",
)

#: Every entry of this file, by code.
ENTRIES: tuple[Entry, ...] = tuple(
    sorted((value for value in list(globals().values()) if isinstance(value, Entry)), key=lambda entry: entry.code)
)
