"""What is in a picture, with the interface of Ray's guide: POST /resnet {"uri": "https://.../picture.jpeg"}."""

from __future__ import annotations

import asyncio
import io
import json
import os
import urllib.request
from pathlib import Path

import torch
from PIL import Image, UnidentifiedImageError
from ray import serve
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from torchvision.models import ResNet50_Weights, resnet50

WEIGHTS = Path(os.environ.get("RESNET_WEIGHTS_FILE", "/home/ray/models/resnet50.pth"))
#: Bytes of a picture, and seconds to wait for its server.
LARGEST = 64 * 1024 * 1024
PATIENCE = 30.0


class BadRequestError(Exception):
    """What is wrong with a request, as a sentence for the caller."""


class Classifier:
    """The network with its weights; of no use of Ray, so that an answer can be compared with what it says by itself."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        described = ResNet50_Weights.IMAGENET1K_V2
        self._categories: list[str] = described.meta["categories"]
        self._prepare = described.transforms()
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._network = resnet50(weights=None)
        self._network.load_state_dict(torch.load(weights, map_location=self._device, weights_only=True))
        self._network.to(self._device).eval()

    def classify(self, content: bytes) -> str:
        """The name of the class that the picture most likely belongs to.

        :raises BadRequestError: the bytes are no picture.
        """
        try:
            picture = Image.open(io.BytesIO(content)).convert("RGB")
        except (UnidentifiedImageError, Image.DecompressionBombError, OSError) as error:
            raise BadRequestError(f"This is no picture: {error}") from error
        with torch.inference_mode():
            scores = self._network(self._prepare(picture).unsqueeze(0).to(self._device))
        return self._categories[int(scores.argmax())]


@serve.deployment(ray_actor_options={"num_cpus": 0.5})
class Resnet:
    """Answers with the class of the picture."""

    def __init__(self) -> None:
        self._classifier = Classifier()

    async def __call__(self, request: Request) -> Response:
        try:
            uri = uri_of(await request.body())
            # The network takes a moment; health checks are answered meanwhile.
            return PlainTextResponse(await asyncio.to_thread(lambda: self._classifier.classify(content_of(uri))))
        except BadRequestError as error:
            return PlainTextResponse(str(error), status_code=422)


def uri_of(body: bytes) -> str:
    """The field of the request.

    :raises BadRequestError: there is none.
    """
    try:
        uri = json.loads(body)["uri"]
    except (ValueError, KeyError, TypeError):
        uri = None
    if not isinstance(uri, str) or not uri:
        raise BadRequestError('Send JSON with the picture: {"uri": "https://.../picture.jpeg"}')
    return uri


def content_of(uri: str) -> bytes:
    """The picture's bytes: of a file in the container, or what an URL gives."""
    try:
        if uri.startswith(("http://", "https://")):
            with urllib.request.urlopen(uri, timeout=PATIENCE) as answer:
                content: bytes = answer.read(LARGEST + 1)
        else:
            with Path(uri).open("rb") as stream:
                content = stream.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise BadRequestError(f"{uri} cannot be read: {error}") from error
    if len(content) > LARGEST:
        raise BadRequestError(f"{uri} is larger than {LARGEST // 2**20} MiB")
    return content


app = Resnet.bind()
