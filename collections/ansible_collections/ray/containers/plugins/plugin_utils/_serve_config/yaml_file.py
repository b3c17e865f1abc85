# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML files, read as Ray reads them (yaml.safe_load) but without its silent losses.

Only for the controller: PyYAML comes with ansible-core there, and nodes need not have it.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import sys
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError

try:
    import yaml

    HAS_YAML = True
except ImportError:
    HAS_YAML = False

__all__ = ["FILE_UNREADABLE", "YamlFailure", "read_yaml"]


FILE_UNREADABLE = Entry(
    code="RC-100",
    title="The Serve config cannot be read",
    severity="error",
    cause="There is no such file on the controller, it is a directory, or this account may not read it.",
    remedy="Set ray_serve_config to the path of the Serve config file on the controller",
    source="ray.containers: the Serve config is the one input beside the inventory",
)
NOT_YAML = Entry(
    code="RC-101",
    title="The Serve config is not YAML",
    severity="error",
    cause="Ray reads the file with yaml.safe_load, which refuses it too.",
    remedy="Correct the file at this place",
    source="Ray 2.60.0 serve/scripts.py deploy: yaml.safe_load",
)
DUPLICATE_KEY = Entry(
    code="RC-102",
    title="A key stands twice in one mapping",
    severity="error",
    cause="YAML keeps only the last of them, without a word: what the first one says is lost.",
    remedy="Remove one of them, or start a new list entry with a dash before the second",
    source="YAML 1.2.2 section 3.2.1.3; PyYAML constructor.py construct_mapping keeps the last",
)
SEVERAL_DOCUMENTS = Entry(
    code="RC-103",
    title="The file holds several YAML documents",
    severity="error",
    cause="A line of three dashes starts a new document, and a Serve config is exactly one.",
    remedy="Put all applications into one document, below one applications key",
    source="Ray 2.60.0 serve/scripts.py deploy: yaml.safe_load reads a single document",
)


class YamlFailure(OperatorError):
    """A file that is not one readable YAML document.

    :param entry: says what is wrong with it.
    :param where: path, and line and column (from 1) where they are known: ``serve.yaml:3:7``.
    """

    def __init__(self, entry: Entry, where: str, why: str) -> None:
        super().__init__(where, why=why)
        self.entry = entry
        self.where = where


def read_yaml(path: str, text: str | None = None) -> object:
    """The one document of the file; None when the file is empty.

    :param text: what the file is taken to hold; None to read it.
    :raises YamlFailure: it cannot be read, is not YAML, names a key twice, or holds several documents.
    :raises OperatorError: this Python has no PyYAML.
    """
    if not HAS_YAML:
        raise OperatorError(
            f"{path} cannot be read",
            why=f"the Python library PyYAML is not installed for {sys.executable}",
            remedy="Set ansible_python_interpreter of localhost to {{ ansible_playbook_python }}, or install it there",
        )
    text = _read(path) if text is None else text.lstrip("\ufeff")
    loader_class: t.Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _single_document(loader_class(text), path)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = " ".join(part for part in (error.context, error.problem) if part)
        raise YamlFailure(NOT_YAML, _place(path, mark), why) from error
    except yaml.YAMLError as error:  # characters that YAML does not allow
        raise YamlFailure(NOT_YAML, path, " ".join(str(error).split())) from error
    except ValueError as error:  # 2024-13-45 looks like a date, and is none
        raise YamlFailure(NOT_YAML, path, f"a value cannot be read: {error}") from error


def _read(path: str) -> str:
    try:
        with open(path, "rb") as stream:
            content = stream.read()
    except OSError as error:
        raise YamlFailure(FILE_UNREADABLE, path, _said(error)) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        why = f"byte {content[error.start]:#04x} is not part of a UTF-8 text"
        raise YamlFailure(NOT_YAML, f"{path}:{line}", why) from error


def _said(error: OSError) -> str:
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return "there is no such file on the controller"
    if isinstance(error, IsADirectoryError):
        return "it is a directory, not a file"
    if isinstance(error, PermissionError):
        return "this account may not read it"
    return error.strerror or str(error)


def _single_document(loader: t.Any, path: str) -> object:
    if not loader.check_node():
        return None
    node = loader.get_node()
    if loader.check_node():
        second = loader.get_node()
        raise YamlFailure(SEVERAL_DOCUMENTS, _place(path, second.start_mark), "a second document starts here")
    _check_keys(node, path, (), set())
    return loader.construct_document(node)


def _check_keys(node: t.Any, path: str, above: tuple[t.Any, ...], done: set[int]) -> None:
    """Refuse keys that stand twice, and aliases inside what they stand for; look at each anchor once."""
    if any(node is ancestor for ancestor in above):
        raise YamlFailure(NOT_YAML, _place(path, node.start_mark), "an alias stands inside its own anchor")
    if id(node) in done:
        return
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _check_keys(item, path, (*above, node), done)
    elif isinstance(node, yaml.MappingNode):
        seen: dict[tuple[str, str], t.Any] = {}
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                _check_key(key, seen, path)
            _check_keys(value, path, (*above, node), done)
    done.add(id(node))


def _check_key(key: t.Any, seen: dict[tuple[str, str], t.Any], path: str) -> None:
    identity = (key.tag, key.value)
    if identity in seen:
        first = seen[identity].start_mark.line + 1
        raise YamlFailure(
            DUPLICATE_KEY, _place(path, key.start_mark), f"the key {key.value} stands in line {first} already"
        )
    seen[identity] = key


def _place(path: str, mark: t.Any) -> str:
    """File, line and column as compilers write them."""
    return f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else path
