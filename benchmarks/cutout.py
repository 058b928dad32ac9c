"""Removing backgrounds: what a job costs beside the bare network, and how well the built-in method cuts.

`python -m benchmarks.cutout`. The network is as heavy as U²-Net and its weights are drawn by lot: what counts is time.
The job is all that the tool does, in the sandbox, and both run in turn. Scores need the corpora.
"""

import hashlib
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession
from PIL import Image

from app.engines.protocol import quiet
from app.imaging.bounds import Bounds, Budgets
from app.imaging.cutout import models
from app.imaging.cutout.matte import matte
from app.imaging.sandbox import Sandbox
from app.toolkit import Bench
from app.tools import TOOLS
from tests.cast import Sketcher
from tests.skips import CORPORA
from tests.tools.onnx_file import matting
from tests.tools.pictures import file, photo

ROUNDS = 7
GOAL = 1.15
NAME = "u2net"
SAMPLE = 60  # photos of each corpus
NEAR = 0.0075  # of the longer side: how far a boundary may be off and still count

Mask = NDArray[np.bool_]


def main() -> None:
    _speed()
    for corpus in ("ccp", "cats"):
        if (CORPORA / corpus).is_dir():
            _score(corpus)


def _speed() -> None:
    network = matting(channels=64, layers=10)
    models.MODELS[NAME] = models.Model(f"{NAME}.onnx", hashlib.md5(network, usedforsecurity=False).hexdigest(), "MIT")
    with tempfile.TemporaryDirectory(prefix="limn-") as folder, closing(Sandbox()) as sandbox:
        (Path(folder) / f"{NAME}.onnx").write_bytes(network)
        bench, tool = _bench(sandbox, Path(folder)), TOOLS["remove-background"]
        session = InferenceSession(network, providers=["CPUExecutionProvider"])
        given = {"given": np.zeros((1, 3, 320, 320), np.float32)}
        tool.run(bench, tool.Params())
        session.run(None, given)
        ratios = []
        for _ in range(ROUNDS):
            bare = _timed(lambda: session.run(None, given))
            job = _timed(lambda: tool.run(bench, tool.Params()))
            ratios.append(job / bare)
            print(f"bare {bare * 1000:5.0f} ms   job {job * 1000:5.0f} ms   {job / bare:.2f}x")
    print(f"median {median(ratios):.2f}x, goal {GOAL}x")


def _bench(sandbox: Sandbox, folder: Path) -> Bench:
    return Bench(
        engine=Sketcher(),
        progress=quiet,
        announce=lambda _: None,
        child=sandbox,
        files={"image": file(photo(640, 480))},
        bounds=Bounds(),
        budgets=Budgets(),
        models=folder,
        options={"remove_background_model": NAME},
    )


def _timed(work: object) -> float:
    assert callable(work)
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _score(corpus: str) -> None:
    """Overlap (intersection over union), and the share of boundaries that lie where they should (F measure)."""
    scores = [(_overlap(cut, wanted), _boundary(cut, wanted)) for cut, wanted in _cuts(corpus)]
    overlap, boundary = np.mean(scores, 0)
    print(f"{corpus}: {len(scores)} photos, overlap {overlap:.3f}, boundary {boundary:.3f}")


def _cuts(corpus: str) -> Iterator[tuple[Mask, Mask]]:
    photos = sorted((CORPORA / corpus / "photos").iterdir())
    for path in photos[:: max(len(photos) // SAMPLE, 1)]:
        (answer,) = (CORPORA / corpus / "masks").glob(f"{path.stem}.*")
        with Image.open(path) as image, Image.open(answer) as mask:
            wanted = np.asarray(mask.convert("L").resize(image.size, Image.Resampling.NEAREST)) > 127
            yield np.asarray(matte(image.convert("RGB"))) > 127, wanted


def _overlap(cut: Mask, wanted: Mask) -> float:
    return float((cut & wanted).sum() / max((cut | wanted).sum(), 1))


def _boundary(cut: Mask, wanted: Mask) -> float:
    reach = max(round(NEAR * max(cut.shape)), 1)
    around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    lines = [_line(mask) for mask in (cut, wanted)]
    wide = [cv2.dilate(line, around) > 0 for line in lines]
    right = [
        float((line > 0)[other].sum() / max((line > 0).sum(), 1)) for line, other in zip(lines, wide[::-1], strict=True)
    ]
    return 2 * right[0] * right[1] / max(sum(right), 1e-9)


def _line(mask: Mask) -> NDArray[np.uint8]:
    full = mask.astype(np.uint8)
    return np.asarray(full - cv2.erode(full, np.ones((3, 3), np.uint8)), np.uint8)


if __name__ == "__main__":
    main()
