"""What was read from a prompt: plain facts, ready for JSON, that the painter composes from."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Subject:
    """One thing to draw. `relation` is how it stands to subject number `to` of the same scene."""

    art: str  # a drawing's name in the art index
    word: str  # as the prompt said it
    count: int = 1
    colour: str | None = None  # a key of colours.toml
    size: float = 1.0  # 1 as usual, 0.6 tiny, 1.5 giant
    relation: str | None = None  # on, in, under, beside, behind, before, above, wearing, holding, riding
    to: int | None = None


@dataclass(frozen=True)
class Scene:
    """A prompt, understood. Words are keys of the data files; colours of the palette are #rrggbb."""

    prompt: str
    setting: str
    named: bool  # the setting was said, not guessed
    subjects: tuple[Subject, ...]
    time: str
    weather: str
    season: str | None
    mood: str | None
    framing: str | None
    form: str | None
    style: str
    colours: tuple[str, ...]
    lettering: str | None
    palette: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The scene as plain lists, numbers and strings."""
        return asdict(self)
