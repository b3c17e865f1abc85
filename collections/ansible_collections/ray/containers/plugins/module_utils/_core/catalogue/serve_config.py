# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RC-100 to RC-139 and RC-154: the Serve config file and its shape, its applications, and the images that it names.

The rest of this family: `serve_environment`, `serve_routing`, `serve_deployments`, `serve_options`. The rules that find them:
`plugin_utils._serve_config.rules`.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry

__all__ = ["ENTRIES"]

# The file and its shape

FILE_UNREADABLE = Entry(
    code="RC-100",
    title="The Serve config cannot be read",
    severity="error",
    cause="There is no such file on the controller, it is a directory, or this account may not read it.",
    remedy="Set ray_serve_config to the path of the Serve config file on the controller",
    source="ray.containers: the Serve config is the one input beside the inventory",
)
NOT_YAML = Entry(
    code="RC-101",
    title="The Serve config is not YAML",
    severity="error",
    cause="Ray reads the file with yaml.safe_load, which refuses it too.",
    remedy="Correct the file at this place",
    source="Ray 2.60.0 serve/scripts.py deploy: yaml.safe_load",
)
DUPLICATE_KEY = Entry(
    code="RC-102",
    title="A key stands twice in one mapping",
    severity="error",
    cause="YAML keeps only the last of them, without a word: what the first one says is lost.",
    remedy="Remove one of them, or start a new list entry with a dash before the second",
    source="YAML 1.2.2 section 3.2.1.3; PyYAML constructor.py construct_mapping keeps the last",
)
SEVERAL_DOCUMENTS = Entry(
    code="RC-103",
    title="The file holds several YAML documents",
    severity="error",
    cause="A line of three dashes starts a new document, and a Serve config is exactly one.",
    remedy="Put all applications into one document, below one applications key",
    source="Ray 2.60.0 serve/scripts.py deploy: yaml.safe_load reads a single document",
)
WRONG_TYPE = Entry(
    code="RC-104",
    title="A field holds a value of the wrong kind",
    severity="error",
    cause="Ray's schema takes another kind of value here and refuses the whole config.",
    remedy="Write the kind of value that Ray's schema names",
    source="Ray 2.60.0 serve/schema.py ServeDeploySchema",
)
NO_APPLICATIONS = Entry(
    code="RC-105",
    title="The Serve config has no applications",
    severity="error",
    cause="Without applications there is nothing to deploy; deploying an empty list would remove all that run.",
    remedy="List at least one application with name, import_path, route_prefix and runtime_env.image_uri",
    source="Ray 2.60.0 serve/schema.py ServeDeploySchema.applications",
)
UNKNOWN_KEY = Entry(
    code="RC-106",
    title="Ray does not know this key",
    severity="warning",
    cause="Ray ignores keys that it does not know, so what this one says has no effect.",
    remedy="Correct or remove the key",
    source="Ray 2.60.0 serve/schema.py: no extra=forbid on the schemas of deploy, application and deployment",
)
NOT_JSON = Entry(
    code="RC-107",
    title="A value cannot be sent to Ray",
    severity="error",
    cause="The config goes to Ray as JSON, which has no dates, sets, bytes, NaN or infinity.",
    remedy="Put the value in quotes",
    source="Ray 2.60.0 dashboard/modules/serve/sdk.py deploy_applications: PUT with a JSON body",
)

# Applications

IMPORT_PATH_MISSING = Entry(
    code="RC-110",
    title="An application has no import_path",
    severity="error",
    cause="Ray would not know which object of the image to run.",
    remedy="Add import_path: module:attribute, as it is importable inside the image",
    source="Ray 2.60.0 serve/schema.py ServeApplicationSchema.import_path, a required field",
)
IMPORT_PATH_MALFORMED = Entry(
    code="RC-111",
    title="An import_path is not module:attribute",
    severity="error",
    cause="Ray splits it at the colon, imports the module and takes one attribute of it.",
    remedy="Write module:attribute, such as whisper_example:entrypoint (a module, not a file)",
    source="Ray 2.60.0 serve/schema.py import_path_format_valid; _common/utils.py import_module_and_attr",
)
DUPLICATE_APPLICATION = Entry(
    code="RC-112",
    title="Two applications have one name",
    severity="error",
    cause="A name stands for one application; one that is not written is 'default'.",
    remedy="Give each application a name of its own",
    source="Ray 2.60.0 serve/schema.py application_names_unique",
)
DUPLICATE_ROUTE = Entry(
    code="RC-113",
    title="Two applications have one route",
    severity="error",
    cause="A request could not be told to one of them; a route_prefix that is not written is '/'.",
    remedy="Give each application a route_prefix of its own, or null for one without HTTP",
    source="Ray 2.60.0 serve/schema.py application_routes_unique; the default is '/'",
)
ROUTE_MALFORMED = Entry(
    code="RC-114",
    title="A route_prefix is not a path",
    severity="error",
    cause=(
        "Ray wants it to start with '/', not to end with '/', and to hold no wildcards; it says so only after the "
        "deploy."
    ),
    remedy="Write it such as /whisper",
    source="Ray 2.60.0 serve/_private/utils.py validate_route_prefix, called while the application is built",
)
NAME_EMPTY = Entry(
    code="RC-115",
    title="An application's name is empty",
    severity="error",
    cause="Ray refuses the whole config for it.",
    remedy="Write a name, or leave the key out for the name 'default'",
    source="Ray 2.60.0 serve/schema.py application_names_nonempty",
)
NESTED_HOST_OR_PORT = Entry(
    code="RC-116",
    title="An application sets host or port",
    severity="error",
    cause="All applications share Ray's HTTP proxies, so Ray refuses these keys inside an application.",
    remedy="Move it to http_options at the top level of the file",
    source="Ray 2.60.0 serve/schema.py nested_host_and_port",
)

DEPLOYMENT_NAMELESS = Entry(
    code="RC-117",
    title="A deployment has no name",
    severity="error",
    cause="The name says which deployment of the code these options override; Ray requires it.",
    remedy="Add name: the name of the deployment in the application's code",
    source="Ray 2.60.0 serve/schema.py DeploymentSchema.name, a required field",
)

# Images

NO_IMAGE = Entry(
    code="RC-120",
    title="An application has no image",
    severity="error",
    cause="Each application runs in a container of its own image, and this one names none.",
    remedy="Add image_uri: registry/repository:tag to its runtime_env",
    source="the guide, Run a Serve application in a container",
)
CONTAINER_FIELD = Entry(
    code="RC-121",
    title="The deprecated field container is used",
    severity="error",
    cause="Ray deprecated container in favour of image_uri; later versions drop it.",
    remedy="Write image_uri in its place; the playbook migrate does it, and keeps comments and order",
    source="the guide, note on the container field; ray PR 49752",
)
IMAGE_WITH_OTHER_FIELDS = Entry(
    code="RC-122",
    title="image_uri stands beside fields that it excludes",
    severity="error",
    cause=(
        "Ray takes image_uri together with config and env_vars only, and refuses the rest after the config was "
        "accepted, which leaves the application in DEPLOYING for ever."
    ),
    remedy="Put what these fields do into the image, and remove them",
    source=(
        "the guide, Compatibility with other runtime environment fields; Ray 2.60.0 _private/runtime_env/image_uri.py"
        " get_compatible_keys, runtime_env/runtime_env.py RuntimeEnv.__init__"
    ),
)
SHORT_IMAGE_NAME = Entry(
    code="RC-123",
    title="An image is named without its registry",
    severity="error",
    cause=(
        "Podman does not guess a registry: 'short-name did not resolve to an alias and no unqualified-search "
        "registries are defined'."
    ),
    remedy="Write the registry too",
    source="containers-registries.conf(5) unqualified-search-registries; podman issues 9390 and 12933",
)
IMAGE_MALFORMED = Entry(
    code="RC-124",
    title="An image_uri is not an image reference",
    severity="error",
    cause="Ray does not check it: Podman would fail on the node, three times, minutes after the deploy.",
    remedy="Write registry/repository:tag, such as docker.io/alice/whisper:1.0",
    source="github.com/distribution/reference regexp.go; Ray 2.60.0 runtime_env/runtime_env.py checks no format",
)
LOCAL_IMAGE = Entry(
    code="RC-125",
    title="An image exists on one machine only",
    severity="error",
    cause="localhost/ is Podman's name for images that were never in a registry: the nodes cannot pull it.",
    remedy="Push the image to a registry that the nodes reach, and name it there",
    source="podman-build(1): images without a registry are named localhost/; shortnames(7)",
)
IMAGE_MISSING = Entry(
    code="RC-126",
    title="An image does not exist",
    severity="error",
    cause="The registry answers that it has no such repository or tag.",
    remedy="Push the image, or correct image_uri",
    source="OCI distribution spec 1.1, pulling manifests: 404 with MANIFEST_UNKNOWN or NAME_UNKNOWN",
)
REGISTRY_UNAUTHORIZED = Entry(
    code="RC-127",
    title="A registry refuses access to an image",
    severity="error",
    cause="The credentials are missing, wrong or too weak; many registries answer so too for what does not exist.",
    remedy=(
        "Log in on the controller with podman login --authfile FILE, and name FILE as the registry's auth_file in "
        "ray_registries; check the spelling of image_uri"
    ),
    source="OCI distribution spec 1.1 and distribution token authentication: 401 UNAUTHORIZED, 403 DENIED",
)
REGISTRY_UNREACHABLE = Entry(
    code="RC-128",
    title="A registry cannot be reached",
    severity="error",
    cause="The controller got no answer from the registry's address.",
    remedy=(
        "Correct the registry in image_uri, or let the controller reach it (name, port, firewall, HTTPS_PROXY); with "
        "images that only the nodes can reach, pin them to digests"
    ),
    source="RFC 9110; containers/image docker_client.go pingV2",
)
REGISTRY_TLS = Entry(
    code="RC-129",
    title="A registry's TLS is not trusted",
    severity="error",
    cause="The registry speaks plain http, or its certificate is not signed by an authority that the controller knows.",
    remedy=(
        "Put the authority's certificate into /etc/containers/certs.d/HOST:PORT/ca.crt on the controller, or into its "
        "trust store; or, if you accept it, list the registry in ray_registries with insecure: true"
    ),
    source="podman troubleshooting.md section 4: 'server gave HTTP response to HTTPS client', x509 unknown authority",
)
REGISTRY_REFUSED = Entry(
    code="RC-130",
    title="A registry gives no usable answer",
    severity="error",
    cause="The address answers, but not as a registry does, or not now (rate limit, maintenance).",
    remedy="Try again later, or check that the address is a registry",
    source="OCI distribution spec 1.1, error codes; docker hub 'toomanyrequests'",
)
CREDENTIALS_UNREADABLE = Entry(
    code="RC-131",
    title="A file with registry credentials cannot be read",
    severity="error",
    cause="The file that ray_registries names as auth_file does not exist on the controller, or is not an auth.json.",
    remedy="Write it with podman login --authfile FILE REGISTRY",
    source="containers-auth.json(5)",
)
ACTOR_OPTIONS_DROP_IMAGE = Entry(
    code="RC-132",
    title="Options of a deployment drop the environment that its code declares",
    severity="warning",
    cause=(
        "ray_actor_options in the file replace all of those in the code: an image_uri, env_vars, num_gpus that the code"
        " declares for this deployment are gone without a word."
    ),
    remedy="Repeat in the file what the code declares, runtime_env too; {} when the code declares no runtime_env",
    source="Ray 2.60.0 serve/_private/application_state.py override_deployment_info: options.pop('ray_actor_options')",
)
TAG_NOT_PINNED = Entry(
    code="RC-133",
    title="Nodes may run different images under one tag",
    severity="warning",
    cause="Tags are not resolved to digests, and Podman never pulls a tag again that it has, whatever it means by now.",
    remedy="Leave resolve at its default, or name the image by its digest",
    source="podman-run(1) --pull, default missing; Ray 2.60.0 _private/runtime_env/image_uri.py passes no --pull",
)
IMPORTED_OUTSIDE_IMAGE = Entry(
    code="RC-134",
    title="An application is imported outside the images of its deployments",
    severity="warning",
    cause=(
        "Ray imports the application in the application's own runtime_env. Without an image_uri there that happens in "
        "Ray's environment on a node, where the application's code and packages are not."
    ),
    remedy="Give the application's own runtime_env an image_uri too: an image in which import_path is importable",
    source=(
        "Ray 2.60.0 serve/_private/application_state.py: build_serve_application.options(runtime_env=config.runtime_env)"
    ),
)
IMAGE_LARGE_FOR_TIMEOUT = Entry(
    code="RC-135",
    title="An image is too large for its setup timeout",
    severity="warning",
    cause=(
        "On a node that does not have the image yet, Ray pulls it within setup_timeout_seconds. When the time is up it "
        "starts another pull beside the first, three times in all, and gives up."
    ),
    remedy="Raise config.setup_timeout_seconds in the application's runtime_env",
    source="Ray 2.60.0 _private/runtime_env/agent/runtime_env_agent.py _create_runtime_env_with_retry; ray#45187",
)
REFUSED_BY_RAY = Entry(
    code="RC-154",
    title="Ray's own schema refuses the Serve config",
    severity="error",
    cause="The Ray on the head was asked before the deploy, and does not take the config; its own words are told.",
    remedy="Correct the Serve config at the place that is told",
    source="Ray serve/schema.py ServeDeploySchema.model_validate, in the version that the head runs",
)

#: Every entry of this family, by code.
ENTRIES: tuple[Entry, ...] = tuple(
    sorted((value for value in list(globals().values()) if isinstance(value, Entry)), key=lambda entry: entry.code)
)
