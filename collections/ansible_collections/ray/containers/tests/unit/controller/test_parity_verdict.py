# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a node's answer: a failure, warnings, or nothing; and what a Serve config asks of its images."""

from __future__ import annotations

import json
import typing as t
from dataclasses import asdict, replace

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.parity.facts import (
    Application,
    ImageFacts,
    NodeFacts,
    applications_of,
)
from ansible_collections.ray.containers.plugins.plugin_utils._parity.verdict import (
    ParityFailed,
    ParityRequest,
    applications_in,
    findings,
    joint,
    verdict,
)

ONE, TWO = "quay.io/a/one:1", "quay.io/a/two:1"
NODE = NodeFacts("2.60.0", "b7f4259", "3.11.2", "amd64", 1000)
SAME = ImageFacts("amd64", "2.60.0", "b7f4259", "3.11.2", 1000, "/w.py")
OTHER_PYTHON = replace(SAME, python_version="3.10.13")
NO_HOME = replace(SAME, home="")


def told(node: NodeFacts | None = NODE, **images: ImageFacts) -> dict[str, t.Any]:
    names = {"one": ONE, "two": TWO}
    facts = {names[name]: image.as_data() for name, image in images.items()}
    return {"node": asdict(node) if node else {}, "images": facts}


def asked(*references: str, **fields: t.Any) -> ParityRequest:
    return ParityRequest("worker1", "ray", "/opt/ray/x", references or (ONE,), **fields)


def test_what_fits_says_nothing() -> None:
    result = verdict(asked(), told(one=SAME))
    assert set(result) == {"parity"}
    assert (result["parity"]["differences"], result["parity"]["not_compared"]) == ([], [])


def test_enforce_fails_with_what_to_change_and_brings_the_table() -> None:
    with pytest.raises(ParityFailed) as caught:
        verdict(asked(), told(one=OTHER_PYTHON))
    text = str(caught.value)
    assert "3.10.13" in text and "set ray_python_version to 3.10.13" in text and caught.value.code == "RC-302"
    parity = caught.value.details["parity"]
    assert parity["differences"][0]["wanted"] == "3.11.2"
    assert "!= 3.10.13" in "\n".join(parity["table"])


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ParityFailed) as caught:
        verdict(
            asked(ONE, TWO, "quay.io/a/none:1"), told(one=OTHER_PYTHON, two=replace(SAME, user_id=5, is_ray_user=False))
        )
    lines = str(caught.value).splitlines()
    assert [line.split(" ", 2)[0] for line in lines[1:]] == ["1.", "2.", "3."]
    assert [line.rpartition(" ")[2] for line in lines[1:]] == ["[RC-302]", "[RC-304]", "[RC-311]"]


def test_usual_facts_are_left_out_and_come_back() -> None:
    assert ImageFacts(**SAME.as_data()) == SAME
    assert "failure" not in SAME.as_data() and SAME.as_data()["worker_path"] == "/w.py"


def test_a_node_that_differs_from_the_head_fails_too() -> None:
    head = {"ray_version": "2.59.0", "python_version": "3.11.2", "ray_commit": ""}
    with pytest.raises(ParityFailed, match=r"node worker1: it has Ray 2\.60\.0, the head 2\.59\.0\. .*\[RC-327\]"):
        verdict(asked(head=head), told(one=SAME))


def test_a_warning_does_not_stop_a_run() -> None:
    (warning,) = verdict(asked(), told(one=NO_HOME))["warnings"]
    assert "RC-322" in warning and "LET THROUGH" not in warning


def test_warn_lets_errors_through_and_says_so() -> None:
    result = verdict(asked(policy="warn"), told(one=OTHER_PYTHON))
    (warning,) = result["warnings"]
    assert warning.startswith("LET THROUGH by ray_parity=warn: ") and "3.10.13" in warning
    assert result["parity"]["policy"] == "warn" and result["parity"]["differences"]


def test_report_only_tells() -> None:
    assert set(verdict(asked(policy="report"), told(one=OTHER_PYTHON))) == {"parity"}


def test_what_is_not_there_yet_fails_outside_check_mode_only() -> None:
    result = verdict(asked(check_mode=True), told())
    assert result["parity"]["not_compared"] == [f"the image {ONE} is not in the store of ray yet"]
    assert "warnings" not in result
    with pytest.raises(ParityFailed, match="RC-311"):
        verdict(asked(), told())
    with pytest.raises(ParityFailed, match="RC-310"):
        verdict(asked(), told(None))
    assert len(verdict(asked(check_mode=True), told(None))["parity"]["not_compared"]) == 2
    assert "RC-311" in verdict(asked(policy="warn"), told())["warnings"][0]


def test_the_joint_table_tells_each_thing_once() -> None:
    results = {
        name: verdict(replace(asked(ONE, TWO, policy="report"), host=name), told(one=SAME, two=OTHER_PYTHON))["parity"]
        for name in ("head", "worker1")
    }
    lines = joint(results)
    assert [line.split("  ")[0] for line in lines[1:]] == ["nodes head, worker1", TWO, ONE]
    assert joint({"bare": {"node": {}, "images": {}, "differences": []}}) == []


def test_a_diagnosis_gets_errors_only() -> None:
    (finding,) = findings(told(one=NO_HOME, two=OTHER_PYTHON))
    assert (finding.entry.code, finding.where) == ("RC-302", f"image {TWO}")


CONFIG = {
    "applications": [
        {
            "name": "whisper",
            "import_path": "whisper:app",
            "runtime_env": {"image_uri": ONE, "env_vars": {"A": "1", "B": "2"}},
            "deployments": [
                {"name": "Ingress"},
                {
                    "name": "Model",
                    "ray_actor_options": {
                        "num_gpus": 1,
                        "runtime_env": {"image_uri": TWO, "env_vars": {"B": "3"}},
                    },
                },
            ],
        },
        {
            "name": "gpu",
            "import_path": "gpu:app",
            "runtime_env": {"image_uri": ONE},
            "deployments": [{"name": "D", "ray_actor_options": {"num_gpus": 0.5}}],
        },
        {"name": "plain", "import_path": "plain:app"},
        {"import_path": 5, "runtime_env": {"image_uri": TWO, "env_vars": None}, "deployments": None},
    ]
}


def test_the_applications_of_a_serve_config() -> None:
    assert applications_in(CONFIG) == (
        Application("whisper", ONE, "whisper:app", {"A": "1", "B": "2"}),
        Application("whisper/Model", TWO, "whisper:app", {"A": "1", "B": "3"}, gpus=True),
        Application("gpu", ONE, "gpu:app", gpus=True),
        Application("default", TWO, "5"),
    )
    assert applications_in({}) == ()


def test_applications_travel_as_text() -> None:
    applications = applications_in(CONFIG)
    assert applications_of(json.dumps([asdict(application) for application in applications])) == applications
    assert applications_of("") == ()


def test_the_values_of_variables_are_not_shown() -> None:
    assert "hunter2" not in repr(Application("a", ONE, "a:a", {"TOKEN": "hunter2"}))
