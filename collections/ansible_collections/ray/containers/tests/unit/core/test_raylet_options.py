# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a raylet, one case each: what it adds to `ray start`, what a change of it is told as, what is refused."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.command import raylet_argv
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.option import Option
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.service import Service
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.spec import OPTIONS, RayletSpec
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.unit import differences, raylet_unit
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.validation import CHECKS, reject

HEAD = RayletSpec("head", "ray", "/opt/ray/2.60.0-py3.11.2", "2.60.0", "192.0.2.1", auth_token="0123456789abcdef")
SERVICE = Service(uid=1000, group="ray", home="/home/ray", open_files=(65536, 524288))
ROWS = {row.name: row for row in OPTIONS if row.variable}


class Case(t.NamedTuple):
    """
    :param written: a value, as Ansible hands it over.
    :param words: of `ray start` that it adds.
    :param told: how a change to it from the default is told.
    :param refused: values and the codes by which they are refused.
    """

    written: t.Any
    words: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    refused: tuple[tuple[t.Any, str], ...] = ()


CASES = {
    "port": Case(7000, ("--port=7000",), ("port: 6379 -> 7000",), ((80, "RC-218"), (6380, "RC-220"))),
    "dashboard_host": Case(
        "0.0.0.0", ("--dashboard-host=0.0.0.0",), ("dashboard-host: 127.0.0.1 -> 0.0.0.0",), (("a b", "RC-225"),)
    ),
    "dashboard_port": Case(8266, ("--dashboard-port=8266",), ("dashboard-port: 8265 -> 8266",), ((0, "RC-218"),)),
    "node_ip_address": Case(
        "[2001:db8::2]",
        ("--node-ip-address=2001:db8::2",),
        ("node-ip-address: nothing -> 2001:db8::2",),
        (("0.0.0.0", "RC-225"), ("192.0.2.2:6379", "RC-225")),
    ),
    "ports": Case(
        {"node_manager": "7000"},
        ("--node-manager-port=7000",),
        ("node-manager-port: 6380 -> 7000",),
        (({"worker_minimum": 20000}, "RC-219"), ({"metrics_export": 6384}, "RC-220"), ({"gcs": 7000}, "RC-217")),
    ),
    "num_cpus": Case(0, ("--num-cpus=0",), ("num-cpus: nothing -> 0",), ((-1, "RC-212"), ("two", "RC-212"))),
    "num_gpus": Case(2, ("--num-gpus=2",), ("num-gpus: nothing -> 2",), ((1.5, "RC-212"),)),
    "object_store_memory": Case(
        "2GiB",
        ("--object-store-memory=2147483648",),
        ("object-store-memory: nothing -> 2147483648",),
        (("2G", "RC-213"), ("74MiB", "RC-214")),
    ),
    "resources": Case(
        {"b": "1", "a": 2},
        ('--resources={"a":2,"b":1}',),
        ('resources: nothing -> {"a":2,"b":1}',),
        (({"GPU": 1}, "RC-215"), ({"fast": 0.5}, "RC-216")),
    ),
    "start_arguments": Case(
        ["--labels=rack=7", "--no-monitor"],
        ("--labels=rack=7", "--no-monitor"),
        ("labels: nothing -> rack=7", "no-monitor: nothing -> yes"),
        ((["labels=a"], "RC-221"), (["--num-cpus=1"], "RC-222"), (["--redis-password=x"], "RC-223")),
    ),
    "environment": Case(
        {"A": True},
        told=("EnvironmentFile: nothing -> /var/lib/ray.containers/raylet.environment",),
        refused=(({"1X": "a"}, "RC-229"), ({"RAY_AUTH_TOKEN": "x"}, "RC-230")),
    ),
    # A head has nowhere to drain to: its unit does not tell it.
    "drain_timeout": Case(120, refused=(("two minutes", "RC-231"),)),
    # Of the raylet's container alone; test_raylet_container has them.
    "raylet_options": Case(["--device=/dev/x"], refused=((["--cap-drop=ALL"], "RC-239"),)),
    "raylet_privileged": Case(False),
}


def with_value(row: Option, value: t.Any) -> RayletSpec:
    return dataclasses.replace(HEAD, **{row.field: row.value_of(value)})


def codes(row: Option, value: t.Any) -> set[str]:
    values = {row.name: value}
    return {check.entry.code for check in CHECKS for _found in check.find(values, True)}


def test_every_option_has_a_case() -> None:
    assert set(CASES) == set(ROWS)


@pytest.mark.parametrize("name", CASES)
def test_an_option(name: str) -> None:
    row, case = ROWS[name], CASES[name]
    spec = with_value(row, case.written)
    reject(spec)
    assert codes(row, case.written) == set()
    assert tuple(word for word in raylet_argv(spec) if word not in raylet_argv(HEAD)) == case.words
    assert tuple(differences(raylet_unit(HEAD, SERVICE), raylet_unit(spec, SERVICE))) == case.told


@pytest.mark.parametrize(
    ("name", "value", "code"), [(name, *refused) for name, case in CASES.items() for refused in case.refused]
)
def test_what_an_option_refuses_on_controller_and_node(name: str, value: t.Any, code: str) -> None:
    row = ROWS[name]
    assert codes(row, value) == {code}
    with pytest.raises(OperatorError) as raised:
        reject(with_value(row, value))
    assert raised.value.code in (code, ""), "what cannot be read has no code on the node"
    assert str(raised.value).startswith(name)


@pytest.mark.parametrize("row", OPTIONS, ids=lambda row: row.name)
def test_a_default_is_the_fields_default(row: Option) -> None:
    fields = {field.name: field for field in dataclasses.fields(RayletSpec)}
    field = fields.get(row.field)
    if field is not None and field.default is not dataclasses.MISSING:
        assert field.default == row.read(row.default)
