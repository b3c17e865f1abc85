#!/usr/bin/python
# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deploy a Serve config, and prove that it works."""

from __future__ import annotations

DOCUMENTATION = r"""
module: serve_config
short_description: Deploy a Serve config, wait for its applications, query them, or roll back
description:
  - Compares a Serve config with what Serve runs, and deploys it when they differ. Run on the head.
  - A config counts as deployed when the answer says so and Serve tells the same config back.
  - Waits until every application is C(RUNNING), every deployment has its replicas, and the proxy of every node that should have
    one is C(HEALTHY), and stops as soon as one cannot become so. The error then says why in the words of Podman, the application
    or the proxy; for containers that die before Serve hears of them, the words come from C(raylet.err) of whichever node it
    happened on.
  - Asks the O(queries) on every run, also when nothing was to be deployed, through the proxy of every node. A wrong answer fails
    the run. Where gRPC functions are configured, the gRPC proxy of every node is asked for its applications, too.
  - A config whose applications ran and answered right is recorded. When a later one fails, the recorded one is put back, and the
    error says so.
  - One run at a time deploys. It holds a lock on the head, with O(who), O(why) and the time, and another waits for it
    (O(lock_timeout)). The lock goes with the process that holds it, and is taken over when its time is up, three times
    O(wait_timeout). A run whose controller was killed goes on on the head, and the next one waits for it.
  - When something else is deployed by hand while a run is under way, that run fails, records nothing and puts nothing back.
  - The last 20 deploys are kept on the head beside the O(record), with the config, O(who), O(why), time and result, and of those
    that were good at least three. M(ray.containers.deploy_history_info) lists them.
  - Applications that the config does not have are removed, as Ray does it, when O(remove) names them.
  - What Serve keeps from its start to its end, C(proxy_location), C(http_options), C(grpc_options) and C(controller_options), is
    refused when it changes; the error tells how Serve is stopped.
  - O(state=last_good), O(state=earlier) and O(state=recorded) go back to a recorded config, in the same way and with the same
    proof. One that ran on another version of Ray is refused. No registry is needed where the nodes still have its images.
version_added: 0.1.0
author:
  - The ray.containers authors (@ray-containers)
extends_documentation_fragment:
  - ray.containers.attributes
  - ray.containers.attributes.changes
  - ray.containers.serve_api
  - ray.containers.raylet_image
options:
  config:
    description:
      - The Serve config as Ray documents it, for instance RV(ray.containers.serve_config_info#module:config), whose images are
        pinned.
      - Sealed or not (see O(ray.containers.serve_config_info#module:sealed)).
      - Needed when O(state=deployed), and not looked at otherwise.
    type: dict
  state:
    description:
      - V(deployed) is O(config).
      - V(last_good) is the config that was recorded last. Use it when Serve runs something else, for instance after a deploy that
        was killed, or one by hand.
      - V(earlier) is the config that was the last good one before that. Use it when a config ran and answered, and is bad all the
        same. What it goes back from is not kept, so that a second run does not lead back to it but fails.
      - V(recorded) is the config of the deploy O(number).
      - The next run with O(state=deployed) deploys O(config) again, whatever was gone back to.
    type: str
    choices: [deployed, last_good, earlier, recorded]
    default: deployed
  number:
    description: Which recorded deploy O(state=recorded) goes back to. It must have been good.
    type: int
  who:
    description:
      - Who deploys, for the history and for those who wait. The user and the machine that Ansible runs on, unless it is given.
    type: str
    default: ""
  why:
    description: Why, for the history and for those who wait.
    type: str
    default: ""
  lock_timeout:
    description: For how many seconds to wait at most when another run deploys. With V(0) it is told at once.
    type: int
    default: 600
  queries:
    description:
      - What to ask the applications, and what they must answer.
      - When going back, queries of applications that the recorded config does not have are left out.
    type: list
    elements: dict
    default: []
    suboptions:
      application:
        description: The application's name in O(config).
        type: str
        required: true
      path:
        description:
          - The path below the application's route prefix, with its query if any.
          - What a URL cannot hold, such as a space, is percent-encoded; what is encoded already stays as it is.
        type: str
        default: ""
      method:
        description: The HTTP method.
        type: str
        default: GET
      json:
        description: The request's body, sent as JSON.
        type: raw
      body:
        description: The request's body, sent as it is, as C(text/plain) unless O(queries[].headers) say otherwise.
        type: str
      file:
        description:
          - A file on the controller whose content is the request's body, as C(application/octet-stream) unless
            O(queries[].headers) say otherwise. A relative path begins where the inventory lies, or where Ansible looks for files.
        type: path
      content:
        description: The request's body in Base64, which is what O(queries[].file) becomes on its way to the head.
        type: str
      headers:
        description: Headers of the request.
        type: dict
        default: {}
      timeout:
        description: Seconds for one answer.
        type: float
        default: 120
      retries:
        description: How often to ask again, a second later, when the answer is wrong or there is none.
        type: int
        default: 0
      expect:
        description:
          - A piece of text that the answer must hold, or a dictionary with some of these keys, of which all must be so.
          - C(text) is a piece of the answer, C(regex) a regular expression that is found in it.
          - C(json) makes the answer JSON that has at least these keys with these values.
          - C(json_path) is a dictionary of JSONPath expressions, made of names, indexes and C([*]), and the values that they
            lead to.
          - C(status) is the HTTP status, any below 300 when it is left out. A redirect is not followed; FastAPI sends one
            whoever leaves out the last slash of a path.
          - C(headers) are headers of the answer with their values.
        type: raw
        required: true
  address:
    description: The address in the URLs of the result. The head's own when empty.
    type: str
    default: ""
  wait_timeout:
    description: How long to wait for the applications, in seconds.
    type: int
    default: 1800
  user:
    description: The account that Ray runs as. Its ended containers are looked at when a deploy fails.
    type: str
    default: ray
  runtime_path:
    description:
      - The virtual environment of Ray on the head, for the commands in remedies.
      - Before something is deployed, its Ray is asked whether it takes the config (C(ServeDeploySchema), and what Ray checks
        only after it took a config); what it refuses never reaches Serve. Nobody is asked when there is no such environment.
    type: path
    default: ""
  temp_dir:
    description: Ray's temporary directory on the head, below which its sessions lie.
    type: path
    default: /tmp/ray
  surge:
    description:
      - Whether deployments of an application that is to have new replicas get each new one before an old one stops, which waits
        for its last answer. So no request fails or waits. C(max_surge_percent) of a deployment in O(config), or in its code, goes
        first.
      - It needs room for one more replica of each such deployment; where there is none, the run fails before it touches anything.
      - What is added to the config for it is no difference to the next run. A Ray that does not know it is not given it.
    type: bool
    default: true
  rehearse:
    description:
      - Whether the new version of an application that runs is rehearsed before users see it. One replica of each of its
        deployments runs beside the old ones under a name and a route that nobody knows, and is asked the O(queries) of the
        application. Only then does it take the route. When it does not start or answers wrong, it is taken away, and no user has
        met it.
      - It costs one start of the new version and its room for that time. A version that checks its own health
        (C(check_health)) is watched for 6 seconds more, and asked for its health once a second. A version that holds something
        that only one can have, such as a port or a file, cannot be rehearsed.
      - V(auto) rehearses where there is room, and not the only application of a cluster with gRPC functions, whose clients need
        not name it as long as it is alone.
    type: str
    choices: [auto, "true", "false"]
    default: auto
  remove:
    description: Applications that may be removed. One that runs and that O(config) does not have stops the run otherwise.
    type: list
    elements: str
    default: []
  contents:
    description:
      - What RV(ray.containers.app_images#module:contents) tells of the head. The deployments of an application are known from it
        where O(config) does not list them.
    type: dict
    default: {}
  record:
    description:
      - The file on the head that keeps the last good config. Beside it lie C(history.json) and C(deploy.lock). Each is made with
        mode 0600.
    type: path
    default: /var/lib/ray.containers/serve/last-good.json
"""

EXAMPLES = r"""
- name: Deploy two applications and ask one of them
  ray.containers.serve_config:
    config:
      applications:
        - name: whisper
          import_path: whisper_example:entrypoint
          route_prefix: /whisper
          runtime_env:
            image_uri: registry.example.com/whisper@sha256:4f6e6d31a7b1b5b2a0c8c7e1f4a9d0c3b2e1f0a9d8c7b6a5f4e3d2c1b0a9f8e7
        - name: resnet
          import_path: resnet50_example:app
          route_prefix: /resnet
          runtime_env:
            image_uri: registry.example.com/resnet@sha256:9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b
    token_file: /home/ray/.ray/auth_token
    queries:
      - application: resnet
        method: POST
        json:
          uri: https://images.example.com/000000000019.jpeg
        expect: ox
  become: true

- name: Go back to the config that was good before the one that runs
  ray.containers.serve_config:
    state: earlier
    token_file: /home/ray/.ray/auth_token
  become: true
"""

RETURN = r"""
applications:
  description: The applications that run; in check mode those that run now. Also on failure, after a roll-back.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The application's name.
      type: str
      sample: resnet
    status:
      description: Ray's status of it.
      type: str
      sample: RUNNING
    url:
      description: Where it answers. Empty for an application without a route.
      type: str
      sample: http://192.0.2.10:8000/resnet
    answer:
      description: What it answered to its last query, at most 2000 characters. Empty when it was not asked.
      type: str
      sample: ox
    images:
      description: The images that Serve runs it in, as it was told them; after a roll-back those of the config that is back.
      type: list
      elements: str
serve:
  description:
    - Where the applications run after the deploy; RV(ray.containers.serve_info#module:serve) in brief. Also on failure, after a
      roll-back.
    - Empty while Serve does not run.
  returned: success
  type: dict
plan:
  description: What the deploy does to each application and its deployments, a sentence each; empty when nothing is deployed.
  returned: success
  type: list
  elements: str
  sample:
    - "resnet is changed, image example.com/r:1 -> example.com/r:2: App replaced; new replicas start before old ones stop"
deploy:
  description: The number of this deploy in the history; 0 when nothing was deployed.
  returned: success
  type: int
  sample: 7
unstarted:
  description: Whether applications did not come to run, so that a diagnosis of all nodes may tell why.
  returned: on failure, when they did not
  type: bool
rolled_back:
  description: Whether the last good config was put back.
  returned: on failure, when it was
  type: bool
"""

from ansible_collections.ray.containers.plugins.module_utils._ansible import run_resource
from ansible_collections.ray.containers.plugins.module_utils._resource.serve_config import build

QUERY = {
    "application": {"type": "str", "required": True},
    "path": {"type": "str", "default": ""},
    "method": {"type": "str", "default": "GET"},
    "json": {"type": "raw"},
    "body": {"type": "str"},
    "file": {"type": "path"},
    "content": {"type": "str"},
    "headers": {"type": "dict", "default": {}},
    "timeout": {"type": "float", "default": 120},
    "retries": {"type": "int", "default": 0},
    "expect": {"type": "raw", "required": True},
}
ARGUMENT_SPEC = {
    "config": {"type": "dict", "no_log": True},
    "state": {"type": "str", "default": "deployed", "choices": ["deployed", "last_good", "earlier", "recorded"]},
    "number": {"type": "int"},
    "who": {"type": "str", "default": ""},
    "why": {"type": "str", "default": ""},
    "lock_timeout": {"type": "int", "default": 600},
    "dashboard_url": {"type": "str", "default": "http://127.0.0.1:8265"},
    "token_file": {"type": "path", "default": "", "no_log": False},
    "queries": {"type": "list", "elements": "dict", "default": [], "no_log": True, "options": QUERY},
    "address": {"type": "str", "default": ""},
    "wait_timeout": {"type": "int", "default": 1800},
    "user": {"type": "str", "default": "ray"},
    "runtime_path": {"type": "path", "default": ""},
    "temp_dir": {"type": "path", "default": "/tmp/ray"},
    "raylet_image": {"type": "str", "default": ""},
    "surge": {"type": "bool", "default": True},
    "rehearse": {"type": "str", "default": "auto", "choices": ["auto", "true", "false"]},
    "remove": {"type": "list", "elements": "str", "default": []},
    "contents": {"type": "dict", "default": {}},
    "record": {"type": "path", "default": "/var/lib/ray.containers/serve/last-good.json"},
}


def main() -> None:
    """Run the module."""
    run_resource(
        build, ARGUMENT_SPEC, required_if=[("state", "deployed", ["config"]), ("state", "recorded", ["number"])]
    )


if __name__ == "__main__":
    main()
