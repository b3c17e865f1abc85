# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one option of a raylet is: everything that is known of it, in one row.

A row is a field of `spec.RayletSpec` or `spec.RunOptions`. From it follow the module's arguments, the documentation of the
module and of the role, the role's default and the argument in its task (`tools/options` writes these four), the checks on
controller and node, the words of `ray start`, and what an operator who gives such a word as a start argument is told to use.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import dataclasses
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.raylet.check import ValueCheck

__all__ = ["ON_THE_HEAD", "ON_THE_NODE", "Option", "option", "options_of", "values_of"]

#: Where `ray start` gets the option.
ON_THE_HEAD = "head"
ON_THE_NODE = "node"


@dataclass(frozen=True)
class Option:
    """A row.

    :param field: of the value that has it.
    :param name: of the module's option.
    :param kind: Ansible's type.
    :param default: as an operator would write it; None when there is none.
    :param description: sentences for the module and the role; ``O(name)`` names another option.
    :param in_module: :param in_role: sentences that hold for one of them alone.
    :param variable: of the role; empty where the role fills the option itself.
    :param role_default: where the role's default is another one.
    :param flag: of `ray start`, without dashes.
    :param given_on: the nodes that get the flag.
    :param read: from what Ansible hands over to the field's value.
    :param words: from the field's value to words of `ray start`, where these are not ``--flag=value``.
    :param checks: of its value, on controller and node.
    """

    field: str
    name: str
    kind: str
    default: t.Any
    description: tuple[str, ...]
    in_module: tuple[str, ...]
    in_role: tuple[str, ...]
    choices: tuple[str, ...]
    elements: str
    secret: bool
    variable: str
    role_default: str
    flag: str
    given_on: str
    read: t.Callable[[t.Any], t.Any]
    words: t.Callable[[t.Any], t.Iterable[str]] | None
    checks: tuple[ValueCheck, ...]

    def argument(self) -> dict[str, t.Any]:
        """The option in the module's argument spec."""
        told: dict[str, t.Any] = {"type": self.kind}
        if self.choices:
            told["choices"] = list(self.choices)
        if self.elements:
            told["elements"] = self.elements
        if self.default is not None:
            told["default"] = self.default
        if self.secret:
            told["no_log"] = True
        return told

    def value_of(self, written: t.Any) -> t.Any:
        """The field's value of what Ansible hands over.

        :raises OperatorError: it cannot be read.
        """
        try:
            return self.read(written)
        except OperatorError as problem:
            raise OperatorError(f"{self.name}: {problem.what}", why=problem.why, remedy=problem.remedy) from None

    def words_of(self, value: t.Any) -> t.Iterable[str]:
        """The words of `ray start` for a value; none for one that is not given."""
        if self.words:
            return self.words(value)
        return [] if value in (None, "") else [f"--{self.flag}={value}"]


def option(
    kind: str,
    *description: str,
    default: t.Any = None,
    name: str = "",
    variable: str | None = None,
    read: t.Callable[[t.Any], t.Any] = lambda value: value,
    words: t.Callable[[t.Any], t.Iterable[str]] | None = None,
    checks: t.Iterable[ValueCheck] = (),
    in_module: tuple[str, ...] = (),
    in_role: tuple[str, ...] = (),
    choices: tuple[str, ...] = (),
    elements: str = "",
    secret: bool = False,
    role_default: str = "",
    flag: str = "",
    given_on: str = ON_THE_NODE,
) -> t.Any:
    """A field of a dataclass with its row, of which see `Option`.

    :param name: where it is not the field's.
    :param variable: of the role, where it is not the option's name after ``ray_``; empty for none.
    """

    def row(field: str) -> Option:
        option_name = name or field
        return Option(
            field,
            option_name,
            kind,
            default,
            description,
            in_module,
            in_role,
            choices,
            elements,
            secret,
            f"ray_{option_name}" if variable is None else variable,
            role_default,
            flag,
            given_on,
            read,
            words,
            tuple(checks),
        )

    value: dict[str, t.Any] = {"default": read(default)}
    if kind in ("dict", "list"):
        value = {"default_factory": lambda: read(default)}
    # A field of the dataclass that calls this.
    return dataclasses.field(repr=not secret, metadata={"row": row}, **value)  # pylint: disable=invalid-field-call


def options_of(kind: t.Any) -> tuple[Option, ...]:
    """The rows of a dataclass, in its order."""
    return tuple(field.metadata["row"](field.name) for field in dataclasses.fields(kind))


def values_of(kind: t.Any, parameters: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The fields of a dataclass, from the module's parameters."""
    return {row.field: row.value_of(parameters[row.name]) for row in options_of(kind)}
