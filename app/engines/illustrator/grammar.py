"""From tags to subjects: each thing with its number, colour and size, and how it stands to the others."""

from dataclasses import dataclass, field, replace

from app.engines.illustrator.data import table
from app.engines.illustrator.lexicon import Tag
from app.engines.illustrator.scene import Subject
from app.engines.illustrator.words import Words

MOST = 6  # different subjects
CROWD = 12  # of one kind
OWNED = ("wearing", "holding")


@dataclass
class Reading:
    """What has been understood so far, left to right."""

    words: Words
    subjects: list[Subject] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)  # colours that belong to no thing
    count: int | None = None
    colour: str | None = None
    size: float = 1.0
    relation: str | None = None
    owner: int | None = None  # who wears or holds what comes next
    absent: bool = False
    adjacent: bool = False  # the last tag was a thing: "apple tree"
    holds: bool = False  # the last two were a thing and "of": "a bowl of ramen"


def subjects(tags: list[Tag], words: Words, unwanted: set[str]) -> tuple[tuple[Subject, ...], tuple[str, ...]]:
    """The things a prompt names, and the colours it names for nothing in particular."""
    reading = Reading(words)
    for tag in tags:
        _take(reading, tag, unwanted)
    _spill(reading)
    return tuple(reading.subjects), tuple(dict.fromkeys(reading.loose))


def _take(reading: Reading, tag: Tag, unwanted: set[str]) -> None:
    if tag.kind == "drawing":
        part = reading.subjects and tag.value in table("synonyms")["parts"]["drawings"]
        if not (part or reading.absent or {tag.value, tag.phrase} & unwanted):
            _thing(reading, tag)
        reading.absent = False
    elif tag.kind == "number":
        reading.count = int(tag.value)
    elif tag.kind == "colour":
        if tag.value not in unwanted:
            reading.colour, reading.loose = tag.value, reading.loose + ([reading.colour] if reading.colour else [])
    elif tag.kind == "size":
        reading.size = float(tag.value)
    elif tag.kind == "relation":
        _relate(reading, tag.value)
    elif tag.kind == "absent":
        reading.absent = True
    elif tag.kind in ("setting", "style", "stop"):
        _pause(reading, tag)
    reading.holds = reading.adjacent and tag.value == "of"
    reading.adjacent = tag.kind == "drawing"


def _relate(reading: Reading, relation: str) -> None:
    _spill(reading)
    if relation == "perched":
        _perch(reading)
        return
    reading.relation = relation
    if relation in (*OWNED, "with", "in"):
        reading.owner = _bearer(reading)


def _perch(reading: Reading) -> None:
    """ "... on its head": the last subject sits on the one before it."""
    last = len(reading.subjects) - 1
    if last > 0 and reading.subjects[last].to is None:
        worn = reading.words.nature(reading.subjects[last].art).kind == "clothing"
        reading.subjects[last] = replace(reading.subjects[last], relation="wearing" if worn else "on", to=last - 1)


def _bearer(reading: Reading) -> int | None:
    """The last subject that is not itself worn or held."""
    free = [i for i, subject in enumerate(reading.subjects) if subject.relation not in OWNED]
    return free[-1] if free else None


def _pause(reading: Reading, tag: Tag) -> None:
    _spill(reading)
    if tag.kind == "setting":
        reading.absent = False
    if tag.kind != "stop" or tag.value in ".;!?":
        reading.relation, reading.owner, reading.absent = None, None, False


def _spill(reading: Reading) -> None:
    if reading.colour:
        reading.loose.append(reading.colour)
    reading.count, reading.colour, reading.size = None, None, 1.0


def _thing(reading: Reading, tag: Tag) -> None:
    if reading.adjacent and reading.subjects and reading.subjects[-1].count == 1 and reading.count is None:
        kinds = [reading.words.nature(art).kind.split("-")[0] for art in (reading.subjects[-1].art, tag.value)]
        if kinds == ["animal", "person"]:  # "a panda scientist" is a panda
            return
        if kinds != ["animal", "food"]:  # "corgi pizza" shows both
            _merge(reading)
    if reading.holds and reading.words.nature(tag.value).kind.startswith(("food", "drink")):
        count = reading.subjects[-1].count
        _merge(reading)
        reading.count = reading.count or (count if count > 1 else None)
    known = next((i for i, s in enumerate(reading.subjects) if s.art == tag.value and s.colour == reading.colour), None)
    if known is None and len(reading.subjects) < MOST:
        usual = table("grammar")["several"].get(tag.phrase, 3 if tag.plural else 1)
        count = min(reading.count or usual, CROWD)
        if tag.plural and count == 1:
            count = 3
        subject = Subject(tag.value, tag.phrase, count, reading.colour, reading.size)
        _place(reading, subject)
    elif known is not None and reading.subjects[known].word != tag.phrase:  # "a father and a son"
        same = reading.subjects[known]
        reading.subjects[known] = replace(same, count=min(same.count + (reading.count or 1), CROWD))
    reading.count, reading.colour, reading.size = None, None, 1.0


def _merge(reading: Reading) -> None:
    """Two nouns side by side: the first only says what kind the second is."""
    first = reading.subjects.pop()
    reading.colour = reading.colour or first.colour
    reading.size = first.size if reading.size == 1.0 else reading.size
    reading.relation = reading.relation or first.relation
    for i, subject in enumerate(reading.subjects):
        if subject.to == len(reading.subjects):
            reading.subjects[i] = replace(subject, relation=None, to=None)


def _place(reading: Reading, subject: Subject) -> None:
    """Tie the new subject to the one before it, or that one to it, as the relation between them says."""
    relation, new = reading.relation, len(reading.subjects)
    owned = _owned(reading, subject)
    if owned and reading.owner is not None:
        subject = replace(subject, relation=owned, to=reading.owner)
    elif relation and relation not in (*OWNED, "with") and reading.subjects:
        before = _bearer(reading)
        if before is not None and reading.subjects[before].to is None:
            reading.subjects[before] = replace(reading.subjects[before], relation=relation, to=new)
    reading.subjects.append(subject)
    if not owned:
        reading.relation, reading.owner = None, None


def _owned(reading: Reading, subject: Subject) -> str | None:
    """ "wearing" or "holding", also where the words only say "with" or "in" (a hat)."""
    nature = reading.words.nature(subject.art)
    if reading.relation in OWNED:
        return None if nature.kind.startswith(("animal", "person")) or nature.tall > 1.2 else reading.relation
    if reading.relation not in ("with", "in") or reading.owner is None:
        return None
    owner = reading.words.nature(reading.subjects[reading.owner].art)
    if not owner.kind.startswith(("animal", "person", "face", "other-object")):
        return None
    if nature.kind == "clothing":
        return "wearing"
    return "holding" if reading.relation == "with" and nature.tall < 0.35 and nature.pose == "stand" else None
