# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison of a node with ten images, cold and kept, against importing Ray in each of them as one would by hand.

All of them are one `ansible` command for one node, whose own cost is the same. The ten images share all layers but one, as
images of applications do. Beside it: the same comparison with an import of ten applications, which the loop does not try.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import typing as t
from dataclasses import dataclass, field

from tests.bench import nodes
from tests.bench.runs import BUILD, INVENTORY, OWN_CONNECTIONS, ROOT, BenchError, Contender, run

__all__ = ["PARITY_FIGURES", "ParityRecord", "measure", "prepare", "table"]

IMAGES = 10
HEAD = "ray_head"
PREPARE = INVENTORY.parent / "parity.yml"
#: The name of the benchmark in build/bench.json.
PARITY_FIGURES = "parity"
AS_RAY = "cd / && runuser -u ray -- env HOME=/home/ray XDG_RUNTIME_DIR=/run/user/$(id -u ray)"
#: Ray's own flags: under another id map Podman would copy every image once more.
BY_HAND = (
    "podman run --rm --network=host --userns=keep-id --entrypoint python $image "
    "-c 'import ray, sys; print(ray.__version__, ray.__commit__, sys.version_info[:3])'"
)
RECORDS = "/var/lib/ray.containers/parity-ray.json"


@dataclass
class ParityRecord:
    """Seconds of every run, by what was run: loop, cold, kept, imports, floor."""

    runs: dict[str, list[float]] = field(default_factory=dict)

    def add(self, kind: str, seconds: float) -> None:
        self.runs.setdefault(kind, []).append(seconds)

    def figures(self) -> dict[str, t.Any]:
        """The figures as they are written; seconds are medians, ratios are to the loop."""
        figures: dict[str, t.Any] = {"images": IMAGES}
        for kind, runs in self.runs.items():
            figures[kind] = {"seconds": round(statistics.median(runs), 2), "runs": [round(each, 2) for each in runs]}
        if "loop" in self.runs:
            loop = statistics.median(self.runs["loop"])
            for kind in self.runs.keys() - {"loop", "floor"}:
                figures[kind]["ratio"] = round(statistics.median(self.runs[kind]) / loop, 3)
        return figures


def prepare() -> list[str]:
    """Bring the head to where its images can be asked; returns them."""
    images = [_derived(number) for number in range(1, IMAGES + 1)]
    _ansible("ansible-playbook", "-i", str(INVENTORY), str(PREPARE), "-e", json.dumps({"bench_images": images}))
    return images


def measure(images: t.Sequence[str], number: int, record: ParityRecord, kept_runs: int) -> None:
    """One round; every second one begins with the other side."""
    record.add("floor", _timed(_ad_hoc("floor", "ansible.builtin.ping", {"data": "pong"}), f"{number}"))
    sides: list[t.Callable[[], None]] = [
        lambda: record.add("loop", _timed(_loop(images), f"{number}")),
        lambda: _collection(images, number, record, kept_runs),
    ]
    for side in sides if number % 2 else reversed(sides):
        side()


def table(figures: t.Mapping[str, t.Any]) -> list[str]:
    """What the terminal shows."""
    told = {
        "loop": "podman run ... python -c 'import ray, sys; ...' once for each image",
        "cold": "every image asked",
        "kept": "nothing to ask",
        "imports": "every image asked, and its application imported there",
        "floor": "ansible -m ping on the same node, which is in all of these",
    }
    lines = [f"parity of {figures['images']} images on one node"]
    for kind, words in told.items():
        if kind in figures:
            ratio = f"{figures[kind]['ratio']:7.2f}" if "ratio" in figures[kind] else " " * 7
            lines.append(f"{kind:10} {figures[kind]['seconds']:7.1f} s {ratio}  {words}")
    return lines


def _collection(images: t.Sequence[str], number: int, record: ParityRecord, kept_runs: int) -> None:
    _forget()
    record.add("cold", _timed(_compare(images), f"{number}-cold"))
    for again in range(kept_runs):
        record.add("kept", _timed(_compare(images), f"{number}-kept-{again + 1}"))
    _forget()
    record.add("imports", _timed(_compare(images, imports=True), f"{number}-imports"))


def _timed(contender: Contender, label: str) -> float:
    seconds = run(contender, label).seconds
    print(f"  {contender.name} {label}: {seconds:.1f} s", flush=True)
    return seconds


def _loop(images: t.Sequence[str]) -> Contender:
    script = f"set -e; for image in {' '.join(images)}; do {AS_RAY} {BY_HAND}; done"
    return _ad_hoc("loop", "ansible.builtin.shell", {"_raw_params": script, "executable": "/bin/bash"})


def _compare(images: t.Sequence[str], *, imports: bool = False) -> Contender:
    arguments: dict[str, t.Any] = {"runtime_path": _runtime(), "images": list(images)}
    if imports:
        applications = [
            {"name": f"n{number}", "import_path": "numerals:app", "runtime_env": {"image_uri": image}}
            for number, image in enumerate(images)
        ]
        arguments["config"] = {"applications": applications}
    return _ad_hoc("parity", "ray.containers.version_parity_info", arguments)


def _ad_hoc(name: str, module: str, arguments: t.Mapping[str, t.Any]) -> Contender:
    argv = ("ansible", "-i", str(INVENTORY), HEAD, "-m", module, "-a", json.dumps(arguments))
    return Contender(name, argv, {"ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")})


def _runtime() -> str:
    """Where the playbook put Ray on the head."""
    return (BUILD / "parity-runtime").read_text(encoding="utf-8").strip()


def _forget() -> None:
    _ansible("ansible", "-i", str(INVENTORY), HEAD, "-m", "ansible.builtin.file", "-a", f"path={RECORDS} state=absent")


def _derived(number: int) -> str:
    """An image that differs from the example by one tiny layer, in the benchmark's registry."""
    registry = nodes.settings()["sandbox_registry"]
    directory = BUILD / "parity-image"
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "Containerfile").write_text(f"FROM {registry}/numerals:1\nENV NUMBER={number}\nCOPY number /\n")
    (directory / "number").write_text(f"{number}\n")
    name = f"{registry}/parity-{number}:1"
    podman = {"CONTAINERS_CONF": str(ROOT / "build" / "nodes" / "containers.conf")}
    _ansible("podman", "build", "--quiet", "--tls-verify=false", "--tag", name, str(directory), **podman)
    _ansible("podman", "push", "--quiet", "--tls-verify=false", name, **podman)
    return name


def _ansible(*argv: str, **environment: str) -> None:
    env = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), **OWN_CONNECTIONS, **environment}
    done = subprocess.run(
        argv, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BenchError(f"`{' '.join(argv[:6])}` failed:\n{(done.stdout + done.stderr)[-4000:]}")
