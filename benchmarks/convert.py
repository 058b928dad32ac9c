"""Converting 12 megapixels beside ImageMagick and sharp, in turn, at like quality.

`python -m benchmarks.convert [rounds]`; sharp comes with `npm ci`, ImageMagick from the system, and each is left out
where it is missing. Limn's time is that of opening and saving in this process, sharp's that of the call inside a warm
Node, ImageMagick's that of its whole process. The photograph is put together from real ones where the corpora lie
beside the repository, else painted.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np
from PIL import Image

from app.engines.illustrator import Illustrator
from app.engines.protocol import PaintRequest, quiet
from app.imaging.bounds import Bounds
from app.imaging.kinds import KINDS
from app.imaging.open import open_picture
from app.imaging.previews import previews, thumb
from app.imaging.save import save

ROOT = Path(__file__).parents[1]
CORPORA = Path(os.environ.get("CORPORA_DIR", ROOT.parent / "shared/corpora"))
SIZE, TILE = (4000, 3000), (1000, 1500)
ROUNDS = 7
LIKE = 0.5  # decibels between the three
SHARP = """
const sharp = require("sharp"), fs = require("fs"), os = require("os");
sharp.cache(false); sharp.concurrency(os.cpus().length);
const source = fs.readFileSync(process.argv[1]);
require("readline").createInterface({ input: process.stdin }).on("line", async (line) => {
  const [format, options, width, path] = JSON.parse(line), start = performance.now();
  const picture = width ? sharp(source).resize(width) : sharp(source);
  const data = await picture.toFormat(format, options).toBuffer();
  const took = performance.now() - start;
  fs.writeFileSync(path, data);
  console.log(took / 1000);
});
"""


class Row(NamedTuple):
    """What is asked of each, at like quality. `width` is given for a thumbnail."""

    name: str
    quality: int | None
    sharp: dict[str, object]
    magick: list[str]
    width: int | None = None


ROWS = (
    Row("png", None, {}, []),
    Row("jpg", 85, {"quality": 85}, ["-quality", "85"]),
    Row("webp", 82, {"quality": 80}, ["-quality", "80"]),
    Row("avif", 67, {"quality": 60, "effort": 0, "chromaSubsampling": "4:2:0"}, ["-quality", "64"]),
    Row("webp", 82, {"quality": 82, "effort": 2}, ["-thumbnail", "480x480", "-quality", "82"], 480),
)
Made = tuple[float, bytes]  # seconds, file


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory(prefix="limn-") as folder, _sharp(Path(folder)) as sharp:
        source, about = _photo()
        (Path(folder) / "photo.jpg").write_bytes(source)
        print(f"12 megapixels, {len(source):,} bytes, {about}; {rounds} rounds")
        for row in ROWS:
            _report(row, _measured(row, source, Path(folder), sharp, rounds), source)
        print(f"previews of a picture that is open: {1000 * _previewed(source, rounds):.0f} ms")


def _measured(
    row: Row, source: bytes, folder: Path, sharp: Callable[[Row], Made] | None, rounds: int
) -> dict[str, list[Made]]:
    """What each made in every round, in turn, after one round that does not count."""
    work: dict[str, Callable[[], Made]] = {"Limn": lambda: _limn(row, source)}
    if sharp is not None:
        work["sharp"] = lambda: sharp(row)
    if shutil.which("convert"):
        work["ImageMagick"] = lambda: _magick(row, folder)
    made: dict[str, list[Made]] = {name: [] for name in work}
    for number in range(rounds + 1):
        for name, each in work.items():
            result = each()
            if number:
                made[name].append(result)
    return made


def _limn(row: Row, source: bytes) -> Made:
    start = time.perf_counter()
    least = 2 * (row.width or 0)  # as resize does it
    opened = open_picture(source, bounds=Bounds(), enough=(lambda _: (least, least)) if least else None)
    file = thumb(opened.image, row.width) if row.width else save(opened, KINDS[row.name], quality=row.quality)
    return time.perf_counter() - start, file.data


def _magick(row: Row, folder: Path) -> Made:
    out = folder / f"magick.{row.name}"
    start = time.perf_counter()
    subprocess.run(["convert", folder / "photo.jpg", *row.magick, out], check=True, capture_output=True)
    return time.perf_counter() - start, out.read_bytes()


@contextmanager
def _sharp(folder: Path) -> Iterator[Callable[[Row], Made] | None]:
    """A Node that keeps running, the photograph in its memory."""
    if not (ROOT / "node_modules/sharp").is_dir() or not shutil.which("node"):
        print("sharp is not installed (npm ci): left out")
        yield None
        return
    node: list[subprocess.Popen[str]] = []

    def made(row: Row) -> Made:
        if not node:
            command = ["node", "-e", SHARP, str(folder / "photo.jpg")]
            node.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT))
        out = folder / f"sharp.{row.name}"
        asked, answers = node[0].stdin, node[0].stdout
        assert asked is not None
        assert answers is not None
        print(json.dumps([row.name, row.sharp, row.width, str(out)]), file=asked, flush=True)
        return float(answers.readline()), out.read_bytes()

    yield made
    for each in node:
        each.kill()
        each.wait()


def _report(row: Row, made: dict[str, list[Made]], source: bytes) -> None:
    """Ratios above 1: Limn is faster. Warns where the pictures are not alike."""
    ours = [seconds for seconds, _ in made["Limn"]]
    likeness = {name: _psnr(files[0][1], source) for name, files in made.items()}
    print(f"{row.name}{f', {row.width} pixels wide' if row.width else ''}")
    for name, files in made.items():
        ratio = median(seconds / our for (seconds, _), our in zip(files, ours, strict=True))
        seconds = median(seconds for seconds, _ in files)
        far = "" if row.width or abs(likeness[name] - likeness["Limn"]) <= LIKE else "  not alike"
        print(
            f"  {name:12}{seconds:7.3f} s  {ratio:5.2f} x  {len(files[0][1]):>11,} bytes  {likeness[name]:6.2f} dB{far}"
        )


def _psnr(data: bytes, source: bytes) -> float:
    """In decibels, 99 for no difference; of a thumbnail beside Pillow's best."""
    with Image.open(BytesIO(data)) as read, Image.open(BytesIO(source)) as original:
        first, second = read.convert("RGB"), original.convert("RGB").resize(read.size, Image.Resampling.LANCZOS)
    error = float(((np.asarray(first, np.float32) - np.asarray(second, np.float32)) ** 2).mean())
    return float(10 * np.log10(255**2 / error)) if error else 99.0


def _previewed(source: bytes, rounds: int) -> float:
    opened = open_picture(source, bounds=Bounds())
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        previews(opened, opened)
        seconds.append(time.perf_counter() - start)
    return median(seconds)


def _photo() -> tuple[bytes, str]:
    """A JPEG, and what it is made of. Grain is added: enlarged photographs are too smooth."""
    paths = sorted((CORPORA / "ccp/photos").glob("*.jpg"))[:400:50]
    whole = Image.new("RGB", SIZE)
    for number, tile in enumerate(_tiles(paths)):
        whole.paste(tile.resize(TILE, Image.Resampling.LANCZOS), (number % 4 * TILE[0], number // 4 * TILE[1]))
    grain = np.random.default_rng(1).normal(0, 2, (SIZE[1], SIZE[0], 1))
    pixels = np.clip(np.asarray(whole) + grain, 0, 255).astype(np.uint8)
    out = BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=92)
    return out.getvalue(), "eight photographs" if paths else "painted by the illustrator"


def _tiles(paths: list[Path]) -> Iterator[Image.Image]:
    if paths:
        yield from (Image.open(path).convert("RGB") for path in paths)
        return
    painter = Illustrator(ROOT / "build/art.sqlite", ROOT / "node_modules/@fontsource-variable")
    for seed in range(8):
        request = PaintRequest("a bear in a misty forest", *TILE, seed, style="photographic")
        yield painter.paint(request, quiet)[0].image.convert("RGB")


if __name__ == "__main__":
    main()
