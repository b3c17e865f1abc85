# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is a secret, judged by its name and by what it looks like. Whatever has to know it asks here.

A name is judged word by word, and its last word decides: API_KEY is a key and API_KEY_HEADER is a header, EOS_TOKEN is a piece
of text and TOKENIZER a program. Then the value is: a name that sounds secret holds none in ``true``, ``<your token>`` or a path.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ray.containers.plugins.module_utils._core.secrets.words import (
    COUNTS,
    PASSES,
    PLAIN_KEYS,
    SWITCHES,
    TOKENS_OF_TEXT,
)

__all__ = ["KEYS", "PATHS", "SECRET_WORD", "is_secret", "looks_secret", "option_of_secret"]

#: Absolute paths below the usual directories, and lists of them such as PATH. Not every text that begins with a slash: base64
#: does, too.
PATHS = (
    r"(?:(?:^|:)(?:~|\.\.?|/(?:usr|s?bin|lib(?:32|64)?|etc|opt|var|tmp|home|root|mnt|srv|dev|proc|sys|run|media|data|models?))"
    r"(?:/[\w.+@-]*)*)+"
)

#: One of these is in every name that `looks_secret`: for finding such names in a text, quickly.
SECRET_WORD = r"token|passw|passphrase|passcode|pass|pwd|pw|pat|secret|credential|key|auth|bearer|cookie|salt|pepper"

#: Where a word ends: at a mark, before a capital after a small letter, and before the last of several capitals (APIKey).
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_PASSWORDS = ("pass", "credential", "pw")
#: Words that are a password with others written into one with them: pgpassword, clientsecret.
_PASSWORD_ENDINGS = ("password", "passwd", "passphrase", "passcode", "pwd", "secret")
_KEY_ENDINGS = ("apikey", "accesskey", "secretkey", "privatekey", "accountkey")
#: The shell's variables of the working directory.
_DIRECTORIES = ("PWD", "OLDPWD")

#: Keys that are known by how they begin: of AWS, Databricks, Docker Hub, GitHub, GitLab, Google, Grafana, Groq, Hugging Face,
#: LangSmith, NVIDIA, npm, OpenAI, Perplexity, Pinecone, PyPI, Replicate, SendGrid, Slack, Stripe, Tavily, Telegram, Vault, xAI;
#: signed tokens.
KEYS = (
    r"\b(?:(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|AIza[\w-]{35}|gsk_\w{20,}|hf_\w{20,}"
    r"|nvapi-[\w-]{20,}|npm_\w{30,}|sk-[\w-]{20,}|pypi-[\w-]{30,}|SG\.[\w-]{16,}\.[\w-]{16,}|xox[abeprs]-[\w-]{10,}"
    r"|[rs]k_(?:live|test)_\w{16,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}|dapi[0-9a-f]{32}"
    r"|hvs\.[\w-]{20,}|r8_\w{30,}|dckr_pat_[\w-]{20,}|lsv2_(?:pt|sk)_\w{20,}|pcsk_\w{20,}|pplx-\w{20,}|tvly-[\w-]{20,}|xai-\w{20,}"
    r"|glsa_\w{20,}|\d{8,10}:AA[\w-]{33})"
)
_ACCESS_KEY_ID = re.compile(r"(?:AKIA|ASIA)[0-9A-Z]{16}")
#: Whatever begins with a word begins where a word does: tried at every letter, a long value takes minutes.
#: These, a private key in PEM, an address with a password or with a key in the place of the user, as Sentry's have it, one that
#: is signed or to which everybody may post, and the header that a key is sent in.
_SECRET_VALUE = re.compile(
    rf"{KEYS}|-----BEGIN [A-Z ]*PRIVATE KEY|(?<![\w+.-])[a-zA-Z][\w+.-]*://(?:[^/\s:@]*:(?!\*+@)[^/\s@]+|[\w-]{{16,}})@"
    r"|[?&](?:sig|X-(?:Amz|Goog)-Signature)=[\w%+/=-]{16,}|\bhooks\.slack\.com/(?:services|workflows|triggers)/\w+/\w"
    r"|\bdiscord(?:app)?\.com/api/webhooks/\d+/\w|\.webhook\.office\.com/webhookb2/\w"
    r"|\b(?:Bearer|Basic) (?=[\w.~+/-]*\d)[\w.~+/=-]{16,}",
    re.ASCII,
)
#: Where a secret is: a file, an address without a password, an entry of a store of secrets.
_ELSEWHERE = (
    r"(?-i:(?:/[a-z0-9_.-]+)+/?)|(?:[\w.-]+/)*[\w.-]+\.(?:json|pem|key|crt|cer|p12|pfx|jks|txt|ya?ml|toml|ini|env|conf|cfg)"
    r"|[a-z][a-z0-9+.-]*://[^\s@?]*|arn:aws[\w-]*:\S+|projects/[^/\s]+/secrets/\S+|(?:vault|ssm|sm|kms|env|file|secret):[\w/.#-]+"
)
#: What stands in the place of a secret, whatever the name is: nothing, a word of YAML, where it is, a reference, a note to the
#: reader, a piece of text as language models know it, marks alone.
_PLACEHOLDER = re.compile(
    rf"\s*|{PATHS}|{_ELSEWHERE}|true|false|yes|no|on|off|null|none|\W+|<[^<>]*>|\[[A-Za-z_/ ]+\]|\$\w+|\$?\{{\{{?[^{{}}]*\}}\}}?"
    r"|(?:your|insert|replace|enter)[\s_.-].*|(?:no|not|un)[\s_.-]?(?:token|key|set|used|needed|required|auth)|changeme"
    r"|x+|dummy|empty|local|fake|default|example|placeholder|redacted|todo|tbd|n/?a|unused|foo|bar",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[+-]?\d{1,8}(?:\.\d+)?")
#: What nobody would take for a key or a cookie: one short word, or several words with hyphens, dots or slashes between them.
_WORDLY = re.compile(r"[a-z]{1,8}|[A-Z]{1,8}|[A-Z][a-z]{1,7}|[a-z]{2,}(?:[-_./][a-z]{2,})+", re.ASCII)


def is_secret(name: str, value: str) -> bool:
    """Whether a variable's or a field's value is likely to be a secret."""
    if _SECRET_VALUE.search(value) and not (_words(name)[-1:] == ["id"] and _ACCESS_KEY_ID.fullmatch(value)):
        return True
    kind = _kind(name)
    if not kind or _PLACEHOLDER.fullmatch(value):
        return False
    return kind == "password" or not (_NUMBER.fullmatch(value) or (kind == "cookie" and _WORDLY.fullmatch(value)))


def option_of_secret(written: object) -> str:
    """The name of a command's option such as ``--api-key`` whose value, the next of its arguments, is a secret; else empty."""
    if isinstance(written, str) and re.fullmatch(r"--?[A-Za-z][\w-]*", written) and looks_secret(written):
        return written.lstrip("-")
    return ""


def looks_secret(name: str) -> bool:
    """Whether a field or variable of this name is likely to hold a secret."""
    return bool(_kind(name))


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(name)]


def _kind(name: str) -> str:
    """What secret a name stands for: a password, a token, a key, a cookie; empty for none."""
    words = _words(name)
    while len(words) > 1 and words[-1].isdigit():
        words.pop()
    if not words or name in _DIRECTORIES or (len(words) > 1 and words[0] in SWITCHES):
        return ""
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if last in ("base", "value", "string", "text", "plain", "plaintext", "encoded", "raw") and before:
        # SECRET_KEY_BASE and API_TOKEN_VALUE hold what the words before say.
        return _kind("_".join(words[:-1]))
    single = last[:-1] if last.endswith("s") and not last.endswith("ss") else last
    for kind, judge in _JUDGES:
        if judge(single, before, words, last != single):
            return kind
    return ""


def _is_password(last: str, before: str, words: t.Sequence[str], several: bool) -> bool:
    return (last in _PASSWORDS and not (last == "pass" and before in PASSES)) or last.endswith(_PASSWORD_ENDINGS)


def _is_token(last: str, before: str, words: t.Sequence[str], several: bool) -> bool:
    counted = several and (before in COUNTS or words[0] in COUNTS)
    personal = last == "pat" and bool(before)
    return personal or (last.endswith("token") and not counted and before not in TOKENS_OF_TEXT)


def _is_key(last: str, before: str, words: t.Sequence[str], several: bool) -> bool:
    mixed_in = last in ("salt", "pepper") and bool(before)
    return mixed_in or last.endswith(_KEY_ENDINGS) or (last == "key" and bool(before) and before not in PLAIN_KEYS)


def _is_cookie(last: str, before: str, words: t.Sequence[str], several: bool) -> bool:
    return last in ("auth", "authorization", "cookie", "bearer")


_Judge = t.Callable[[str, str, t.Sequence[str], bool], bool]
_JUDGES: tuple[tuple[str, _Judge], ...] = (
    ("password", _is_password),
    ("token", _is_token),
    ("key", _is_key),
    ("cookie", _is_cookie),
)
