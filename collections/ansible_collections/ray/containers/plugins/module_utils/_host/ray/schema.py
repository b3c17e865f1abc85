# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ray's own schema says about a Serve config, asked in Ray's own environment before anything is deployed.

Ray's REST interface checks the schema too, but the rest of a config only after it took it, which leaves an application behind
that never starts; and what its validators raise beside a ValidationError ends there as an internal error.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import json
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.serve.schema_complaint import Complaint
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands, last_line

__all__ = ["complaints"]

#: For importing Ray on a slow machine.
SECONDS = 120.0
_MARK = "ray.containers: "
#: Both come on the standard input: a program of forty lines would fill every list of what was run.
_START = "import json, sys; asked = json.load(sys.stdin); config = asked['config']; exec(asked['program'])"

# What cannot be imported is told where it is known from which directories the dashboard imports; before that, it tells itself.
# Values are left out of what pydantic reports: they may be secrets. The order is that in which a deploy would fail.
PROGRAM = """
import glob, os, sys, warnings
warnings.simplefilter("ignore")
def dashboard():
    for name in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(name, "rb") as file:
                words = file.read().split(b"\\0")
            if not any(word.endswith(b"/dashboard.py") for word in words) or b"--port=%d" % asked["port"] not in words:
                continue
            process = os.path.dirname(name)
            # Root sees the processes of containers, too, which have networks of their own.
            if os.readlink(process + "/ns/net") != os.readlink("/proc/self/ns/net"):
                continue
            with open(process + "/environ", "rb") as file:
                variables = dict(each.split(b"=", 1) for each in file.read().split(b"\\0") if b"=" in each)
            return [os.fsdecode(each) for each in variables.get(b"PYTHONPATH", b"").split(b":") if each]
        except OSError:
            continue
    return None
paths = dashboard()
sys.path[1:1] = paths or []
from pydantic import ValidationError
from ray._common.utils import import_attr
from ray.runtime_env import RuntimeEnv
from ray.serve._private.utils import override_runtime_envs_except_env_vars
from ray.serve.config import AutoscalingConfig, HTTPOptions
from ray.serve.schema import ServeDeploySchema
found = []
def check(where, make):
    try:
        return make()
    except ValidationError as error:
        for each in error.errors(include_url=False, include_context=False, include_input=False):
            found.append({"where": [*where, *each["loc"]], "said": each["msg"], "kind": each["type"]})
    except ImportError as error:
        if paths is not None:
            found.append({"where": where, "said": str(error), "kind": "ImportError"})
    except Exception as error:
        found.append({"where": where, "said": f"{type(error).__name__}: {error}", "kind": type(error).__name__})
schema = check([], lambda: ServeDeploySchema.model_validate(config))
if schema is not None:
    check(["http_options"], lambda: HTTPOptions(**schema.http_options.model_dump()))
    for index, function in enumerate(schema.grpc_options.grpc_servicer_functions):
        check(["grpc_options", "grpc_servicer_functions", index], lambda: import_attr(function))
    for number, application in enumerate(schema.applications):
        where = ["applications", number]
        check([*where, "runtime_env"], lambda: RuntimeEnv(**application.runtime_env))
        for index, deployment in enumerate(application.deployments):
            place = [*where, "deployments", index]
            options = deployment.model_dump(exclude_unset=True)
            own = (options.get("ray_actor_options") or {}).get("runtime_env") or {}
            both = override_runtime_envs_except_env_vars(application.runtime_env, own)
            if own:
                check([*place, "ray_actor_options", "runtime_env"], lambda: RuntimeEnv(**both))
            scaling = options.get("autoscaling_config")
            if scaling:
                base = AutoscalingConfig.default().model_dump() if options.get("num_replicas") == "auto" else {}
                check([*place, "autoscaling_config"], lambda: AutoscalingConfig(**{**base, **scaling}))
print(asked["mark"] + json.dumps(found))
"""


def complaints(
    commands: Commands, python: t.Sequence[str], config: t.Mapping[str, t.Any], *, port: int, user: str = ""
) -> tuple[Complaint, ...]:
    """Everything that Ray refuses in *config*.

    :param python: how Ray's Python is started: a path, or a command that runs it where Ray is.
    :param port: the dashboard's.
    :param user: the account that it runs as.
    :raises OperatorError: Ray's Python cannot tell, for instance because ray[serve] is not there.
    """
    asked = json.dumps({"program": PROGRAM, "mark": _MARK, "config": config, "port": port})
    done = commands.run([*python, "-c", _START], user=user, stdin=asked, timeout=SECONDS, check=False)
    told = [line for line in done.stdout.splitlines() if line.startswith(_MARK)]
    if done.rc != 0 or not told:
        raise OperatorError(
            "Ray's own check of the Serve config cannot be run on the head",
            why=last_line(done.stderr) or last_line(done.stdout) or f"it ended with status {done.rc}",
            remedy="Run the playbook site, which installs Ray with Serve on the head",
        )
    return tuple(
        Complaint(tuple(each["where"]), each["said"], each["kind"]) for each in json.loads(told[-1][len(_MARK) :])
    )
