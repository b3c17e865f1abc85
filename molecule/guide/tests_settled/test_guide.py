# Copyright (c) 2026 The ray.containers authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide's two applications answer as the guide says, each with libraries that exclude the other's."""

from __future__ import annotations

import difflib
import json
import re
import subprocess
import sys
import typing as t
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.nodes.cli import CONFIGURATION
from tests.nodes.engine import Podman

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "guide"
SPEECH, PICTURE = "/home/ray/samples/speech.wav", "/home/ray/samples/picture.png"
ALONE = f"import resnet50_example as r; print(r.Classifier().classify(open({PICTURE!r}, 'rb').read()))"

Applications = dict[str, dict[str, t.Any]]


def post(url: str, body: t.Any) -> tuple[int, str]:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def word_error_rate(said: list[str], heard: list[str]) -> float:
    """Words that were not heard as they were said, against all that were said."""
    blocks = difflib.SequenceMatcher(None, said, heard, autojunk=False).get_matching_blocks()
    return 1 - sum(block.size for block in blocks) / len(said)


def test_whisper_hears_what_was_said(applications: Applications) -> None:
    status, text = post(applications["whisper"]["url"], {"filepath": SPEECH})
    answer = json.loads(text)
    assert status == 200
    assert set(answer) == {
        *("language", "language_probability", "duration", "transcript_text", "whisper_alignments"),
    }
    assert answer["language"] == "en"
    assert 5 < answer["duration"] < 20
    said = words((EXAMPLE / "samples" / "speech.txt").read_text())
    # A machine's voice and the smallest model: a few words are heard as others that sound alike.
    assert word_error_rate(said, words(answer["transcript_text"])) <= 0.2, answer["transcript_text"]
    ends = [end for _start, end, _word, _probability in answer["whisper_alignments"]]
    assert ends == sorted(ends)
    assert words("".join(word for _start, _end, word, _p in answer["whisper_alignments"])) == words(
        answer["transcript_text"]
    )


def test_resnet_says_what_the_network_says_without_ray(applications: Applications) -> None:
    image = applications["resnet"]["image"]
    run = ("run", "--rm", "--network=none", "--pull=never", image.partition("@")[0] + ":1", "python", "-c", ALONE)
    alone = Podman(CONFIGURATION).run(*run).splitlines()[-1]
    assert post(applications["resnet"]["url"], {"uri": PICTURE}) == (200, alone)


@pytest.mark.parametrize(
    ("application", "body", "said"),
    [
        ("whisper", {}, "Send JSON with the audio file"),
        ("whisper", {"filepath": "/nowhere.wav"}, "There is no file /nowhere.wav"),
        ("resnet", {}, "Send JSON with the picture"),
        ("resnet", {"uri": "/etc/passwd"}, "This is no picture"),
    ],
)
def test_a_wrong_request_is_told(applications: Applications, application: str, body: t.Any, said: str) -> None:
    status, text = post(applications[application]["url"], body)
    assert status == 422
    assert said in text


def test_one_environment_for_both_is_not_possible() -> None:
    files = [f"--requirement={EXAMPLE / f'{name}-requirements.txt'}" for name in ("whisper", "resnet")]
    pip = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--ignore-installed"]
    for alone in files:
        assert subprocess.run([*pip, alone], check=False).returncode == 0
    both = subprocess.run([*pip, *files], capture_output=True, text=True, check=False)
    assert both.returncode != 0
    assert "conflicting dependencies" in both.stderr
