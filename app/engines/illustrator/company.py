"""Placing figures: the hero off the middle, the others beside, behind, above, inside or on one another."""

from dataclasses import replace

from app.engines.illustrator.actor import Actor
from app.engines.illustrator.stage import Place, Stage

HERO = {None: 0.47, "close-up": 0.68, "wide": 0.26, "above": 0.42}
AIRY = ("fly", "hang")


def placed(stage: Stage, place: Place, leads: list[Actor]) -> list[Actor]:
    """The leading figures, sized and with their places."""
    if not leads:
        return []
    leads = _sized(stage, leads)
    company = _row(stage, place, leads) if len(leads) <= 5 else _crowd(stage, place, leads)
    return [_posed(stage, place, actor, i) for i, actor in enumerate(company)]


def _sized(stage: Stage, leads: list[Actor]) -> list[Actor]:
    """Scale the company so that its tallest fills its share of the height and all of it fits the width."""
    share = HERO[stage.scene.framing] * (1.0 if len(leads) == 1 else 0.88)
    if len(leads) == 1 and leads[0].subject.size > 1.2:
        share *= 1.3
    elif len(leads) == 1 and leads[0].subject.size < 1:
        share *= 0.7
    if len(leads) == 1 and leads[0].pose == "bust":
        share = max(share, 0.6)
    rows = 1 if len(leads) <= 5 else 2
    tallest = max(actor.tall for actor in leads)
    across = sum(actor.wide for actor in leads) * 1.14 / rows
    attached = any(s.relation in ("on", "riding", "above") for s in stage.scene.subjects)
    by = min(share * (0.72 if attached else 1) * stage.height / tallest, 0.88 * stage.width / across)
    by = min(by, 0.66 * stage.height / tallest)
    return [actor.scaled(by) for actor in leads]


def _row(stage: Stage, place: Place, leads: list[Actor]) -> list[Actor]:
    """Side by side on one line, a little before and behind one another."""
    rng, width, height = stage.rng, stage.width, stage.height
    ordered = sorted(leads, key=lambda actor: actor.subject.relation == "left", reverse=True)
    feet = place.feet * height
    if len(ordered) == 1:
        side = float(rng.choice([-1, 1]))
        room = max(0.0, min(0.14, 0.46 - ordered[0].wide / width / 2))
        off = 0.0 if place.centred else room * (1.0 if width > height * 0.8 else 0.5)
        x = (0.5 + side * off * float(rng.uniform(0.7, 1.0))) * width
        return [replace(ordered[0].at(x, feet), flip=side < 0)]
    used = sum(actor.wide for actor in ordered)
    gap = (width * 0.94 - used) / (len(ordered) + 1)
    gap = min(gap, 0.09 * width)
    x = (width - used - gap * (len(ordered) - 1)) / 2 + float(rng.uniform(-0.25, 0.25)) * gap
    placed = []
    for i, actor in enumerate(ordered):
        y = feet - (i % 2) * 0.035 * height + float(rng.uniform(-0.008, 0.008)) * height
        centre = x + actor.wide / 2
        placed.append(replace(actor.at(centre, y), flip=centre < width / 2))
        x += actor.wide + gap
    return placed


def _crowd(stage: Stage, place: Place, leads: list[Actor]) -> list[Actor]:
    """Two or three rows, the back ones higher and smaller, standing in the gaps of the front."""
    rng, width, height = stage.rng, stage.width, stage.height
    rows = 2 if len(leads) <= 9 else 3
    placed = []
    for i, actor in enumerate(leads):
        row, seat = i % rows, i // rows
        seats = -(-(len(leads) - row) // rows)
        x = (
            0.06 + 0.88 * (seat + 0.5 + (0.18 if row % 2 else -0.1)) / seats + float(rng.uniform(-0.015, 0.015))
        ) * width
        y = (place.feet - 0.105 * row + float(rng.uniform(-0.012, 0.012))) * height
        fit = min(1.0, 0.82 * width / seats / actor.wide)
        actor = actor.scaled(fit * 0.86**row)
        x = min(max(x, actor.wide * 0.55), width - actor.wide * 0.55)
        placed.append(replace(actor.at(x, y), flip=bool(rng.random() < 0.4)))
    return placed


def _posed(stage: Stage, place: Place, actor: Actor, number: int) -> Actor:
    """Lift what flies, wet what swims, and let a portrait rest on the lower edge of the frame."""
    height, rng = stage.height, stage.rng
    setting, pose = stage.scene.setting, actor.pose
    if setting == "underwater" and (pose in ("swim", "float", "fly") or actor.subject.art == "turtle"):
        y = float(rng.uniform(0.52, 0.78)) * height if number else 0.64 * height
        return replace(actor, y=y, grounded=False)
    if place.surface == "air":
        if pose == "bust":
            return replace(actor, y=height + 1.0, grounded=False)
        return replace(
            actor, y=max(0.5 * height + actor.tall / 2 - 0.06 * number * height, actor.tall * 1.1), grounded=False
        )
    if pose in AIRY:
        lift = 0.30 + 0.05 * (number % 3) if pose == "fly" else 0.42
        y = max(actor.y - lift * height, actor.tall * 1.12)
        return replace(actor, y=y, grounded=False, back=1.0 if pose == "hang" else 0.0)
    if pose in ("float", "swim") and place.water:
        top, bottom = place.water
        y = (top + (bottom - top) * (0.62 if number % 2 == 0 else 0.4)) * height
        return replace(actor, y=y, grounded=False, back=0.5)
    if pose == "bust" and place.surface == "land":
        return replace(actor, y=height + 1.0, grounded=False, back=-0.5)
    return actor
