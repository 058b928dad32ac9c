"""Everything derived at set-up from what npm installed: `python -m app.assets`.

Browser files go to static/vendor, the illustrator's drawings to build/art.sqlite. Each is made anew only when one of
its inputs is newer, and is written whole or not at all.
"""

import json
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.refusals import Refusal
from app.tools import TOOLS
from config import ART, FONTS, ROOT

if TYPE_CHECKING:
    from app.engines.illustrator import Illustrator

NODE_MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static/vendor"
ILLUSTRATOR = ROOT / "app/engines/illustrator"

# npm dates its files to 1985; what it writes last tells when they came.
INSTALLED = NODE_MODULES / ".package-lock.json"

COPIES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "fraunces-latin.woff2": "@fontsource-variable/fraunces/files/fraunces-latin-opsz-normal.woff2",
    "fraunces-latin-ext.woff2": "@fontsource-variable/fraunces/files/fraunces-latin-ext-opsz-normal.woff2",
    "instrument-sans-latin.woff2": "@fontsource-variable/instrument-sans/files/instrument-sans-latin-wght-normal.woff2",
    "instrument-sans-latin-ext.woff2": (
        "@fontsource-variable/instrument-sans/files/instrument-sans-latin-ext-wght-normal.woff2"
    ),
}

ICONS = (
    "check",
    "chevron-down",
    "circle-alert",
    "copy",
    "download",
    "eraser",
    "history",
    "image",
    "link",
    "link-2-off",
    "log-out",
    "menu",
    "monitor",
    "moon",
    "palette",
    "plus",
    "refresh-cw",
    "share-2",
    "sliders-horizontal",
    "sparkles",
    "star",
    "sun",
    "trash-2",
    "user",
    "wand-sparkles",
    "x",
)

FOX = "a fox beside a river in autumn"
MOUNTAINS = "mountains above a lake at sunrise"
TEAPOT = "a red teapot on a wooden table"

STYLES = {  # what shows each style off best in a small square
    "photographic": MOUNTAINS,
    "illustration": FOX,
    "3d": TEAPOT,
    "anime": MOUNTAINS,
    "watercolor": FOX,
    "oil": "a village by a river",
    "pencil": MOUNTAINS,
    "line-art": TEAPOT,
    "pixel-art": "a castle on a hill",
    "comic": "a rocket above red mountains",
    "low-poly": FOX,
    "neon": "a butterfly at night",
    "vaporwave": MOUNTAINS,
    "minimalist": MOUNTAINS,
}
PREVIEW = 192  # pixels a side


class SetupError(Exception):
    """Set-up cannot go on; the message is one line that names what to run."""


@dataclass(frozen=True)
class Asset:
    target: Path
    inputs: tuple[Path, ...]
    make: Callable[[Path], object]  # writes to the path it is given

    def refresh(self) -> bool:
        """Make the target if an input is newer. True when it was made."""
        if self.target.exists() and self.target.stat().st_mtime >= max(path.stat().st_mtime for path in self.inputs):
            return False
        self.target.parent.mkdir(parents=True, exist_ok=True)
        draft = self.target.with_name(f".{self.target.name}.draft")
        self.make(draft)
        draft.replace(self.target)
        return True


def main() -> None:
    try:
        made = refresh(assets())
    except (SetupError, Refusal) as error:
        sys.exit(str(error))
    if made:
        print(f"made {made} files in {VENDOR.relative_to(ROOT)} and {ART.parent.relative_to(ROOT)}")


def refresh(wanted: Iterable[Asset]) -> int:
    """Make what is missing or outdated; how many that were. Raises SetupError."""
    if not INSTALLED.exists():
        raise SetupError("The npm packages are not installed: run `make setup`.")
    try:
        return sum(asset.refresh() for asset in wanted)
    except FileNotFoundError as error:
        raise SetupError(f"{error.filename} is missing: run `make clean setup`.") from error


def assets() -> list[Asset]:
    """In the order they are made: the style previews are painted with the art."""
    this = Path(__file__)
    copies = [Asset(VENDOR / name, (INSTALLED, this), _copy(NODE_MODULES / source)) for name, source in COPIES.items()]
    tools = tuple((ROOT / "app/tools").glob("*.py"))
    sprite = Asset(VENDOR / "icons.svg", (INSTALLED, this, *tools), _draw_icons)
    data = ILLUSTRATOR / "data"
    drawn = (data / "drawings", *data.rglob("*.svg"))  # the folder too: it tells when a drawing has gone
    code = (ILLUSTRATOR / "art.py", ILLUSTRATOR / "plurals.py")
    art = Asset(ART, (INSTALLED, *code, *data.rglob("*.toml"), *drawn), _build_art)
    painter = (ART, this, *ILLUSTRATOR.rglob("*.py"))
    previews = [Asset(VENDOR / f"styles/{style}.webp", painter, _paint(style)) for style in STYLES]
    return [*copies, sprite, art, *previews]


def icons() -> list[str]:
    """Those of the pages, and each tool's own."""
    return sorted({*ICONS, *(tool.icon for tool in TOOLS.values())})


def sprite_of(names: Iterable[str]) -> str:
    """One SVG with a symbol per icon, to be shown by `<use href="…/icons.svg#name">`. Raises SetupError."""
    lucide = json.loads((NODE_MODULES / "@iconify-json/lucide/icons.json").read_text(encoding="utf-8"))
    symbols = "".join(f'<symbol id="{name}" viewBox="0 0 24 24">{_body(lucide, name)}</symbol>\n' for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}</svg>\n'


def _body(lucide: dict[str, dict[str, dict[str, str]]], name: str) -> str:
    if name in lucide["aliases"]:
        return _body(lucide, lucide["aliases"][name]["parent"])
    if name not in lucide["icons"]:
        raise SetupError(f"lucide has no icon {name!r}: mend ICONS in app/assets.py.")
    return lucide["icons"][name]["body"]


def _copy(source: Path) -> Callable[[Path], object]:
    return lambda draft: shutil.copyfile(source, draft)


def _draw_icons(draft: Path) -> None:
    draft.write_text(sprite_of(icons()), encoding="utf-8")


def _build_art(draft: Path) -> None:
    from app.engines.illustrator import art

    art.build(NODE_MODULES, draft)


def _paint(style: str) -> Callable[[Path], object]:
    """Paints with the same engine people meet, so that a preview never promises more."""

    def make(draft: Path) -> None:
        from app.engines.protocol import PaintRequest, quiet
        from app.imaging import encode

        request = PaintRequest(STYLES[style], 2 * PREVIEW, 2 * PREVIEW, seed=7, style=style)
        [painting] = _illustrator().paint(request, quiet)
        draft.write_bytes(encode.thumbnail(painting.image, PREVIEW).data)

    return make


@cache
def _illustrator() -> "Illustrator":
    from app.engines.illustrator import Illustrator

    return Illustrator(ART, FONTS)


if __name__ == "__main__":
    main()
