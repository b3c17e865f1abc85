# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is a secret, judged by its name and by what it looks like. Whatever has to know it asks here.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re

__all__ = ["DIRECTORY_VARIABLE", "KEYS", "PATHS", "SECRET_WORD", "is_secret", "looks_secret", "tells_a_place"]

#: Absolute paths below the usual directories, and lists of them such as PATH. Not every text that begins with a slash: base64
#: does, too.
PATHS = (
    r"(?:(?:^|:)(?:~|\.\.?|/(?:usr|s?bin|lib(?:32|64)?|etc|opt|var|tmp|home|root|mnt|srv|dev|proc|sys|run|media|data|models?))"
    r"(?:/[\w.+@-]*)*)+"
)

#: Within a name, whatever stands around it.
SECRET_WORD = (
    r"token|passw(?:or)?d|passphrase|secret|(?:api|access|account|private)[_-]?key|pwd"
    # Only as the last word of a name: PASSENGERS and KEYBOARD say nothing, and these keys only find something.
    r"|(?:(?<![\w-])|[_-])pass(?![\w-])|(?<!public)(?<!cache)(?<!primary)(?<!partition)(?<!sort)[_-]key(?![\w-])|auth(?![\w-])"
)
#: The shell's variables of the working directory.
DIRECTORY_VARIABLE = r"(?-i:(?:OLD)?PWD)(?![\w-])"
_SECRET_NAME = re.compile(rf"^(?!{DIRECTORY_VARIABLE})(?=.*(?:{SECRET_WORD}|credential))", re.IGNORECASE)

#: Names that sound secret and say where something is, or how it is used.
_TELLS_A_PLACE = re.compile(r"(path|file|mode)$", re.IGNORECASE)

#: Keys of AWS, GitHub, GitLab, Hugging Face, OpenAI and Slack.
KEYS = r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_\w{20,}|glpat-[\w-]{20,}|hf_\w{20,}|sk-[\w-]{20,}|xox[abp]-[\w-]{10,})"
#: These, a private key in PEM, and an address with a password or with a key in the place of the user, as Sentry's have it.
_SECRET_VALUE = re.compile(
    rf"{KEYS}|-----BEGIN [A-Z ]*PRIVATE KEY|\b[a-zA-Z][\w+.-]*://(?:[^/\s:@]*:(?!\*+@)[^/\s@]+|[\w-]{{16,}})@", re.ASCII
)
#: API_KEY_FILE=/path, TOKEN_LIMIT=5, TOKENIZERS_PARALLELISM=false: names that sound secret, values that are not.
_NO_SECRET = re.compile(rf"\s*|{PATHS}|\d{{1,8}}|true|false|yes|no|on|off|null|none", re.IGNORECASE)


def is_secret(name: str, value: str) -> bool:
    """Whether a variable's or a field's value is likely to be a secret."""
    if _SECRET_VALUE.search(value):
        return True
    return looks_secret(name) and not tells_a_place(name) and not _NO_SECRET.fullmatch(value)


def looks_secret(name: str) -> bool:
    """Whether a field or variable of this name is likely to hold a secret."""
    return bool(_SECRET_NAME.match(name))


def tells_a_place(name: str) -> bool:
    """Whether the name says where something lies, or how it is used, and not what it is."""
    return bool(_TELLS_A_PLACE.search(name))
