# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Serve config on its way between tasks: in no result, readable for one account, gone with its run."""

from __future__ import annotations

import datetime
import json
import types
import typing as t
from pathlib import Path

import pytest

pytest.importorskip("ansible.plugins.action")
pytest.importorskip("yaml")

from ansible import constants

from ansible_collections.ray.containers.plugins.action import app_images, serve_config
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.plugin_utils._sealed_config import sealed, unsealed
from ansible_collections.ray.containers.tests.unit.action.test_serve_config_info import SERVE, run

IMAGE = "quay.io/a/one:1"
ENVIRONMENT = {"image_uri": IMAGE, "env_vars": {"COOKIE": "the whole cookie"}}
CONFIG = {"applications": [{"name": "a", "import_path": "a:app", "runtime_env": ENVIRONMENT}]}


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    return tmp_path


def test_it_is_there_for_one_account_and_names_nothing(directory: Path) -> None:
    name = sealed(CONFIG)
    assert "cookie" not in name
    assert (directory / name).stat().st_mode & 0o777 == 0o600
    assert unsealed(name) == CONFIG
    assert sealed(CONFIG) != name


@pytest.mark.parametrize(
    "other", [CONFIG, None, "", "serve.yaml", "../ray.containers-config-x.json", "/etc/passwd", ["x"]]
)
def test_what_was_not_sealed_stays_as_it_is(other: t.Any) -> None:
    assert unsealed(other) == other


def test_what_another_run_has_sealed_is_told(directory: Path) -> None:
    name = sealed(CONFIG)
    (directory / name).unlink()
    with pytest.raises(OperatorError, match="another run"):
        unsealed(name)


def test_dates_become_texts() -> None:
    assert unsealed(sealed({"args": {"day": datetime.date(2026, 1, 31)}})) == {"args": {"day": "2026-01-31"}}


def test_the_result_of_reading_it_holds_no_secret(tmp_path: Path) -> None:
    (tmp_path / "serve.yaml").write_text(SERVE.replace("HOME: /tmp", "COOKIE: the whole cookie"))
    result = run(tmp_path, path=str(tmp_path / "serve.yaml"), sealed=True)
    assert "the whole cookie" not in json.dumps(result)
    config = unsealed(result["config"])
    assert config["applications"][0]["runtime_env"]["env_vars"] == {"COOKIE": "the whole cookie"}
    assert run(tmp_path, path=str(tmp_path / "serve.yaml"))["config"] == config


def sent(
    action: types.ModuleType, result: dict[str, t.Any], **arguments: t.Any
) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """What an action sends to the node that gives *result*, and what it makes of that."""
    calls: list[dict[str, t.Any]] = []

    class Sending(action.ActionModule):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            self._task = types.SimpleNamespace(args=arguments, check_mode=False, async_val=0, action="x")
            self._connection = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir="/nowhere"))
            self._play_context = types.SimpleNamespace(check_mode=False)

        def _execute_module(self, **call: t.Any) -> dict[str, t.Any]:
            calls.append(call["module_args"])
            return result

    told: dict[str, t.Any] = Sending().run(task_vars={})
    return (calls or [{}])[0], told


def test_the_modules_are_given_what_was_sealed() -> None:
    arguments, _told = sent(app_images, {}, images=[IMAGE], config=sealed(CONFIG))
    assert json.loads(arguments["config"])[0]["variables"] == {"COOKIE": "the whole cookie"}
    arguments, _told = sent(serve_config, {}, config=sealed(CONFIG), queries=[])
    assert (arguments["config"], arguments["queries"]) == (CONFIG, [])
    assert "config" not in sent(serve_config, {}, state="last_good")[0]


def test_a_module_that_breaks_gives_nothing_away() -> None:
    broken = {"failed": True, "module_stderr": "Traceback …: the whole cookie, key of a query \x1b]0;x\x07"}
    queries = [{"application": "a", "json": {"api_key": "key of a query"}, "expect": ""}]
    _arguments, told = sent(serve_config, broken, config=sealed(CONFIG), queries=queries)
    assert told["module_stderr"] == "Traceback …: ********, ******** \\x1b]0;x\\x07"


def test_what_was_sealed_elsewhere_reaches_no_node() -> None:
    arguments, told = sent(serve_config, {}, config="ray.containers-config-gone.json")
    assert arguments == {} and told["failed"] and "another run" in told["msg"]
