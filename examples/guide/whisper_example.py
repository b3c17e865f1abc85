"""Speech to text, with the interface of Ray's guide: POST /whisper {"filepath": "https://.../speech.wav"}."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import typing as t
import urllib.request
from pathlib import Path

from faster_whisper import WhisperModel
from ray import serve
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

MODEL = Path(os.environ.get("WHISPER_MODEL_DIRECTORY", "/home/ray/models/whisper"))
#: Bytes of an audio file that is fetched, and seconds to wait for its server.
LARGEST = 256 * 1024 * 1024
PATIENCE = 30.0


class BadRequestError(Exception):
    """What is wrong with a request, as a sentence for the caller."""


@serve.deployment(ray_actor_options={"num_cpus": 0.5})
class Whisper:
    """Holds the model, and transcribes one file at a time."""

    def __init__(self) -> None:
        # On a GPU where this replica was given one, else on the CPU.
        gpu = bool(os.environ.get("CUDA_VISIBLE_DEVICES"))
        self._model = WhisperModel(
            str(MODEL), device="cuda" if gpu else "cpu", compute_type="float16" if gpu else "int8"
        )

    async def __call__(self, request: Request) -> Response:
        try:
            path = filepath_of(await request.body())
            # Transcribing takes seconds; health checks are answered meanwhile.
            return JSONResponse(await asyncio.to_thread(self.transcribe, path))
        except BadRequestError as error:
            return JSONResponse({"error": str(error)}, status_code=422)

    def transcribe(self, filepath: str) -> dict[str, t.Any]:
        """The answer of the guide: language, its probability, seconds, text, and [start, end, word, probability] of each word."""
        with tempfile.TemporaryDirectory() as directory:
            path = local(filepath, Path(directory))
            try:
                segments, info = self._model.transcribe(str(path), word_timestamps=True)
                said = list(segments)
            except (OSError, ValueError) as error:
                raise BadRequestError(f"{filepath} cannot be read as audio: {error}") from error
        return {
            "language": info.language,
            "language_probability": info.language_probability,
            "duration": info.duration,
            "transcript_text": "".join(segment.text for segment in said),
            "whisper_alignments": [
                [word.start, word.end, word.word, word.probability] for segment in said for word in segment.words or ()
            ],
        }


def filepath_of(body: bytes) -> str:
    """The field of the request.

    :raises BadRequestError: there is none.
    """
    try:
        filepath = json.loads(body)["filepath"]
    except (ValueError, KeyError, TypeError):
        filepath = None
    if not isinstance(filepath, str) or not filepath:
        raise BadRequestError('Send JSON with the audio file: {"filepath": "https://.../speech.wav"}')
    return filepath


def local(filepath: str, directory: Path) -> Path:
    """The file itself: a path in the container, or what an URL gives, fetched into *directory*."""
    if not filepath.startswith(("http://", "https://")):
        path = Path(filepath)
        if not path.is_file():
            raise BadRequestError(f"There is no file {filepath} in the container of this application")
        return path
    target = directory / "audio"
    try:
        with urllib.request.urlopen(filepath, timeout=PATIENCE) as answer:
            content = answer.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise BadRequestError(f"{filepath} cannot be fetched: {error}") from error
    if len(content) > LARGEST:
        raise BadRequestError(f"{filepath} is larger than {LARGEST // 2**20} MiB")
    target.write_bytes(content)
    return target


entrypoint = Whisper.bind()
