# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ray itself says about a Serve config, asked in its own environment before anything is deployed: its form, and whether
what Ray imports outside the images can be imported there, and called, and whether the files for TLS can be read.

Ray's REST interface checks the schema too, but the rest of a config only after it took it, which leaves an application behind
that never starts; and what its validators raise beside a ValidationError ends there as an internal error.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.serve.schema_complaint import Complaint
from ansible_collections.ray.containers.plugins.module_utils._host.command import Commands
from ansible_collections.ray.containers.plugins.module_utils._host.ray.rays_python import answer_of

__all__ = ["complaints"]

#: Variables that name something which Serve's controller or its proxies import when they start (serve/_private/constants.py).
CALLBACKS = (
    "RAY_SERVE_CONTROLLER_CALLBACK_IMPORT_PATH",
    "RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH",
    "RAY_SERVE_TRACING_EXPORTER_IMPORT_PATH",
)

# What cannot be imported is told where it is known from which directories the dashboard imports; before that, it tells itself.
# For every Ray from 2.9 on, of which the older ones have pydantic 1 inside. Values are left out of what pydantic reports: they
# may be secrets. The order is that in which a deploy would fail.
PROGRAM = """
import glob, importlib.util, os, sys, warnings
warnings.simplefilter("ignore")

def dashboard():
    # Its environment: it imports from the directories of its PYTHONPATH, too.
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
                variables = [os.fsdecode(each) for each in file.read().split(b"\\0")]
            return dict(each.split("=", 1) for each in variables if "=" in each)
        except OSError:
            continue
    return None

config = asked["config"]
around = dashboard()
sys.path[1:1] = [each for each in (around or {}).get("PYTHONPATH", "").split(":") if each]
import ray.serve.config as of_serve
from ray.runtime_env import RuntimeEnv
from ray.serve._private.utils import override_runtime_envs_except_env_vars
from ray.serve.schema import ServeDeploySchema
found = []

def tell(where, said, kind):
    found.append({"where": list(where), "said": said, "kind": kind})

def check(where, make):
    try:
        return make()
    except Exception as error:
        if not hasattr(error, "errors"):
            tell(where, f"{type(error).__name__}: {error}", type(error).__name__)
            return None
        try:
            errors = error.errors(include_url=False, include_context=False, include_input=False)
        except TypeError:
            errors = error.errors()
        for each in errors:
            tell([*where, *(part for part in each["loc"] if part != "__root__")], each["msg"], each["type"])

def imports(fields, key, where):
    path = fields.get(key) if isinstance(fields, dict) else None
    if not isinstance(path, str) or not path:
        return
    module, _, name = path.partition(":") if ":" in path else path.rpartition(".")
    try:
        if not callable(getattr(importlib.import_module(module), name)):
            raise TypeError("it cannot be called")
    except Exception as error:
        if around is not None:
            tell([*where, key], f"{path}: {type(error).__name__}: {error}", "ImportError")
        del fields[key]

def dictionary(value, *keys):
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}

def listed(value, key):
    value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, list) else []

# What Ray imports where no image is: in the dashboard, the controller and the proxies.
tracing = dictionary(config, "tracing_config")
if tracing.get("enabled", True):
    imports(tracing, "exporter_import_path", ["tracing_config"])
for key, variables in {
    "controller_options": dictionary(config, "controller_options", "runtime_env", "env_vars"), "": around or {}
}.items():
    for name in asked["callbacks"]:
        imports({**variables}, name, [*([key, "runtime_env", "env_vars"] if key else ["ray_environment"])])
# Without them no proxy starts.
for key, path in dictionary(config, "http_options").items():
    if key in ("ssl_keyfile", "ssl_certfile", "ssl_ca_certs") and isinstance(path, str) and path:
        try:
            open(path, "rb").close()
        except OSError as error:
            tell(["http_options", key], f"{path}: {error.strerror}", "OSError")
functions = listed(dictionary(config, "grpc_options"), "grpc_servicer_functions")
for index, function in enumerate(functions):
    imports({index: function}, index, ["grpc_options", "grpc_servicer_functions"])
for number, application in enumerate(listed(config, "applications")):
    if not isinstance(application, dict):
        continue
    for index, deployment in enumerate(listed(application, "deployments")):
        place = ["applications", number, "deployments", index]
        for key in ("policy_function", "name"):
            imports(dictionary(deployment, "autoscaling_config", "policy"), key, [*place, "autoscaling_config", "policy"])
        imports(dictionary(deployment, "request_router_config"), "request_router_class", [*place, "request_router_config"])
        imports(deployment, "request_router_class", place)
    own = dictionary(application, "runtime_env")
    # Imported in Ray's own environment, unless the runtime_env brings another one.
    if not set(own) - {"env_vars", "config"} and isinstance(application.get("import_path"), str):
        path = application["import_path"]
        module = (path.partition(":") if ":" in path else path.rpartition("."))[0]
        try:
            known = importlib.util.find_spec(module) is not None
        except Exception:
            known = False
        if not known and around is not None:
            tell(["applications", number, "import_path"], f"there is no module {module}", "ImportError")
        imports(dictionary(application, "autoscaling_policy"), "policy_function", ["applications", number, "autoscaling_policy"])

validate = getattr(ServeDeploySchema, "model_validate", None) or ServeDeploySchema.parse_obj
dump = lambda model, **how: model.model_dump(**how) if hasattr(model, "model_dump") else model.dict(**how)
schema = check([], lambda: validate(config))
if schema is not None:
    check(["http_options"], lambda: of_serve.HTTPOptions(**dump(schema.http_options)))
    for number, application in enumerate(schema.applications):
        where = ["applications", number]
        check([*where, "runtime_env"], lambda: RuntimeEnv(**application.runtime_env))
        for index, deployment in enumerate(application.deployments):
            place = [*where, "deployments", index]
            options = dump(deployment, exclude_unset=True)
            own = (options.get("ray_actor_options") or {}).get("runtime_env") or {}
            if own:
                both = override_runtime_envs_except_env_vars(application.runtime_env, own)
                check([*place, "ray_actor_options", "runtime_env"], lambda: RuntimeEnv(**both))
            scaling = options.get("autoscaling_config")
            if isinstance(scaling, dict):
                auto = options.get("num_replicas") == "auto" and hasattr(of_serve.AutoscalingConfig, "default")
                base = dump(of_serve.AutoscalingConfig.default()) if auto else {}
                check([*place, "autoscaling_config"], lambda: of_serve.AutoscalingConfig(**{**base, **scaling}))
            for key, model in {
                "request_router_config": "RequestRouterConfig", "gang_scheduling_config": "GangSchedulingConfig"
            }.items():
                if isinstance(options.get(key), dict) and hasattr(of_serve, model):
                    check([*place, key], lambda: getattr(of_serve, model)(**options[key]))
            for position, actor in enumerate(options.get("deployment_actors") or []):
                if isinstance(actor, dict):
                    check([*place, "deployment_actors", position], lambda: of_serve.DeploymentActorConfig(**actor))

print(asked["mark"] + json.dumps(found))
"""


def complaints(
    commands: Commands,
    python: t.Sequence[str],
    config: t.Mapping[str, t.Any],
    *,
    port: int,
    user: str = "",
) -> tuple[Complaint, ...]:
    """Everything that Ray refuses in *config*.

    :param python: how Ray's Python is started: a path, or a command that runs it where Ray is.
    :param port: the dashboard's.
    :param user: the account that it runs as.
    :raises OperatorError: Ray's Python cannot tell, for instance because ray[serve] is not there.
    """
    asked = {"config": config, "port": port, "callbacks": CALLBACKS}
    what = "Ray's own check of the Serve config cannot be run on the head"
    told = answer_of(commands, python, PROGRAM, asked, what=what, user=user)
    return tuple(Complaint(tuple(each["where"]), each["said"], each["kind"]) for each in told)
