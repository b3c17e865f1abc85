# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML files, read as Ray reads them (yaml.safe_load) but without its silent losses.

Only for the controller: PyYAML comes with ansible-core there, and nodes need not have it.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import os
import sys
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.catalogue.entry import Entry
from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError

try:
    import yaml

    HAS_YAML = True
    Loader: t.Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
except ImportError:
    HAS_YAML = False
    Loader = object

__all__ = ["FILE_UNREADABLE", "SEVERAL_DOCUMENTS", "YamlFailure", "read_documents", "read_text", "read_yaml"]

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
    title="Duplicate key",
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
#: No Serve config is as deep as that, or as large; what is makes Ansible or Ray fall.
DEEPEST = 100
MOST = 1_000_000


class YamlFailure(OperatorError):
    """A file that is not one readable YAML document.

    :param entry: says what is wrong with it.
    :param where: path, and line and column (from 1) where they are known: ``serve.yaml:3:7``.
    """

    def __init__(self, entry: Entry, where: str, why: str, remedy: str = "") -> None:
        super().__init__(where, why=why, remedy=remedy)
        self.entry = entry
        self.where = where


def read_yaml(path: str, text: str | None = None) -> object:
    """The one document of the file; None when the file is empty.

    :param text: what the file is taken to hold; None to read it.
    :raises YamlFailure: it cannot be read, is not YAML, names a key twice, or holds several documents.
    :raises OperatorError: this Python has no PyYAML.
    """
    documents = read_documents(path, text)
    if len(documents) > 1:
        raise YamlFailure(SEVERAL_DOCUMENTS, documents[1].where, "a second document starts here")
    return documents[0].value if documents else None


class Document(t.NamedTuple):
    """One document of a file, and where in it it begins."""

    where: str
    value: object


def read_documents(path: str, text: str | None = None) -> list[Document]:
    """All documents of the file.

    :raises YamlFailure: it cannot be read, is not YAML, or names a key twice.
    :raises OperatorError: this Python has no PyYAML.
    """
    if not HAS_YAML:
        raise OperatorError(
            f"{path} cannot be read",
            why=f"the Python library PyYAML is not installed for {sys.executable}",
            remedy="Set ansible_python_interpreter of localhost to {{ ansible_playbook_python }}, or install it there",
        )
    text = read_text(path) if text is None else text.lstrip("\ufeff")
    try:
        _check_depth(text, path)
        return [*_documents(_PlacingLoader(text), path)]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = " ".join(part for part in (error.context, error.problem) if part)
        raise YamlFailure(NOT_YAML, _place(path, mark), why) from error
    except yaml.YAMLError as error:  # characters that YAML does not allow
        raise YamlFailure(NOT_YAML, _place_of_character(path, text), " ".join(str(error).split())) from error


def read_text(path: str) -> str:
    """The file's text, without a mark of its encoding.

    :raises YamlFailure: it cannot be read, or is not UTF-8.
    """
    try:
        # Opening a pipe that nobody writes to would take for ever.
        if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
            raise YamlFailure(FILE_UNREADABLE, path, "it is a pipe, a socket or a device, not a file")
        with open(path, "rb") as stream:
            content = stream.read()
    except OSError as error:
        raise YamlFailure(FILE_UNREADABLE, path, _said(error)) from error
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:4]:
        raise YamlFailure(NOT_YAML, f"{path}:1:1", "it is written in UTF-16 or UTF-32", "Save the file as UTF-8")
    if content.startswith(b"$ANSIBLE_VAULT;"):
        why = "it is encrypted with ansible-vault, and the nodes and Ray get what it holds in any case"
        remedy = "Decrypt it, and let the applications read their secrets from files"
        raise YamlFailure(FILE_UNREADABLE, path, why, remedy)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        why = f"byte {content[error.start]:#04x} is not part of a UTF-8 text"
        raise YamlFailure(NOT_YAML, f"{path}:{line}", why, "Save the file as UTF-8") from error


def _said(error: OSError) -> str:
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return "there is no such file on the controller"
    if isinstance(error, IsADirectoryError):
        return "it is a directory, not a file"
    if isinstance(error, PermissionError):
        return "this account may not read it"
    return error.strerror or str(error)


class _PlacingLoader(Loader):
    """Says where in the file it is that a value cannot be read; PyYAML lets whatever int() or a date raises through."""

    def construct_object(self, node: t.Any, deep: bool = False) -> t.Any:
        try:
            return super().construct_object(node, deep)
        except (yaml.YAMLError, RecursionError):
            raise
        except Exception as error:
            kind = str(node.tag).replace("tag:yaml.org,2002:", "!!")
            # What int() and the like say would show the value, and so would a KeyError.
            said = f": {error}" if kind == "!!timestamp" and isinstance(error, ValueError) else ""
            raise yaml.constructor.ConstructorError(
                None, None, f"the value cannot be read as {kind}{said}", node.start_mark
            ) from error


def _check_depth(text: str, path: str) -> None:
    """Refuse what is nested beyond measure, before anything calls itself for it."""
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                why = f"it is nested more than {DEEPEST} levels deep"
                raise YamlFailure(NOT_YAML, _place(path, event.start_mark), why)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _documents(loader: t.Any, path: str) -> t.Iterator[Document]:
    while loader.check_node():
        node = loader.get_node()
        if _size(node, path, (), {}) > MOST:
            why = f"with its aliases written out it holds more than {MOST:,} values"
            raise YamlFailure(NOT_YAML, _place(path, node.start_mark), why)
        yield Document(_place(path, node.start_mark), loader.construct_document(node))


def _size(node: t.Any, path: str, above: tuple[t.Any, ...], known: dict[int, int]) -> int:
    """How many values the node holds, aliases counted as often as they stand; looks at each anchor once.

    :raises YamlFailure: a key stands twice, or an alias inside what it stands for.
    """
    if any(node is ancestor for ancestor in above):
        raise YamlFailure(NOT_YAML, _place(path, node.start_mark), "an alias is inside its own anchor")
    if id(node) in known:
        return known[id(node)]
    inner = []
    if isinstance(node, yaml.SequenceNode):
        inner = node.value
    elif isinstance(node, yaml.MappingNode):
        seen: dict[tuple[str, str], t.Any] = {}
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                _check_key(key, seen, path)
            inner.append(value)
    known[id(node)] = 1 + sum(_size(each, path, (*above, node), known) for each in inner)
    return known[id(node)]


def _check_key(key: t.Any, seen: dict[tuple[str, str], t.Any], path: str) -> None:
    identity = (key.tag, key.value)
    if identity in seen:
        first = seen[identity].start_mark.line + 1
        raise YamlFailure(
            DUPLICATE_KEY, _place(path, key.start_mark), f"the key {key.value} is already in line {first}"
        )
    seen[identity] = key


def _place(path: str, mark: t.Any) -> str:
    """File, line and column as compilers write them."""
    return f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else path


def _place_of_character(path: str, text: str) -> str:
    """Where the first character stands that YAML does not allow."""
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if not found:
        return path
    line = text.count("\n", 0, found.start())
    return f"{path}:{line + 1}:{found.start() - text.rfind(chr(10), 0, found.start())}"
