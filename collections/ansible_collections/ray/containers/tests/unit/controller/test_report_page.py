# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a run: what stands in it. How it looks and reads is asked in a browser, by tests/report."""

from __future__ import annotations

import itertools
import typing as t
from html.parser import HTMLParser

import pytest

from ansible_collections.ray.containers.plugins.plugin_utils._report.page import page
from ansible_collections.ray.containers.tests.unit.fakes.hostile_run import EVIL, hostile
from ansible_collections.ray.containers.tests.unit.fakes.reported_runs import RUNS, ours, reported

ALL = {**RUNS, "hostile": hostile}


class Elements(HTMLParser):
    """The elements and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def words(html: str) -> str:
    """What is read, on one line."""
    return " ".join(" ".join(Elements(html).text).split())


@pytest.mark.parametrize("run", ALL.values(), ids=list(ALL))
def test_a_page_needs_nothing_and_runs_nothing(run: t.Callable[[], dict[str, t.Any]]) -> None:
    elements = Elements(page(run()))
    assert not {"script", "link", "img", "iframe", "object", "base", "form"} & {
        tag for tag, _attributes in elements.found
    }
    for _tag, attributes in elements.found:
        assert not {"style", "src", "srcset", "onerror", "onload"} & set(attributes)
        assert all(not str(value).startswith("javascript:") for value in attributes.values())
    (policy,) = [meta for meta in elements.of("meta") if meta.get("http-equiv")]
    assert str(policy["content"]).startswith("default-src 'none'; style-src 'sha256-")


@pytest.mark.parametrize("run", ALL.values(), ids=list(ALL))
def test_headings_go_down_step_by_step_and_names_are_given_once(run: t.Callable[[], dict[str, t.Any]]) -> None:
    elements = Elements(page(run()))
    levels = [int(tag[1]) for tag, _attributes in elements.found if tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    names = [attributes["id"] for _tag, attributes in elements.found if "id" in attributes]
    assert len(names) == len(set(names))
    pointed = [str(link["href"])[1:] for link in elements.of("a") if str(link["href"]).startswith("#")]
    assert pointed and set(pointed) <= set(names)


def test_whatever_nodes_say_is_text() -> None:
    html = page(hostile())
    assert "<script" not in html and "<img" not in html
    assert html.count("&lt;script&gt;") > 60
    assert words(html).count("{{ 7*7 }}") == words(html).count("<script>document.title='x'</script>")
    assert "49 javascript" not in html
    assert EVIL.partition("'")[0] in words(html)


def test_check_mode_says_what_would_change_and_never_that_all_is_in_place() -> None:
    html = page(RUNS["check"]())
    assert '<h1 class="mild">29 changes would be made</h1>' in html
    assert "Everything is in place" not in html and "All done" not in html
    assert "What would change" in html and "1 to change" in html
    assert "sizes is changed" in html
    assert "Nothing would change" in page(reported(ours("head", "Install Podman"), check_mode=True))


@pytest.mark.parametrize(
    ("run", "headline"),
    [
        ("site", "All done, with 29 changes"),
        ("unchanged", "Everything is in place"),
        ("failed", "Not everything worked"),
        ("let_through", "What does not fit was let through"),
        ("diagnosis", "1 error and 1 warning found"),
        ("sound", "Nothing wrong was found"),
        ("explained", "All done"),
    ],
)
def test_the_headline_says_how_the_run_ended(run: str, headline: str) -> None:
    assert f">{headline}</h1>" in page(RUNS[run]())


def test_a_finding_has_its_evidence_folded_away_and_errors_come_first() -> None:
    html = page(RUNS["diagnosis"]())
    home, port = html.index("The Ray user's home".replace("'", "&#39;")), html.index("Port 8000 of this node")
    assert home < port
    folded = html[html.index("<details>", home) : html.index("</details>", home)]
    assert "/home/ray: owner root, mode 0755" in folded
    assert "chown ray: /home/ray" in html[home : html.index("<details>", home)]
    assert html.count("The Ray user&#39;s home /home/ray belongs to root") == 1
    assert "worker1, worker2" in html


def test_replicas_and_proxies_have_the_names_of_their_nodes() -> None:
    said = words(page(RUNS["site"]()))
    assert "Sizes: 2 of 2 run : 1 on head, 1 on worker2" in said
    assert "Words: 1 of 2 run : 1 on worker1" in said
    assert "head HEALTHY worker1 HEALTHY worker2 HEALTHY" in said
    assert "@sha256:2034bb60a0659744d9141e8b08e0981e34b8ec6be40dec444154a7c0ea88e775" in said


def test_each_node_has_a_cell_for_each_check() -> None:
    said = words(page(RUNS["failed"]()))
    assert "worker2 ? not looked at ? not looked at ? not looked at" in said
    assert "head 1 changed 3 changed 1 changed 2 changed ✗ failed ? not looked at" in said
    questions = RUNS["diagnosis"]()["checks"]
    assert questions["kind"] == "questions" and len(questions["names"]) == 27
    cells = {row["host"]: dict(zip(questions["names"], row["cells"], strict=True)) for row in questions["rows"]}
    assert cells["worker2"]["disks"]["state"] == "not_looked_at"
    assert cells["worker1"]["account"]["state"] == "failed"
    assert cells["worker1"]["serve"]["state"] == "nothing_to_look_at"
    assert cells["head"]["account"]["state"] == "ok"


def test_a_change_is_shown_as_a_diff_where_there_is_one() -> None:
    html = page(RUNS["site"]())
    assert "<del>-ExecStart=/opt/ray/bin/ray start --head --num-cpus=2</del>" in html
    assert "<ins>+ExecStart=/opt/ray/bin/ray start --head --num-cpus=4</ins>" in html
    changes = RUNS["site"]()["nodes"][0]["changes"]
    assert [change["step"] for change in changes if "diff" in change] == [
        "Change /etc/systemd/system/raylet.service: num-cpus: 2 -> 4"
    ]


def test_the_time_is_drawn_with_a_bar_for_each_task_of_each_host() -> None:
    elements = Elements(page(RUNS["site"]()))
    # One of the controller, six of each node, and two more of the head.
    assert len(elements.of("rect")) == 1 + 3 * 6 + 2
    for rect in elements.of("rect"):
        assert float(str(rect["x"]).rstrip("%")) + float(str(rect["width"]).rstrip("%")) <= 100.01
    assert len(Elements(page(RUNS["many"]())).of("rect")) < 40 * 9
    assert "21 more hosts" in page(RUNS["many"]())
