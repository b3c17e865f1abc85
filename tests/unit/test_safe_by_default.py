# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every sentence of the README's "Safe by default" has a test that holds it: a new one must name its own here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNIT = "collections/ansible_collections/ray/containers/tests/unit"
SAFETY = "molecule/default/tests_settled/test_3_safety.py"
TOKEN = "molecule/default/tests_settled/test_3_token.py"
HOSTS = "molecule/hostile/tests_settled/test_1_raylets_on_the_hosts.py"
FIREWALL = "molecule/hostile/tests_settled/test_3_firewall.py"
BARE = "molecule/hostile/tests_bare/test_before_the_site.py"
CONVERGED = "molecule/hostile/tests_converged/test_after_the_site.py"
ROLLOUT = f"{UNIT}/resource/test_serve_rollout.py"

#: The beginning of a sentence, and the tests that hold what it says, as file::function.
HELD_BY = {
    "Ray's dashboard and REST interface": [
        f"{SAFETY}::test_the_dashboard_listens_on_loopback_alone",
        f"{SAFETY}::test_the_rest_interface_asks_for_the_token",
    ],
    "It is generated once": [
        "molecule/default/tests_bare/test_check_mode.py::test_check_mode_makes_no_token",
        f"{CONVERGED}::test_the_token_lies_beside_the_inventory_for_its_owner_alone",
        f"{SAFETY}::test_every_node_holds_the_same_token_for_the_ray_user_alone",
        f"{SAFETY}::test_no_command_line_and_no_log_holds_the_token",
        f"{SAFETY}::test_no_report_holds_the_token",
        f"{SAFETY}::test_not_even_a_verbose_run_shows_secrets",
    ],
    "A run with another token": [
        f"{TOKEN}::test_a_fresh_clone_is_refused_before_anything_is_touched",
        f"{TOKEN}::test_another_token_is_refused_and_neither_is_told",
        f"{UNIT}/resource/test_raylet_rotation.py::test_replicas_that_do_not_move_stop_the_rotation",
    ],
    "teardown and drain without --limit": [
        "tests/unit/test_playbooks.py::test_all_nodes_are_only_meant_by_who_says_so"
    ],
    "A node that the cluster has": [f"{UNIT}/controller/test_stray_nodes.py::test_one_that_is_not_there_is_named"],
    "The nodes' ports are open": [
        f"{FIREWALL}::test_of_all_ports_only_those_of_the_table_answer",
        f"{FIREWALL}::test_one_call_without_a_token_ends_a_raylet_and_systemd_starts_it_again",
    ],
    "Security tells the rest": [f"{FIREWALL}::test_of_all_ports_only_those_of_the_table_answer"],
    "Raylets and applications run": [
        f"{CONVERGED}::test_nothing_of_ray_runs_as_root_and_its_configuration_is_the_ray_users",
        f"{CONVERGED}::test_nothing_of_what_the_replica_has_tried_came_about",
        f"{HOSTS}::test_after_all_of_it_roots_files_are_as_they_were",
    ],
    "What the Serve config's env_vars hold": [
        f"{SAFETY}::test_not_even_a_verbose_run_shows_secrets",
        f"{HOSTS}::test_a_site_and_a_deploy_end_whatever_stands_where_they_write",
        f"{UNIT}/resource/test_serve_secrets.py::test_an_application_that_prints_its_environment_gives_nothing_away",
        f"{UNIT}/core/test_secrets.py::test_a_value_is_masked_in_every_form",
    ],
    "(Not so what has less than six characters": [f"{UNIT}/core/test_secrets.py::test_trivial_values_are_not_masked"],
    "explain shows the values": [f"{UNIT}/controller/test_effective_environment.py::test_secrets_are_masked"],
    "Answers, logs and names from images": [
        f"{UNIT}/core/test_terminal.py::test_no_control_or_format_character_is_left",
        f"{UNIT}/core/test_secrets.py::test_everything_that_is_said_is_masked_and_printable",
    ],
    "Host keys are checked": [f"{BARE}::test_a_host_with_another_key_is_not_spoken_to"],
    "Registry passwords go into": [
        f"{CONVERGED}::test_nothing_of_ray_runs_as_root_and_its_configuration_is_the_ray_users",
        f"{HOSTS}::test_no_secret_stays_on_a_command_line",
    ],
    "A new version of an application is rehearsed": [
        f"{ROLLOUT}::test_a_new_version_is_rehearsed_asked_and_rolled",
        f"{ROLLOUT}::test_no_user_meets_a_version_that_fails_its_rehearsal",
        f"{UNIT}/core/test_serve_rollout.py::test_a_new_image_is_rolled_with_surge_and_rehearsed",
    ],
    "A deploy that fails puts": [
        f"{UNIT}/resource/test_serve_config.py::test_a_wrong_answer_fails_the_run_and_goes_back"
    ],
    "Removing an application must be asked for": [
        f"{UNIT}/resource/test_serve_rollout.py::test_an_application_is_removed_when_that_is_asked_for"
    ],
}


def sentences() -> list[str]:
    """Those of the section, without marks."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.partition("\n## Safe by default\n")[2].partition("\n## ")[0]
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)|`([^`]*)`", lambda found: found[1] or found[2], section)
    points = [" ".join(point.split()) for point in plain.split("\n- ")]
    return [each for point in points for each in re.split(r"(?<=[.)]) (?=[A-Z(]|explain )", point.lstrip("- ")) if each]


@pytest.mark.parametrize("sentence", sentences())
def test_a_sentence_has_tests(sentence: str) -> None:
    held_by = [tests for beginning, tests in HELD_BY.items() if sentence.startswith(beginning)]
    assert len(held_by) == 1, f"which test holds this: {sentence}"
    for test in held_by[0]:
        path, _colons, function = test.partition("::")
        assert re.search(rf"^def {function}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), test


def test_no_entry_is_about_a_sentence_that_is_gone() -> None:
    found = sentences()
    assert [each for each in HELD_BY if not any(sentence.startswith(each) for sentence in found)] == []
