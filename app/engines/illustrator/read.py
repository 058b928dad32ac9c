"""Reading a prompt: which things, how many, where, when, in what style. Pure: words in, a Scene out."""

import hashlib

from app.engines.illustrator import words as vocabulary
from app.engines.illustrator.data import table
from app.engines.illustrator.grammar import subjects
from app.engines.illustrator.lexicon import Tag, quoted, tags
from app.engines.illustrator.palette import announced
from app.engines.illustrator.scene import Scene, Subject
from app.engines.illustrator.words import Words

WEAK = {"poster", "table", "room", "sky", "pattern"}  # settings whose words often mean less than they say
OPEN = {"park", "mountains", "sea", "river", "forest", "desert", "village", "city", "street", "snow", "sky"}


def read(prompt: str, negative: str = "", words: Words | None = None) -> Scene:
    """What the prompt asks for.

    `words` default to those of the built art index; where there is none, places, light and style are read and
    no drawing is found.
    """
    words = words or vocabulary.default()
    lettering, rest = quoted(prompt)
    unwanted = {form for tag in tags(negative, words) for form in (tag.value, tag.phrase)}
    found = [tag for tag in tags(rest, words) if not (tag.kind in ("setting", "weather") and tag.value in unwanted)]
    cast, loose = subjects(found, words, unwanted) if words else ((), ())
    if lettering is None and prompt.strip().isdigit():
        lettering = prompt.strip()
    named = _setting(found, bool(cast), lettering)
    first = {kind: _first(found, kind) for kind in ("time", "weather", "season", "mood", "framing", "form", "style")}
    if named is None and not cast and not lettering and (first["time"] or first["season"] or first["weather"]):
        named = ("mountains", "sea", "park", "river")[digest(prompt) % 4] if "moon" not in rest else "night-sky"
    setting = named or _home(cast, words, lettering)
    time = first["time"] or _hour(first["mood"], prompt, setting)
    weather = _weather(first["weather"], first["season"], setting)
    colours = loose + tuple(subject.colour for subject in cast if subject.colour and not loose)
    return Scene(
        prompt=prompt, setting=setting, named=named is not None, subjects=cast, time=time, weather=weather,
        season=first["season"], mood=first["mood"], framing=first["framing"], form=first["form"],
        style=first["style"] or "illustration", colours=colours[:3], lettering=lettering,
        palette=_palette(setting, time, weather, first["mood"], loose, prompt),
    )  # fmt: skip


def digest(prompt: str) -> int:
    """A number that stands for the words, the same on every machine: for what the words leave open."""
    return int.from_bytes(hashlib.sha256(prompt.strip().lower().encode()).digest()[:6])


def _first(found: list[Tag], kind: str) -> str | None:
    return next((tag.value for tag in found if tag.kind == kind), None)


def _setting(found: list[Tag], peopled: bool, lettering: str | None) -> str | None:
    """The place the words name: one after a preposition first, a strong one before a weak one."""
    placed: list[str] = []
    plain: list[str] = []
    for i, tag in enumerate(found):
        if tag.kind == "setting":
            relations = [t.value for t in found[max(i - 3, 0) : i] if t.kind == "relation"]
            (placed if relations else plain).append(tag.value)
    order = placed + plain if peopled else plain[:1] + placed + plain
    strong = [setting for setting in order if setting not in WEAK]
    if lettering and not peopled and not strong:
        return "poster"
    if placed and placed[0] in ("table", "room"):
        return placed[0]
    return next(iter(strong or order), None)


def _home(cast: tuple[Subject, ...], words: Words | None, lettering: str | None) -> str:
    """Where the first subject is at home; with nothing named at all, a poster or a free composition."""
    if cast and words:
        hero = max(
            cast,
            key=lambda subject: (subject.relation not in ("wearing", "holding"), words.nature(subject.art).tall > 0.3),
        )
        return words.nature(hero.art).home
    return "poster" if lettering else "pattern"


def _hour(mood: str | None, prompt: str, setting: str) -> str:
    if mood in table("moods")["hour"]:
        return str(table("moods")["hour"][mood])
    if setting in ("night-sky", "space"):
        return "night"
    if setting in ("mountains", "sea", "river", "city", "desert", "sky"):
        return ("day", "sunset", "day", "dawn", "day")[digest(prompt) % 5]
    return "day"


def _weather(said: str | None, season: str | None, setting: str) -> str:
    if said:
        return said
    return "snow" if season == "winter" and setting in OPEN and setting != "snow" else "clear"


def _palette(
    setting: str, time: str, weather: str, mood: str | None, loose: tuple[str, ...], prompt: str
) -> tuple[str, ...]:
    named = tuple(table("colours")["colours"][colour] for colour in loose[:3])
    if setting in ("pattern", "poster", "studio"):
        moods = table("colours")["palettes"]
        return (*named, *moods[mood or list(moods)[digest(prompt) % len(moods)]])[:5]
    return announced(time, weather, named)
