"""Mattes by rembg's models: only those that may be used for anything, from files that were fetched beforehand.

These run in the worker, on pixels that a child has decoded. A model is loaded once for each process.
"""

from __future__ import annotations

import hashlib
import os
import urllib.request
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from app.refusals import Refusal

if TYPE_CHECKING:
    from PIL.Image import Image

BUILT_IN = "builtin"
LONGEST = 1024  # pixels a model sees, at most
PIECE = 1 << 20
ADDRESS = "https://github.com/danielgatis/rembg/releases/download/v0.0.0/"


class Model(NamedTuple):
    """The file's name at its source, and its MD5 as rembg has it."""

    file: str
    md5: str
    licence: str


MODELS = {  # rembg's others are for private use only, ask for clicks, or send pictures to third parties
    "u2net": Model("u2net.onnx", "60024c5c889badc19c04ad937298a77b", "Apache-2.0"),
    "u2netp": Model("u2netp.onnx", "8e83ca70e441ab06c318d82300c84806", "Apache-2.0"),
    "u2net_human_seg": Model("u2net_human_seg.onnx", "c09ddc2e0104f800e3e1bb4652583d1f", "Apache-2.0"),
    "silueta": Model("silueta.onnx", "55e59e0d8062d2f5d013f4725ee84782", "Apache-2.0"),
    "isnet-general-use": Model("isnet-general-use.onnx", "fc16ebd8b0c10d971d3513d564d01e29", "Apache-2.0"),
    "isnet-anime": Model("isnet-anime.onnx", "6f184e756bb3bd901c8849220a83e38e", "Apache-2.0"),
    "birefnet-general": Model("BiRefNet-general-epoch_244.onnx", "7a35a0141cbbc80de11d9c9a28f52697", "MIT"),
    "birefnet-general-lite": Model(
        "BiRefNet-general-bb_swin_v1_tiny-epoch_232.onnx", "4fab47adc4ff364be1713e97b7e66334", "MIT"
    ),
    "birefnet-portrait": Model("BiRefNet-portrait-epoch_150.onnx", "c3a64a6abf20250d090cd055f12a3b67", "MIT"),
}


def matte(image: Image, name: str, folder: Path) -> bytes:
    """How opaque the subject is, as a grey PNG of the image's size. Refuses with `helper_missing`."""
    from app.imaging.encode import encode

    found = _session(name, folder).predict(image.convert("RGB"))[0]
    return encode(found.convert("L"), "PNG", compress_level=1)


def fetch(name: str, folder: Path, address: str = ADDRESS) -> Path:
    """Download a model's file into the folder and check it. Raises ValueError for a file that is not the right one."""
    model, target = MODELS[name], folder / f"{name}.onnx"
    folder.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    try:
        with urllib.request.urlopen(address + model.file, timeout=60) as answer, part.open("wb") as file:  # noqa: S310
            while piece := answer.read(PIECE):
                file.write(piece)
        if _md5(part) != model.md5:
            raise ValueError(f"{address}{model.file} is not the file it should be: its checksum differs.")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


@cache
def _session(name: str, folder: Path) -> Any:
    """rembg's session. The file is checked here: rembg would download a missing one, and trusts one that is there."""
    if name not in MODELS:
        raise Refusal("helper_missing", f"There is no background model named {name}. Ask whoever runs this site.")
    path = folder / f"{name}.onnx"
    if not path.is_file():
        raise Refusal(
            "helper_missing",
            f"The background model {name} is not there. Whoever runs this site can fetch it with "
            f"“flask --app wsgi models fetch {name}”.",
        )
    if _md5(path) != MODELS[name].md5:
        raise Refusal(
            "helper_missing", f"The file of the background model {name} is damaged and has to be fetched anew."
        )
    os.environ["U2NET_HOME"] = str(folder)  # where rembg looks first
    os.environ.setdefault("NUMBA_DISABLE_JIT", "1")  # or a part of rembg that is not used here compiles for a minute
    from rembg import new_session

    return new_session(name)


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
