"""One figure of the picture: a subject with its drawing, pose and size, before and after it has its place."""

from dataclasses import dataclass, replace

from app.engines.illustrator.scene import Subject
from app.engines.illustrator.stage import Stage

FACED = {"monkey", "cat", "dog", "rabbit", "tiger", "mouse", "cow", "pig"}  # also drawn as a face, which can be dressed


@dataclass(frozen=True)
class Actor:
    """One figure: feet at (x, y) and `tall`, all in pixels; `wide` follows from the drawing."""

    subject: Subject
    index: int  # of the subject in the scene
    art: str
    pose: str
    body: bool
    wide: float
    tall: float
    x: float = 0.0
    y: float = 0.0
    back: float = 0.0  # drawn the earlier, the larger
    flip: bool = False
    grounded: bool = True  # throws shadows on the ground
    choice: int = 0

    def at(self, x: float, y: float) -> "Actor":
        """The figure with its feet at (x, y)."""
        return replace(self, x=x, y=y)

    def scaled(self, by: float) -> "Actor":
        """The figure `by` times as large."""
        return replace(self, wide=self.wide * by, tall=self.tall * by)


def actor(stage: Stage, index: int, choice: int = 0) -> Actor:
    """The figure of subject `index` at its kind's height, compressed: a mouse beside an elephant is still there."""
    subject = stage.scene.subjects[index]
    art = subject.art
    dressed = any(s.to == index and s.relation in ("wearing", "holding") for s in stage.scene.subjects)
    if dressed and art in FACED:
        art = f"{art}-face"
    nature = stage.words.nature(art)
    pose = "head" if art.endswith("-face") and dressed and subject.art in FACED else nature.pose
    body = pose == "head"
    shape = stage.props.shape(art, body)
    metres = stage.words.nature(subject.art).tall
    tall = metres**0.33 * subject.size
    wide = tall * shape.aspect
    if wide > tall * 1.15:  # long low things are as prominent as tall ones
        wide, tall = wide * 1.15 / shape.aspect, tall * 1.15 / shape.aspect
    return Actor(subject, index, art, pose, body, wide, tall, choice=choice)
