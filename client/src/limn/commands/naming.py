"""What results are called: photo.jpg, photo-no-background.png, a-red-fox.png."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

ADDED = {
    "compress": "compressed",
    "crop": "cropped",
    "image-to-image": "edited",
    "magic-edit": "edited",
    "metadata": "clean",
    "remove-background": "no-background",
    "resize": "resized",
    "restyle": "{style}",
    "rotate": "rotated",
    "upscale": "{scale}x",
}
ENDINGS = (".png", ".jpg", ".webp", ".gif", ".bmp", ".tiff", ".heic", ".avif", ".svg", ".pdf", ".zip", ".jpeg", ".tif")
BEGINNINGS = {
    b"\x89PNG": ".png",
    b"\xff\xd8\xff": ".jpg",
    b"RIFFWEBP": ".webp",
    b"GIF8": ".gif",
    b"%PDF": ".pdf",
    b"PK\x03\x04": ".zip",
}
ALIKE = {".jpeg": ".jpg", ".tif": ".tiff"}
LONGEST = 60  # characters of a name made of a prompt


def stem_for(tool: str, options: Mapping[str, object], source: Path, folder: Path) -> str:
    """The name of a result without its ending, that tells what was done to which file."""
    if tool == "convert":
        kept = (
            f".{options.get('option')}".lower() == source.suffix.lower() and folder.resolve() == source.parent.resolve()
        )
        return f"{source.stem}-converted" if kept else source.stem
    added = ADDED.get(tool, tool).format_map({"scale": 2, "style": tool, **options})
    return f"{source.stem}-{added}"


def really(path: Path) -> str | None:
    """The ending that belongs to what a file holds, of the common ones."""
    with path.open("rb") as file:
        head = file.read(12)
    kind = head[:4] + head[8:] if head.startswith(b"RIFF") else head
    return next((ending for start, ending in BEGINNINGS.items() if kind.startswith(start)), None)


def stem_of_prompt(prompt: str) -> str:
    """A short name that a file system takes."""
    plain = unicodedata.normalize("NFKD", prompt).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    cut = words if len(words) <= LONGEST else words[:LONGEST].rsplit("-", 1)[0]
    return cut or "picture"


def taken(folder: Path, stem: str, ending: str | None) -> Path | None:
    """A file that already has the name a result would get; where its ending is not known yet, any that might be it."""
    if ending:
        path = folder / f"{stem}{ending}"
        return path if path.exists() else None
    return next((path for found in ENDINGS if (path := folder / f"{stem}{found}").exists()), None)
