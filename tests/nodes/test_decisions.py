# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the test nodes decide, without a container."""

from __future__ import annotations

import io
import typing as t
from dataclasses import replace
from pathlib import Path

import pytest

from tests.nodes import cluster as whole
from tests.nodes import registry
from tests.nodes.cluster import TestNodes, action_for, registries_of, state_of, tags_below
from tests.nodes.engine import HostLimits, Podman, containers_conf, oci_runtime
from tests.nodes.errors import NodesError
from tests.nodes.images import BASE, CONTENT_LABEL
from tests.nodes.inventory import HostAddress, read_cluster
from tests.nodes.node import CLUSTER_LABEL, SPEC_LABEL
from tests.nodes.progress import Progress
from tests.nodes.registry import REGISTRY_LABEL
from tests.nodes.ssh_keys import SshKeys

HOSTS = """
all:
  children:
    ray_cluster:
      children:
        ray_head: {hosts: {head: {ansible_host: 10.99.0.10}}}
        ray_workers: {hosts: {worker1: {ansible_host: 10.99.0.11}}}
"""
VARIABLES = "sandbox_name: demo\nsandbox_subnet: 10.99.0.0/24\nsandbox_registry: 10.99.0.2:5000\n"


def inventory_in(directory: Path, hosts: str = HOSTS, variables: str = VARIABLES) -> Path:
    (directory / "group_vars" / "all").mkdir(parents=True)
    (directory / "hosts.yml").write_text(hosts)
    (directory / "group_vars" / "all" / "sandbox.yml").write_text(variables)
    return directory


@pytest.mark.parametrize(
    ("state", "spec", "action"),
    [
        ("running", "same", "keep"),
        ("exited", "same", "start"),
        ("stopped", "same", "start"),
        ("created", "same", "recreate"),
        ("running", "other", "recreate"),
    ],
)
def test_a_container_is_kept_started_or_made_again(state: str, spec: str, action: str) -> None:
    assert action_for({"State": state, "Labels": {SPEC_LABEL: spec}}, "same") == action


def test_a_container_that_only_podman_believes_to_run_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "77").mkdir()
    states = [("running", 77), ("running", 78), ("stopping", 78), ("exited", 0)]
    told = [state_of({"State": state, "Pid": pid}, tmp_path) for state, pid in states]
    assert told == ["running", "lost", "lost", "exited"]
    assert action_for({"State": "lost", "Labels": {SPEC_LABEL: "same"}}, "same") == "recreate"


def test_a_container_that_is_not_there_is_made() -> None:
    assert action_for(None, "same") == "create"


def test_a_container_without_labels_is_made_again() -> None:
    assert action_for({"State": "running", "Labels": None}, "same") == "recreate"


def test_only_images_below_the_clusters_own_registries_are_removed() -> None:
    images: list[dict[str, t.Any]] = [
        {"Names": ["10.99.0.2:5000/numerals:1", "localhost/mine:1"]},
        {"Names": ["10.99.0.2:50001/other:1"]},
        {"Names": None},
    ]
    assert tags_below(images, ["10.99.0.2:5000"]) == ["10.99.0.2:5000/numerals:1"]


def test_a_registry_says_where_it_is() -> None:
    assert registries_of([{"Labels": {REGISTRY_LABEL: "10.99.0.2:5000"}}, {"Labels": None}, {}]) == {"10.99.0.2:5000"}


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (HostLimits(20000, 96365, 32768, may_raise=False), '["nofile=20000:20000", "nproc=32768:32768"]'),
        (HostLimits(1 << 30, 4096, 4194304, may_raise=False), '["nofile=1048576:1048576", "nproc=4096:4096"]'),
    ],
)
def test_ulimits_stay_below_what_the_kernel_grants(limits: HostLimits, expected: str) -> None:
    assert f"default_ulimits = {expected}" in containers_conf(limits, "")


def test_ulimits_are_podmans_own_where_it_may_raise_them() -> None:
    assert "ulimits" not in containers_conf(HostLimits(1024, 1024, 32768, may_raise=True), "")


def test_the_runtime_is_named_only_where_the_default_does_not_work(tmp_path: Path) -> None:
    assert 'runtime = "runc"' in containers_conf(HostLimits(1, 1, 1, may_raise=True), "runc")
    assert "runtime" not in containers_conf(HostLimits(1, 1, 1, may_raise=True), "")
    (tmp_path / "cgroup.controllers").touch()
    assert oci_runtime(tmp_path) == ""


def test_an_inventory_names_hosts_network_and_registry(tmp_path: Path) -> None:
    cluster = read_cluster(inventory_in(tmp_path), {"sandbox_name": "other", "sandbox_base_image": ""})
    assert cluster.name == "other"
    assert cluster.hosts == (HostAddress("head", "10.99.0.10"), HostAddress("worker1", "10.99.0.11"))
    assert (cluster.registry_address, cluster.registry_port) == ("10.99.0.2", 5000)
    assert cluster.secrets == tmp_path / ".secrets"


@pytest.mark.parametrize(
    ("hosts", "variables", "complaint"),
    [
        (HOSTS, "sandbox_name: demo\n", "does not say sandbox_subnet, sandbox_registry"),
        (HOSTS.replace("0.11", "0.10"), VARIABLES, "the same address"),
        (
            HOSTS.replace("99.0.11", "98.0.11"),
            VARIABLES,
            "worker1 has address 10.98.0.11, which is not in 10.99.0.0/24",
        ),
        (HOSTS.replace("{ansible_host: 10.99.0.10}", ""), VARIABLES, "Host head in .* has no ansible_host"),
        ("all: {hosts: {a: {}}}", VARIABLES, "has no hosts in ray_head or ray_workers"),
    ],
)
def test_an_inventory_that_cannot_be_made_is_refused(
    tmp_path: Path, hosts: str, variables: str, complaint: str
) -> None:
    with pytest.raises(NodesError, match=complaint):
        read_cluster(inventory_in(tmp_path, hosts, variables), {})


def test_keys_are_private_kept_and_known(tmp_path: Path) -> None:
    keys = SshKeys(tmp_path / ".secrets")
    host = HostAddress("head", "10.99.0.10")
    keys.make((host,))
    client, known = keys.client.read_text(), keys.known_hosts.read_text()
    keys.make((host,))
    assert keys.client.read_text() == client
    assert keys.known_hosts.read_text() == known
    assert known.startswith("10.99.0.10 ssh-ed25519 ")
    assert {
        keys.directory.stat().st_mode & 0o777,
        keys.client.stat().st_mode & 0o777,
        keys.host("head").stat().st_mode & 0o777,
    } == {
        0o700,
        0o600,
    }


def test_removing_keys_leaves_what_is_not_ours(tmp_path: Path) -> None:
    keys = SshKeys(tmp_path / ".secrets")
    keys.make((HostAddress("head", "10.99.0.10"),))
    (keys.directory / "registry_auth.json").write_text("{}")
    assert keys.remove()
    assert [path.name for path in keys.directory.iterdir()] == ["registry_auth.json"]
    assert not keys.remove()


class RememberingPodman(Podman):
    """A Podman that has some clusters and images, and does what it is told to them."""

    def __init__(self, configuration: Path, containers: list[dict[str, t.Any]], images: list[dict[str, t.Any]]) -> None:
        super().__init__(configuration)
        self.containers = containers
        self.images = images

    @property
    def installed(self) -> bool:
        return True

    def list(self, *arguments: str) -> list[dict[str, t.Any]]:
        if arguments[0] == "images":
            return self.images
        wanted = arguments[-1].removeprefix(f"label={CLUSTER_LABEL}=")
        return [container for container in self.containers if container["Labels"][CLUSTER_LABEL] == wanted]

    def run(self, *arguments: str, stdin: bytes | None = None, check: bool = True) -> str:
        match arguments[0]:
            case "rm":
                self.containers = [found for found in self.containers if found["Names"][0] not in arguments]
            case "rmi":
                self.images = [image for image in self.images if not {image["Id"], *image["Names"]} & set(arguments)]
            case "ps":
                return "\n".join(found["Names"][0] for found in self.containers)
            case "images":
                return "\n".join(image["Id"] for image in self.images if image["Id"] != "foreign")
        return ""


def container_of(cluster: str) -> dict[str, t.Any]:
    labels = {CLUSTER_LABEL: cluster, REGISTRY_LABEL: f"{cluster}:5000"}
    return {"Names": [f"{cluster}-registry"], "State": "running", "Labels": labels}


@pytest.mark.parametrize(
    ("clusters", "keep_images", "left"),
    [
        (["demo"], False, {"foreign"}),
        (["demo"], True, {"foreign", "base"}),
        (["demo", "other"], False, {"foreign", "base", "other-app"}),
    ],
)
def test_going_down_leaves_what_others_use(
    tmp_path: Path, clusters: list[str], keep_images: bool, left: set[str]
) -> None:
    images = [
        {"Id": "base", "Names": ["localhost/ray-containers/base:latest"]},
        {"Id": "foreign", "Names": ["localhost/mine:1"]},
        *({"Id": f"{name}-app", "Names": [f"{name}:5000/app:1"]} for name in clusters),
    ]
    podman = RememberingPodman(
        tmp_path / "build" / "containers.conf", [container_of(name) for name in clusters], images
    )
    cluster = read_cluster(inventory_in(tmp_path / "inventory"), {})
    TestNodes(cluster, podman, Progress(io.StringIO())).down(keep_images=keep_images)
    assert {image["Id"] for image in podman.images} == left
    assert [found["Names"][0] for found in podman.containers] == [
        f"{name}-registry" for name in clusters if name != "demo"
    ]
    assert (tmp_path / "build").exists() == (left != {"foreign"})


class BareNodes(TestNodes):
    """Nodes whose making is only counted."""

    made = 0

    def up(self) -> None:
        self.made += 1


@pytest.mark.parametrize(("names", "gone"), [(["worker1"], {"demo-worker1"}), ([], {"demo-head", "demo-worker1"})])
def test_remaking_takes_away_the_named_nodes_and_no_registry(tmp_path: Path, names: list[str], gone: set[str]) -> None:
    cluster = read_cluster(inventory_in(tmp_path / "inventory"), {})
    here = {f"demo-{host.name}" for host in cluster.hosts} | {"demo-registry"}
    containers = [
        {"Names": [name], "State": "running", "Labels": {CLUSTER_LABEL: "demo", REGISTRY_LABEL: "demo:5000"}}
        for name in sorted(here)
    ]
    podman = RememberingPodman(tmp_path / "build" / "containers.conf", containers, [])
    nodes = BareNodes(cluster, podman, Progress(io.StringIO()))
    nodes.remake(names)
    assert {found["Names"][0] for found in podman.containers} == here - gone
    assert nodes.made == 1


def test_a_node_that_is_not_there_is_not_remade(tmp_path: Path) -> None:
    cluster = read_cluster(inventory_in(tmp_path / "inventory"), {})
    podman = RememberingPodman(tmp_path / "build" / "containers.conf", [container_of("demo")], [])
    with pytest.raises(NodesError, match="demo has no node worker9"):
        BareNodes(cluster, podman, Progress(io.StringIO())).remake(["worker9"])
    assert len(podman.containers) == 1


class OldPodman(RememberingPodman):
    """Podman 3.4.4 as Ubuntu 22.04 has it: what it does not know yet, it refuses."""

    def __init__(self, configuration: Path, containers: list[dict[str, t.Any]], images: list[dict[str, t.Any]]) -> None:
        super().__init__(configuration, containers, images)
        self.told: list[tuple[str, ...]] = []

    def succeeds(self, *arguments: str) -> bool:
        return True

    def run(self, *arguments: str, stdin: bytes | None = None, check: bool = True) -> str:
        if arguments[0] == "rm" and "--time" in arguments:
            raise NodesError("unknown flag: --time")
        if arguments[0] == "build" and any(word.startswith("--pull=") for word in arguments):
            raise NodesError('invalid argument for "--pull" flag: strconv.ParseBool: parsing "never": invalid syntax')
        self.told.append(arguments)
        return super().run(*arguments, stdin=stdin, check=check)

    def of(self, command: str) -> list[tuple[str, ...]]:
        return [arguments for arguments in self.told if arguments[0] == command]


@pytest.fixture
def old_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[TestNodes, OldPodman]:
    """A whole cluster of nodes that were made in another way, with an old Podman; whatever is started answers at once."""
    monkeypatch.setenv("NODE_SUITE", "jammy")
    monkeypatch.setattr(SshKeys, "answers", lambda *_: True)
    for module in (whole, registry):
        monkeypatch.setattr(module, "registry_answers", lambda _: True)
    cluster = read_cluster(inventory_in(tmp_path / "inventory"), {})
    names = [*(f"demo-{host.name}" for host in cluster.hosts), "demo-registry"]
    labels = {CLUSTER_LABEL: "demo", SPEC_LABEL: "another"}
    containers = [{"Names": [name], "State": "running", "Labels": labels} for name in names]
    podman = OldPodman(tmp_path / "build" / "containers.conf", containers, [])
    nodes = TestNodes(cluster, podman, Progress(io.StringIO()))
    content = nodes._images().base_content
    podman.images.append({"Id": "base", "Names": [BASE], "Labels": {CONTENT_LABEL: content}})
    return nodes, podman


@pytest.mark.parametrize("base_image", ["", "docker.io/library/debian:12"])
def test_an_old_podman_builds_and_replaces(old_cluster: tuple[TestNodes, OldPodman], base_image: str) -> None:
    nodes, podman = old_cluster
    nodes.cluster = replace(nodes.cluster, base_image=base_image)
    nodes.up()
    assert len(podman.of("build")) == 2
    assert {words[-1] for words in podman.of("rm")} == {"demo-head", "demo-worker1", "demo-registry"}


def test_an_old_podman_remakes_nodes(old_cluster: tuple[TestNodes, OldPodman]) -> None:
    nodes, podman = old_cluster
    nodes.remake(["worker1"])
    assert podman.of("stop")[0] == ("stop", "--ignore", "--time", "3", "demo-worker1")


def test_an_old_podman_removes_all_at_once(old_cluster: tuple[TestNodes, OldPodman]) -> None:
    nodes, podman = old_cluster
    nodes.down()
    everything = ("demo-head", "demo-worker1", "demo-registry")
    assert podman.of("stop") == [("stop", "--ignore", "--time", "0", *everything)]
    assert podman.of("rm") == [("rm", "--force", "--ignore", "--volumes", *everything)]
