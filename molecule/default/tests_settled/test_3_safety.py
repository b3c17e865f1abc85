# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Safe from the first day: the dashboard on loopback, the token asked for, and no secret to be read anywhere."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
import yaml

from tests.cluster.nodes import ssh_hosts
from tests.cluster.site import Site

testinfra_hosts = list(ssh_hosts(Path(__file__).parents[1] / "inventory").values())

TOKEN_FILE = "/home/ray/.ray/auth_token"


@pytest.fixture(scope="module")
def token() -> str:
    return (Path(__file__).parents[1] / "inventory" / ".secrets" / "ray_auth_token.head@10.96.0.10").read_text().strip()


def test_every_node_holds_the_same_token_for_the_ray_user_alone(host: t.Any, token: str) -> None:
    file = host.file(TOKEN_FILE)
    assert file.content_string.strip() == token
    assert (file.user, file.mode) == ("ray", 0o600)


def test_no_command_line_and_no_log_holds_the_token(host: t.Any) -> None:
    # The search reads the token from its file: it must not put it on a command line itself.
    searched = "/proc/[0-9]*/cmdline /var/log /tmp/ray /etc/systemd/system"
    assert host.run(f"grep -rlsaF -f {TOKEN_FILE} {searched}").stdout == ""
    assert host.run(f"journalctl --no-pager | grep -cF -f {TOKEN_FILE}").stdout.strip() == "0"


def test_no_report_holds_the_token(converged_report: Path, token: str) -> None:
    assert converged_report.stat().st_mode & 0o077 == 0
    assert all(token not in file.read_text() for file in converged_report.parent.iterdir())


#: By the kind of what holds them, and what of each must not be seen.
VARIABLES = {
    "LICENCE": "hunter2",
    "HF_TOKEN": "hf_PlantedTokenOfAHub00112233445566",
    "DSN": "postgres://svc:planted-dsn-password@db.example.com:5432/main",
    "CLIENT_KEY": "-----BEGIN PRIVATE KEY-----\nPlantedLineOneOfAKey0123\nPlantedLineTwoOfAKey9876\n-----END PRIVATE KEY-----\n",
    "STICKY": "session=planted-cookie-value; theme=dark",
    "SENTRY": "https://0123456789abcdef0123456789abcdef@o1.ingest.example.com/42",
}
PLANTED = (
    *("hunter2", "hf_PlantedTokenOfAHub00112233445566", "planted-dsn-password", "PlantedLineOneOfAKey0123"),
    *("PlantedLineTwoOfAKey9876", "planted-cookie-value", "0123456789abcdef0123456789abcdef"),
    *("planted-key-in-user-config", "planted-key-in-a-query", "planted-password-of-a-proxy"),
)


def test_not_even_a_verbose_run_shows_secrets(
    site: Site, inventory: Path, token: str, head: t.Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = yaml.safe_load((inventory / "serve.yaml").read_text())
    application = config["applications"][0]
    application["runtime_env"]["env_vars"] = VARIABLES
    application["deployments"][0]["user_config"] = {"auth": {"api_key": "planted-key-in-user-config"}}
    (tmp_path / "serve.yaml").write_text(yaml.safe_dump(config))
    query = {
        "application": application["name"],
        "path": "?number=2026&api_key=planted-key-in-a-query",
        "headers": {"Authorization": "Bearer planted-key-in-a-query"},
        "expect": "MMXXVI",
    }
    more = {
        "ray_serve_config": str(tmp_path / "serve.yaml"),
        "ray_queries": [query],
        "ray_environment": {"PLANTED_PROXY": "http://me:planted-password-of-a-proxy@proxy.example.com:3128"},
    }
    (tmp_path / "more.yaml").write_text(yaml.safe_dump(more))
    log = tmp_path / "ansible.log"
    monkeypatch.setenv("ANSIBLE_LOG_PATH", str(log))
    # Modules then lie on the node as files, with their arguments.
    monkeypatch.setenv("ANSIBLE_PIPELINING", "false")
    since = head.check_output("date '+%F %T'")
    run = site.run("--check", "--diff", "-vvvv", "-e", f"@{tmp_path / 'more.yaml'}")
    assert run.rc == 0, run.output
    assert {host for host, _task, _step in run.changes} >= {"head"}, "what is set is seen"
    assert "EXEC ssh" in run.output, "it is as verbose as it was asked to be"
    # All fields, whatever bytes are in them.
    asked = f"journalctl --no-pager --output=export --since='{since}'"
    journal = head.check_output(f"{asked} | tr -d '\\200-\\377'")
    assert "Invoked with" in journal, "Ansible has logged the modules"
    places = {"output": run.output, "log": log.read_text(), "report": str(run.report), "journal": journal}
    seen = [(place, secret) for place, text in places.items() for secret in (*PLANTED, token) if secret in text]
    assert seen == []


def test_the_dashboard_listens_on_loopback_alone(head: t.Any) -> None:
    listening = [line.split()[3] for line in head.check_output("ss -Hltn").splitlines()]
    assert [address for address in listening if address.endswith(":8265")] == ["127.0.0.1:8265"]


def test_the_rest_interface_asks_for_the_token(head: t.Any) -> None:
    ask = "import urllib.request as r; r.urlopen('http://127.0.0.1:8265/api/serve/applications/')"
    refused = head.run(f'python3 -c "{ask}"')
    assert refused.rc != 0
    assert "HTTP Error 401" in refused.stderr
