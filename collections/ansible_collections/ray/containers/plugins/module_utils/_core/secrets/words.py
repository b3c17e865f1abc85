# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words in the names of variables that make a secret of them, or none.

This module util is PRIVATE to the ray.containers collection.
"""

from __future__ import annotations

__all__ = ["COUNTS", "PASSES", "PLAIN_KEYS", "SWITCHES", "TOKENS_OF_TEXT"]


def _words(written: str) -> frozenset[str]:
    return frozenset(written.split())


#: What a token is that is a piece of text, to a language model or a parser.
TOKENS_OF_TEXT: frozenset[str] = _words(
    """
    bos eos pad unk sep cls mask start end stop begin special additional padding image audio video speech
    think thinking tool eot eom eoh prefix suffix middle fill bpe per next first last decoder encoder forced
    assistant cache single boi eoi boa eoa eof sos blank newline lang language task timestamp timestamps
    object box wake trigger separator delimiter unknown go control function call reasoning document query
    passage placeholder stopping vision eov bov turn header text word sub modality keyword noise silence
    """
)
#: Of several tokens: how many there are.
COUNTS: frozenset[str] = _words(
    """
    max min num number n total count limit new prompt completion output input batched reserved draft chunk
    window batch context seq sequence model generated generation budget used cached truncate truncated overlap
    log return stream split bad suppress suppressed skip add remaining visible hidden allowed banned forced
    first last
    """
)
#: Keys that find something, or that everybody may have.
PLAIN_KEYS: frozenset[str] = _words(
    """
    public cache primary partition sort foreign row routing shard group index map json lookup unique composite
    hash bucket object dict field column config label feature order input output answer question prompt text
    image metric state registry host known hot model data record event message topic queue redis prefix lora
    adapter dataset sentence response idempotency dedup document item entity join merge node trace span
    metrics log header query param parameter blob translation i18n context time date segment kafka value id
    name type score target source result batch request url path file tag category class content user_id
    """
)
#: What a pass is that is no password.
PASSES: frozenset[str] = _words(
    """
    forward backward single one two multi first second low high band all
    """
)
#: Words that make a switch of a name: REQUIRE_API_KEY says whether there is one.
SWITCHES: frozenset[str] = _words(
    """
    enable enabled disable disabled use uses skip no require requires allow bypass has with
    """
)
