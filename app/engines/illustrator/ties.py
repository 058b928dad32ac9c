"""How figures stand to one another: worn, held, on, in, under, above, behind, before."""

from collections.abc import Callable
from dataclasses import replace

from app.engines.illustrator.actor import Actor, actor
from app.engines.illustrator.data import table
from app.engines.illustrator.stage import Stage

Tie = Callable[[Stage, Actor, Actor], tuple[Actor | None, Actor]]
COPIES = 5


def attached(stage: Stage, placed: list[Actor]) -> list[Actor]:
    """Add what is worn, held, or tied to another figure by a relation."""
    company = list(placed)
    hosts = {figure.index: i for i, figure in reversed(list(enumerate(placed)))}
    for _ in stage.scene.subjects:  # a guest may be the host of the next
        for index, subject in enumerate(stage.scene.subjects):
            if index not in hosts and subject.to in hosts:
                everyone = [i for i, figure in enumerate(company) if figure.index == subject.to]
                for at in everyone if subject.relation == "wearing" else [hosts[subject.to]]:
                    guest, company[at] = _tied(stage, index, company[at])
                    if guest is not None:
                        hosts[index] = len(company)
                        company += _copies(guest)
    return company


def _tied(stage: Stage, index: int, host: Actor) -> tuple[Actor | None, Actor]:
    """The guest on the host's scale, placed as its relation says; the host as the relation changes it."""
    guest = actor(stage, index)
    guest = guest.scaled(host.tall / actor(stage, host.index).tall)
    return TIES.get(guest.subject.relation or "", _before)(stage, guest, host)


def _copies(guest: Actor) -> list[Actor]:
    """Several guests share the place of one."""
    count = min(guest.subject.count, COPIES)
    if count == 1 or guest.subject.relation == "wearing":
        return [guest]
    size = guest.scaled(1.15 / count**0.7)
    step = size.wide * 1.02
    return [replace(size, x=guest.x + (i - (count - 1) / 2) * step, choice=i) for i in range(count)]


def _worn(stage: Stage, guest: Actor, host: Actor) -> tuple[Actor | None, Actor]:
    spots = table("kinds")["worn"]
    if guest.art not in spots:
        return _held(stage, guest, host)
    if not host.body:
        return _hat(guest, host), host
    spot = spots[guest.art]
    sized = guest.scaled(host.wide * spot["wide"] / guest.wide)
    middle = host.y - host.tall + spot["y"] * host.wide
    sized = sized.at(host.x + spot["x"] * host.wide, middle + sized.tall / 2)
    return replace(sized, grounded=False, back=host.back - 0.1 - spot["y"] / 100, flip=host.flip), host


def _hat(guest: Actor, host: Actor) -> Actor | None:
    """On a figure seen from the side only hats keep their place."""
    if table("kinds")["worn"][guest.art]["y"] > 0.2:
        return None
    front = host.pose == "bust" or host.art.endswith("standing")
    side = 0.0 if front else (0.26 if host.flip else -0.26)
    sized = guest.scaled(host.wide * (0.5 if front else 0.36) / guest.wide)
    sized = sized.at(host.x + side * host.wide, host.y - host.tall + sized.tall * 0.32)
    return replace(sized, grounded=False, back=host.back - 0.1)


def _held(stage: Stage, guest: Actor, host: Actor) -> tuple[Actor | None, Actor]:
    """At the paw, large enough to be seen, small enough to be carried."""
    guest = guest.scaled(min(max(guest.tall, host.tall * 0.26), host.tall * 0.46) / guest.tall)
    guest = _capped(guest, guest.tall, host.wide * 0.62)
    side = 1 if host.flip else -1
    raised = 0.34 if guest.pose == "fly" else 0.10
    y = min(host.y - host.tall * raised, stage.height * 0.97)
    x = _inside(stage, guest, host.x + side * (host.wide * 0.40 + guest.wide * 0.18))
    return replace(guest.at(x, y), grounded=False, back=host.back - 0.2, flip=host.flip), host


def _on(stage: Stage, guest: Actor, host: Actor) -> tuple[Actor | None, Actor]:
    return _seated(stage, guest, host, 0.9, 0.95)


def _riding(stage: Stage, guest: Actor, host: Actor) -> tuple[Actor | None, Actor]:
    return _seated(stage, guest, host, 0.6, 0.8)


def _seated(stage: Stage, guest: Actor, host: Actor, wide: float, sink: float) -> tuple[Actor, Actor]:
    guest = _capped(guest, 0.42 * stage.height, host.wide * wide)
    guest = guest.scaled(max(1.0, 0.16 * stage.height / guest.tall))
    crest = stage.props.shape(host.art, host.body).crest
    share = stage.words.nature(host.art).seat or (1 - crest) * sink
    seat = host.y - host.tall * share
    if seat - guest.tall < 0.03 * stage.height:
        guest = guest.scaled(max(0.35, (seat - 0.03 * stage.height) / guest.tall))
    return replace(guest.at(host.x, seat), grounded=False, back=host.back - 0.1, flip=host.flip), host


def _in(stage: Stage, guest: Actor, host: Actor) -> tuple[Actor | None, Actor]:
    """Looking out over the rim: the host is drawn over its lower part."""
    guest = guest.scaled(min(host.tall * 0.8 / guest.tall, host.wide * 0.66 / guest.wide))
    crest = stage.props.shape(host.art, host.body).crest
    rim = host.y - host.tall * (1 - crest)
    return replace(guest.at(host.x, rim + guest.tall * 0.42), grounded=False, back=host.back + 0.1), host


def _under(stage: Stage, guest: Actor, host: Actor) -> tuple[Actor | None, Actor]:
    """In front of the foot of something tall; or with the host lifted over it."""
    if stage.words.nature(host.subject.art).tall > 1.5:
        guest = _capped(guest, host.tall * 0.5, host.wide * 0.6)
        foot = host.y + 0.012 * stage.height
        return replace(guest.at(host.x + host.wide * 0.14, foot), back=host.back - 0.1), host
    guest = _capped(guest, host.tall * 1.2, host.wide)
    lifted = max(host.y - guest.tall * 1.06, host.tall * 1.05)
    return guest.at(host.x, host.y), replace(host, y=lifted, grounded=False)


def _above(stage: Stage, guest: Actor, host: Actor) -> tuple[Actor | None, Actor]:
    guest = _capped(guest.scaled(1.2), host.tall * 1.1, stage.width * 0.45)
    y = max(host.y - host.tall - 0.05 * stage.height, guest.tall * 1.1)
    return replace(guest.at(_inside(stage, guest, host.x - host.wide * 0.1), y), grounded=False), host


def _behind(stage: Stage, guest: Actor, host: Actor) -> tuple[Actor | None, Actor]:
    guest = _capped(guest, host.tall * 1.3, stage.width * 0.5)
    x = _inside(stage, guest, host.x + _towards(stage, host) * host.wide * 0.45)
    return replace(guest.at(x, host.y - 0.05 * stage.height), back=host.back + 0.2), host


def _before(stage: Stage, guest: Actor, host: Actor) -> tuple[Actor | None, Actor]:
    guest = _capped(guest, host.tall * 0.8, stage.width * 0.4)
    x = _inside(stage, guest, host.x + _towards(stage, host) * host.wide * 0.45)
    return replace(guest.at(x, min(host.y + 0.04 * stage.height, 0.97 * stage.height)), back=host.back - 0.2), host


def _towards(stage: Stage, host: Actor) -> int:
    """The side of the host where there is more room."""
    return 1 if host.x < stage.width / 2 else -1


def _capped(guest: Actor, tall: float, wide: float) -> Actor:
    return guest.scaled(min(1.0, tall / guest.tall, wide / guest.wide))


def _inside(stage: Stage, guest: Actor, x: float) -> float:
    return min(max(x, guest.wide * 0.55), stage.width - guest.wide * 0.55)


TIES: dict[str, Tie] = {
    "wearing": _worn,
    "holding": _held,
    "on": _on,
    "riding": _riding,
    "in": _in,
    "under": _under,
    "above": _above,
    "behind": _behind,
    "before": _before,
}
