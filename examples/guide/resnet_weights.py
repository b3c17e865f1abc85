"""Puts the weights of ResNet-50 into a file, while the image is built: resnet_weights.py FILE WEIGHTS."""

from __future__ import annotations

import shutil
import sys
import urllib.request
from pathlib import Path

import torch
from torchvision.models import ResNet50_Weights, resnet50

CONTEXT = Path(__file__).parent
#: The same network for everybody who asks for `untrained`.
SEED = 2026


def main(target: str, weights: str) -> None:
    file = Path(target)
    file.parent.mkdir(parents=True, exist_ok=True)
    if weights == "untrained":
        torch.manual_seed(SEED)
        torch.save(resnet50(weights=None).state_dict(), file)
    elif weights in ResNet50_Weights.__members__:
        torch.save(ResNet50_Weights[weights].get_state_dict(progress=False), file)
    elif weights.startswith(("http://", "https://")):
        with urllib.request.urlopen(weights) as answer, file.open("wb") as stream:
            shutil.copyfileobj(answer, stream)
    elif (CONTEXT / weights).is_file():
        shutil.copyfile(CONTEXT / weights, file)
    else:
        known = ", ".join(ResNet50_Weights.__members__)
        raise SystemExit(
            f"RESNET_WEIGHTS is {weights}: neither {known}, untrained, an URL nor a file beside the Containerfile"
        )
    # What does not fit fails here, and not in a replica.
    resnet50(weights=None).load_state_dict(torch.load(file, map_location="cpu", weights_only=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
