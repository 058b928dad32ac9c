"""From a prompt to tags: every phrase that means something, with what it means, in order."""

import re
from dataclasses import dataclass
from functools import cache

from app.engines.illustrator.data import table
from app.engines.illustrator.plurals import singulars
from app.engines.illustrator.words import Words

LONGEST = 5  # words in a phrase
TOKEN = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*|[^\w\s]")
QUOTED = re.compile(r"[\"“”«„]([^\"“”»]{1,80})[\"“”»]|(?:^|(?<=\s))['‘]([^'‘’\n]{1,80}?)['’](?=[\s.,;!?]|$)")
NOUN_BEFORE = {"the", "of", "with", "and", "his", "her", "its", "their", "my", "your", ""}
STEP = {"time", "weather", "season", "mood", "framing", "form", "style"}


@dataclass(frozen=True)
class Tag:
    """One phrase: `kind` is a table ("time", "setting", "drawing", ...), `value` its key there."""

    kind: str
    value: str
    phrase: str
    plural: bool = False


def tags(prompt: str, words: Words | None) -> list[Tag]:
    """The prompt as tags. A word that means nothing here is Tag("word", ...), punctuation Tag("stop", ...)."""
    tokens = TOKEN.findall(prompt.lower().replace("\ufe0f", "").replace("’", "'"))
    found: list[Tag] = []
    at = 0
    while at < len(tokens):
        size, here = _longest(tokens, at, words)
        found += here
        at += size
    return found


def quoted(prompt: str) -> tuple[str | None, str]:
    """The words to be lettered, if any stand in quotation marks, and the prompt without them."""
    match = QUOTED.search(prompt)
    if match is None:
        return None, prompt
    text = (match[1] or match[2]).strip()
    return (text or None), QUOTED.sub(" ; ", prompt)


def _longest(tokens: list[str], at: int, words: Words | None) -> tuple[int, list[Tag]]:
    for size in range(min(LONGEST, len(tokens) - at), 0, -1):
        phrase = " ".join(tokens[at : at + size])
        for form in _forms(phrase, words):
            here = [Tag(kind, value, form, form != phrase) for kind, value in meanings().get(form, ())]
            name = words and words.drawing.get(form.replace("-", " "), words.drawing.get(form))
            if name:
                here.append(Tag("drawing", name, form, form != phrase))
            if here:
                here.sort(
                    key=lambda tag: tag.kind != "drawing"
                )  # "on a couch": the thing first, then the room it means
                return size, _settled(here, tokens, at + size, words)
    return 1, _loose(tokens, at, words)


def _settled(here: list[Tag], tokens: list[str], after: int, words: Words | None) -> list[Tag]:
    """A word that is a colour and a thing ("orange", "olive") is a colour before a thing, else a thing."""
    kinds = {tag.kind for tag in here}
    if not {"colour", "drawing"} <= kinds:
        return here
    following = " ".join(tokens[after : after + 1])
    known = any(
        (words and form in words.drawing) or {"colour", "size"} & {kind for kind, _ in meanings().get(form, ())}
        for form in _forms(following, words)
    )
    return [tag for tag in here if tag.kind != ("drawing" if known and following not in NOUN_BEFORE else "colour")]


def _loose(tokens: list[str], at: int, words: Words | None) -> list[Tag]:
    token = tokens[at]
    if not token[0].isalnum():
        return [Tag("stop", token, token)]
    before = tokens[at - 1] if at else ""
    noun = before in NOUN_BEFORE or any(kind in ("number", "colour", "size") for kind, _ in meanings().get(before, ()))
    known = [form for form in _forms(token, words) if words and form in words.keyword and form not in small()]
    if words is None or not noun or not known:
        return [Tag("word", token, token)]
    return [Tag("drawing", words.keyword[known[0]], known[0], known[0] != token)]


def _forms(phrase: str, words: Words | None) -> tuple[str, ...]:
    """The phrase, then what it may be the plural of."""
    return (phrase, *singulars(phrase, words.irregular if words else {}))


@cache
def meanings() -> dict[str, tuple[tuple[str, str], ...]]:
    """Phrase to everything it means, over all data files but the drawings."""
    index: dict[str, tuple[tuple[str, str], ...]] = {}
    tables = {"setting": table("settings"), "colour": table("colours")["words"]}
    tables |= {kind: entries for kind, entries in table("moods").items() if kind in STEP}
    tables |= {kind: table("grammar")[kind] for kind in ("relation", "number", "size")}
    tables["absent"] = {"absent": table("grammar")["small"]["absent"]}
    for kind, entries in tables.items():
        for value, phrases in entries.items():
            for phrase in phrases:
                index[phrase] = (*index.get(phrase, ()), (kind, value))
    for colour in table("colours")["colours"]:
        index[colour] = (*index.get(colour, ()), ("colour", colour))
    return index


@cache
def small() -> frozenset[str]:
    """Words that are never a drawing by themselves."""
    return frozenset(table("grammar")["small"]["words"]) | frozenset(table("synonyms")["never"]["words"])
