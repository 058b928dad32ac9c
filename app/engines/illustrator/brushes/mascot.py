"""Bodies for drawings that are only a head: a sitting plush animal, or a small person in plain clothes."""

import numpy as np

from app.engines.illustrator.brushes.drawing import Figure
from app.engines.illustrator.colour import RGB, hexed, lighter, mix, rgb

HEIGHT = 48  # of the whole figure, where the head is 32 wide
HEAD = 30.5  # how far down the head reaches

ANIMAL = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 48">
<defs><radialGradient id="fur" cx=".38" cy=".25" r=".85"><stop offset="0" stop-color="{light}"/>
<stop offset=".6" stop-color="{fur}"/><stop offset="1" stop-color="{dark}"/></radialGradient>
<radialGradient id="belly" cx=".45" cy=".3" r=".8"><stop offset="0" stop-color="{pale}"/>
<stop offset="1" stop-color="{light}"/></radialGradient></defs>
<ellipse cx="7.6" cy="36" rx="3" ry="6.4" transform="rotate(24 7.6 36)" fill="url(#fur)"/>
<ellipse cx="24.4" cy="36" rx="3" ry="6.4" transform="rotate(-24 24.4 36)" fill="url(#fur)"/>
<ellipse cx="16" cy="36.5" rx="8.6" ry="10.4" fill="url(#fur)"/>
<ellipse cx="16" cy="38" rx="5.2" ry="7.2" fill="url(#belly)"/>
<ellipse cx="9.6" cy="45" rx="4.7" ry="2.9" fill="url(#fur)"/>
<ellipse cx="22.4" cy="45" rx="4.7" ry="2.9" fill="url(#fur)"/>
<ellipse cx="8.8" cy="45.1" rx="2.4" ry="1.5" fill="{pale}" opacity=".55"/>
<ellipse cx="23.2" cy="45.1" rx="2.4" ry="1.5" fill="{pale}" opacity=".55"/>
{head}</svg>"""

PERSON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 48">
<defs><linearGradient id="shirt" x1="0" x2="1"><stop offset="0" stop-color="{shirt_light}"/>
<stop offset="1" stop-color="{shirt_dark}"/></linearGradient>
<linearGradient id="legs" x1="0" x2="1"><stop offset="0" stop-color="{legs_light}"/>
<stop offset="1" stop-color="{legs}"/></linearGradient></defs>
<path d="M11 37h10l.6 8.6h-4.6L16 40l-1 5.6h-4.6z" fill="url(#legs)"/>
<ellipse cx="12" cy="46.2" rx="3.3" ry="1.7" fill="#3b3440"/>
<ellipse cx="20" cy="46.2" rx="3.3" ry="1.7" fill="#3b3440"/>
<path d="M10.6 29.5c-3.6 1-5 4.4-5 8.6a1.9 1.9 0 0 0 3.8.2l1.6-5.2z" fill="url(#shirt)"/>
<path d="M21.4 29.5c3.6 1 5 4.4 5 8.6a1.9 1.9 0 0 1-3.8.2l-1.6-5.2z" fill="url(#shirt)"/>
<circle cx="7.5" cy="39" r="1.9" fill="{fur}"/><circle cx="24.5" cy="39" r="1.9" fill="{fur}"/>
<path d="M16 28c-5 0-6.4 2-6.2 5.2l.7 6.3c1.6 1 9.4 1 11 0l.7-6.3c.2-3.2-1.2-5.2-6.2-5.2z"
  fill="url(#shirt)"/>
{head}</svg>"""

SHIRTS = ("#d8553f", "#3f77c9", "#e3a93a", "#4f9b66", "#8a5bb5", "#2f9aa0")


def dressed(head_svg: str, head: Figure, person: bool, choice: int) -> str:
    """The head's SVG set on a body in its own colours. `choice` picks a person's clothes."""
    inner = head_svg.replace("<svg ", '<svg x="0" y="0" width="32" height="32" ', 1)
    fur = _fur(head)
    shirt, legs = rgb(SHIRTS[choice % len(SHIRTS)]), rgb("#3f4a6b")
    return (PERSON if person else ANIMAL).format(
        head=inner, fur=hexed(fur), light=hexed(lighter(fur, 0.06)), dark=hexed(lighter(fur, -0.10)),
        pale=hexed(mix(fur, rgb("#fff4e6"), 0.62)), shirt_light=hexed(lighter(shirt, 0.05)),
        shirt_dark=hexed(lighter(shirt, -0.08)), legs=hexed(legs), legs_light=hexed(lighter(legs, 0.08)),
    )  # fmt: skip


def _fur(head: Figure) -> RGB:
    """The head's main colour: the fullest cell of a coarse histogram, dark details left out."""
    inside = head.colour[(head.cover > 0.9)]
    clear = inside[inside.max(1) > 0.28]
    pixels = clear if len(clear) > 30 else inside
    cells = (pixels * 5.99).astype(np.int32) @ np.array([36, 6, 1])
    best = np.bincount(cells).argmax()
    return np.asarray(np.median(pixels[cells == best], 0), np.float32)
