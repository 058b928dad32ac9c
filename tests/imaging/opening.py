"""Work for a sandboxed child: open a picture and tell what came of it."""

from typing import Any

from app.imaging.bounds import Bounds
from app.imaging.made import Fact, Made
from app.imaging.open import open_picture, plain


def look(source: bytes, *, bounds: Bounds, **options: Any) -> Made:
    """Facts: `kind`, `width`, `height`, `count`, and `varied`, whether it shows anything at all."""
    opened = open_picture(source, bounds=bounds, **options)
    width, height = opened.image.size
    greys = plain(opened).convert("L").resize((64, 64)).getcolors() or ()
    facts: dict[str, Fact] = {"kind": opened.kind.name, "width": width, "height": height, "count": opened.count}
    return Made(facts=facts | {"varied": len(greys) > 1})
