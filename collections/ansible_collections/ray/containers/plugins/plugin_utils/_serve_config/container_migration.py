# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The deprecated field container of a Serve config, rewritten as image_uri in the file's own text.

The text is edited at the places that the YAML parser marks, and nowhere else: comments, order, quotes and anchors of
everything else stay as they are. What comes out is parsed again and compared with what should, before it is written.

Only for the controller: PyYAML comes with ansible-core there.

This plugin util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import copy
import os
import re
import stat
import typing as t
from dataclasses import dataclass

from ansible_collections.ray.containers.plugins.module_utils._core.errors import OperatorError
from ansible_collections.ray.containers.plugins.module_utils._core.serve.config import mapping
from ansible_collections.ray.containers.plugins.module_utils._host.files import write_text
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.foreign import Taken
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.ray_schema import (
    DEFAULT_VERSION,
    ROOT,
    ray_schema,
)
from ansible_collections.ray.containers.plugins.plugin_utils._serve_config.yaml_file import read_yaml

try:
    import yaml

    HAS_YAML = True
except ImportError:
    HAS_YAML = False

__all__ = ["Migration", "migration", "write"]

_BEHIND = re.compile(r"(?:[ \t]+#[^\r\n]*)?")
_ALIAS = re.compile(r"\s*:\s*(\*[^\s,\[\]{}#]+)")


@dataclass(frozen=True)
class Migration:
    """A file before and after.

    :param sentences: what was replaced where, and what has no successor.
    """

    path: str
    before: str
    after: str
    sentences: tuple[str, ...]

    @property
    def changed(self) -> bool:
        return self.before != self.after


class _Edit(t.NamedTuple):
    start: int
    end: int
    text: str
    sentence: str


def migration(path: str, taken: Taken | None = None) -> Migration:
    """What migrating the file means; nothing is written. A file that cannot be parsed is left to the rules.

    :param taken: the Serve config in the file, when that is another kind of file; what is migrated is then the file of its own.
    :raises OperatorError: a container cannot be replaced without changing something else.
    """
    if taken:
        done = _migrated(taken.path, taken.after)
        return Migration(taken.path, taken.before, done.after, (*taken.sentences, *done.sentences))
    return _migrated(path, _read(path))


def _migrated(path: str, text: str) -> Migration:
    nothing = Migration(path, text, text, ())
    if not HAS_YAML or "container" not in text:
        return nothing
    mark, body = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    try:
        document = read_yaml(path, body)
        root = yaml.compose(body, Loader=yaml.SafeLoader)
    except OperatorError:
        return nothing
    edits = [_edit(path, body, where, key, value) for where, key, value in _containers(root)]
    after = body
    for edit in sorted(edits, key=lambda each: each.start, reverse=True):
        after = after[: edit.start] + edit.text + after[edit.end :]
    _prove(path, document, after)
    return Migration(path, text, mark + after, tuple(edit.sentence for edit in edits))


def write(done: Migration) -> None:
    """Replace the file in one step, with its mode, and its owner as far as this account may; links stay links."""
    path = os.path.realpath(done.path)
    mode = stat.S_IMODE(os.stat(path).st_mode) if os.path.exists(path) else 0o644
    write_text(path, done.after, mode=mode)


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            return stream.read()
    except (OSError, UnicodeDecodeError):
        return ""  # a rule tells it


def _containers(root: t.Any) -> t.Iterator[tuple[str, t.Any, t.Any]]:
    """Every field container of a runtime_env: its place, its key's node and its value's; each node once."""
    seen: set[int] = set()
    for where, environment in _environments(root):
        for key, value in _pairs(environment):
            if key.value == "container" and id(key) not in seen:
                seen.add(id(key))
                if any(other.value == "image_uri" for other, _value in _pairs(environment)):
                    raise _cannot(where, "image_uri is set as well", "Remove one of the two")
                yield where, key, value


def _environments(root: t.Any) -> t.Iterator[tuple[str, t.Any]]:
    """Every runtime_env of the applications, wherever in them it stands: its place, and its node."""
    for index, application in enumerate(_items(_child(root, "applications"))):
        yield from _environments_below(f"applications[{index}]", application, set())


def _environments_below(where: str, node: t.Any, seen: set[int]) -> t.Iterator[tuple[str, t.Any]]:
    if id(node) in seen:  # an alias
        return
    seen.add(id(node))
    for index, item in enumerate(_items(node)):
        yield from _environments_below(f"{where}[{index}]", item, seen)
    for key, value in _pairs(node):
        place = f"{where}.{key.value}"
        if key.value == "runtime_env":
            yield place, value
        else:
            yield from _environments_below(place, value, seen)


def _pairs(node: t.Any) -> t.Iterator[tuple[t.Any, t.Any]]:
    """The pairs of a mapping, and those that a merge key (<<) brings in."""
    for key, value in node.value if isinstance(node, yaml.MappingNode) else []:
        if key.tag == "tag:yaml.org,2002:merge":
            for merged in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                yield from _pairs(merged)
        elif isinstance(key, yaml.ScalarNode):
            yield key, value


def _child(node: t.Any, name: str) -> t.Any:
    return next((value for key, value in _pairs(node) if key.value == name), None)


def _items(node: t.Any) -> list[t.Any]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _edit(path: str, text: str, where: str, key: t.Any, value: t.Any) -> _Edit:
    """The replacement of one container."""
    if value.start_mark.index < key.end_mark.index or _anchor(text, key):
        raise _cannot(where, "it is shared with other places by an anchor", "Write it out in both places")
    if not isinstance(value, yaml.MappingNode):
        raise _cannot(where, "it is not a mapping", "Write image_uri and the image in its place")
    image = next(((name, each) for name, each in _pairs(value) if name.value == "image"), None)
    if image is None or not isinstance(image[1], yaml.ScalarNode):
        raise _cannot(where, "it names no image", "Write image_uri and the image in its place")
    start, end = key.start_mark.index, _end(value)
    written, image_end = _image(text, *image)
    replacement = f"image_uri: {written}"
    if not value.flow_style:
        replacement = _with_comments(text[start:end], text, start, image_end, replacement)
        if image_end >= end:
            end = image_end
        else:  # what is said behind the last of the others goes with it
            behind = _BEHIND.match(text, end)
            end = behind.end() if behind else end
    others = sorted(str(name.value) for name, _each in _pairs(value) if name.value != "image")
    lost = f"; {', '.join(others)} of it has no successor and is gone" if others else ""
    line = key.start_mark.line + 1
    return _Edit(start, end, replacement, f"{path}:{line}: Write image_uri in place of container in {where}{lost}")


def _anchor(text: str, key: t.Any) -> bool:
    """Whether the container itself has an anchor, which some other place may want."""
    return bool(re.match(r"[\"']?\s*:\s*&", text[key.end_mark.index :]))


def _end(node: t.Any) -> int:
    """Where a node's own text ends: the parser ends a block where the next thing begins, after all comments."""
    if isinstance(node, yaml.ScalarNode) or getattr(node, "flow_style", False) or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    key, value = last if isinstance(last, tuple) else (last, last)
    return max(_end(key), _end(value)) if value.start_mark.index >= key.start_mark.index else _end(key)


def _image(text: str, key: t.Any, value: t.Any) -> tuple[str, int]:
    """The image as it is written, an alias too; and where that ends."""
    if value.start_mark.index >= key.end_mark.index:
        return text[value.start_mark.index : value.end_mark.index].rstrip(), int(value.end_mark.index)
    alias = _ALIAS.match(text, key.end_mark.index)
    return (alias[1], alias.end()) if alias else (str(value.value), int(key.end_mark.index))


def _with_comments(region: str, text: str, start: int, image_end: int, replacement: str) -> str:
    """The replacement of a block, with the comments that stood in it on lines of their own above, in their order."""
    column = start - (text.rfind("\n", 0, start) + 1)
    newline = "\r\n" if "\r\n" in region else "\n"
    comments = [line.strip() for line in region.splitlines() if line.strip().startswith("#")]
    trailing = _BEHIND.match(text, image_end)
    # What follows the image on its line goes with it, unless the image is the last there is: then it is not touched.
    behind = trailing[0] if trailing and image_end < start + len(region) else ""
    above = "".join(f"{comment}{newline}{' ' * column}" for comment in comments)
    return f"{above}{replacement}{behind}"


def _prove(path: str, document: t.Any, after: str) -> None:
    """Refuse to write anything that does not say what it should."""
    wanted = copy.deepcopy(document)
    for environment in _loaded_environments(wanted):
        container = environment.pop("container", None)
        if container is not None:
            environment["image_uri"] = container["image"]
    try:
        # Beside Ray's own keys stand only anchors, for merge keys: an edit there shows in the applications.
        found = yaml.safe_load(after)
        own = ray_schema(DEFAULT_VERSION).fields(ROOT)
        same = {key: found.get(key) for key in own} == {key: wanted.get(key) for key in own}
    except (yaml.YAMLError, AttributeError):
        same = False
    if not same:
        raise OperatorError(
            f"{path} cannot be migrated",
            why="its layout is one that this migration does not understand; nothing was written",
            remedy="Replace each field container by image_uri by hand",
            code="RC-121",
        )


def _loaded_environments(document: t.Any) -> t.Iterator[dict[str, t.Any]]:
    listed = mapping(document).get("applications")
    waiting = [*listed] if isinstance(listed, list) else []
    while waiting:
        found = waiting.pop()
        if isinstance(found, list):
            waiting.extend(found)
        for key, value in mapping(found).items():
            if key == "runtime_env":
                yield from [value] if isinstance(value, dict) else []
            else:
                waiting.append(value)


def _cannot(where: str, why: str, remedy: str) -> OperatorError:
    return OperatorError(f"container of {where} cannot be replaced by image_uri", why=why, remedy=remedy, code="RC-121")
