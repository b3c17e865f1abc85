# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The question that Ray is asked on the head before a deploy, with a Ray that takes every form: what it imports, and reads."""

from __future__ import annotations

import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from ansible_collections.ray.containers.plugins.module_utils._host.command import HostCommands
from ansible_collections.ray.containers.plugins.module_utils._host.ray.schema import complaints

#: No dashboard listens there.
PORT = 54_321
RAY = {
    "ray/__init__.py": "",
    "ray/runtime_env.py": "RuntimeEnv = dict\n",
    "ray/serve/__init__.py": "",
    "ray/serve/_private/__init__.py": "",
    "ray/serve/_private/utils.py": "def override_runtime_envs_except_env_vars(first, second):\n    return {**first, **second}\n",
    "ray/serve/config.py": "HTTPOptions = dict\n",
    "ray/serve/schema.py": (
        "class ServeDeploySchema:\n    applications = ()\n    http_options = None\n"
        "    @classmethod\n    def model_validate(cls, config):\n        return cls()\n"
        "    def model_dump(self, **how):\n        return {}\n"
    ),
}
RAY["ray/serve/schema.py"] += "ServeDeploySchema.http_options = ServeDeploySchema()\n"


@pytest.fixture(scope="module")
def head(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Path]:
    """Ray's modules, and a process that looks like its dashboard, which imports from a directory of its own."""
    root = tmp_path_factory.mktemp("head")
    for name, text in {**RAY, "own/code.py": "def called(): ...\nNUMBER = 5\n", "dashboard.py": "input()\n"}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    argv = [sys.executable, str(root / "dashboard.py"), f"--port={PORT}"]
    # It has its own command line as soon as Popen comes back.
    with subprocess.Popen(argv, stdin=subprocess.PIPE, env={"PYTHONPATH": str(root / "own")}) as dashboard:
        yield root
        dashboard.communicate(b"\n")


def told(head: Path, **config: t.Any) -> list[tuple[str, str]]:
    python = ["env", f"PYTHONPATH={head}", sys.executable]
    found = complaints(HostCommands(), python, config, port=PORT)
    return [(".".join(map(str, each.where)), each.sentence(config).partition(": ")[2]) for each in found]


def test_what_can_be_imported_and_called_is_no_complaint(head: Path) -> None:
    assert told(head, grpc_options={"grpc_servicer_functions": ["code.called", "os.path:join"]}) == []


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nowhere:called", "Ray on the head cannot import what this names: nowhere:called: ModuleNotFoundError"),
        ("code:missing", "Ray on the head cannot import what this names: code:missing: AttributeError"),
        (
            "code:NUMBER",
            "Ray on the head cannot import what this names: code:NUMBER: TypeError: it cannot be called [RC-158]",
        ),
    ],
)
def test_what_cannot_is_told(path: str, said: str, head: Path) -> None:
    places: dict[str, dict[str, t.Any]] = {
        "grpc_options.grpc_servicer_functions.0": {"grpc_options": {"grpc_servicer_functions": [path]}},
        "tracing_config.exporter_import_path": {"tracing_config": {"exporter_import_path": path}},
        "controller_options.runtime_env.env_vars.RAY_SERVE_CONTROLLER_CALLBACK_IMPORT_PATH": {
            "controller_options": {"runtime_env": {"env_vars": {"RAY_SERVE_CONTROLLER_CALLBACK_IMPORT_PATH": path}}}
        },
    }
    for place, config in places.items():
        ((where, sentence),) = told(head, **config)
        assert where == place
        assert sentence.startswith(said)


def test_a_file_for_tls_that_cannot_be_read_is_told(head: Path) -> None:
    options = {"ssl_keyfile": f"{head}/no.key", "ssl_certfile": f"{head}/dashboard.py"}
    ((where, sentence),) = told(head, http_options=options)
    assert where == "http_options.ssl_keyfile"
    assert sentence == f"Ray on the head cannot read the file: {head}/no.key: No such file or directory [RC-154]"
