"""What the illustrator understands: things, numbers, colours, relations, place, hour, style, and what it leaves out."""

import csv
import json
import subprocess
import sys

import pytest

from app.engines.illustrator.read import read
from app.engines.illustrator.scene import Scene
from app.engines.illustrator.words import Words
from tests.skips import CORPORA


def things(scene: Scene) -> list[tuple[str, int]]:
    return [(subject.art, subject.count) for subject in scene.subjects]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("a fox beside a river", [("fox", 1)]),
        ("three red apples on a wooden table", [("red-apple", 3)]),
        ("two wine bottles and three beer cans", [("bottle-with-popping-cork", 2), ("canned-food", 3)]),
        ("a herd of elephants", [("elephant", 7)]),
        ("geese and wolves", [("goose", 3), ("wolf", 3)]),
        ("a flock of geese", [("goose", 8)]),
        ("mice, foxes and butterflies", [("mouse", 3), ("fox", 3), ("butterfly", 3)]),
        ("a teddy bear", [("teddy-bear", 1)]),
        ("an apple tree", [("deciduous-tree", 1)]),
        ("a corgi", [("dog", 1)]),
        ("a squirrel", [("chipmunk", 1)]),
        ("an orange", [("tangerine", 1)]),
        ("an orange cat", [("cat", 1)]),
        ("a panda mad scientist", [("panda", 1)]),
        ("🐙 and 🍕", [("octopus", 1), ("pizza", 1)]),
        ("children", [("child", 3)]),
        ("a father and a son", [("man-standing", 2)]),
        ("a raccoon. The raccoon is old", [("raccoon", 1)]),
        ("two bowls of ramen", [("steaming-bowl", 2)]),
        ("a cat with four eyes", [("cat", 1)]),
        ("a helicopter flies over a bridge", [("helicopter", 1)]),
    ],
)
def test_names_things_and_counts_them(prompt: str, expected: list[tuple[str, int]], words: Words) -> None:
    assert things(read(prompt, words=words)) == expected


@pytest.mark.parametrize(
    ("prompt", "relation"),
    [
        ("a bear wearing a top hat", [(None, None), ("wearing", 0)]),
        ("a girl holding a balloon", [(None, None), ("holding", 0)]),
        ("a cat in a bucket", [("in", 1), (None, None)]),
        ("a bird on an elephant", [("on", 1), (None, None)]),
        ("an elephant under a tree", [("under", 1), (None, None)]),
        ("a dragon flying over a castle", [("above", 1), (None, None)]),
        ("a dog behind a house", [("behind", 1), (None, None)]),
        ("a giraffe with an owl on its head", [(None, None), ("on", 0)]),
        ("a man with a hat", [(None, None), ("wearing", 0)]),
    ],
)
def test_ties_things_to_one_another(prompt: str, relation: list[tuple[str | None, int | None]], words: Words) -> None:
    assert [(subject.relation, subject.to) for subject in read(prompt, words=words).subjects] == relation


def test_what_comes_after_and_is_worn_too(words: Words) -> None:
    scene = read("a corgi wearing a red bowtie and a purple party hat", words=words)
    assert [(s.art, s.colour, s.relation, s.to) for s in scene.subjects] == [
        ("dog", None, None, None),
        ("ribbon", "red", "wearing", 0),
        ("party-popper", "purple", "wearing", 0),
    ]


def test_colours_and_sizes_belong_to_their_thing(words: Words) -> None:
    blue, giant = read("a blue horse and a giant snail", words=words).subjects
    assert (blue.colour, blue.size) == ("blue", 1.0)
    assert (giant.colour, giant.size) == (None, 1.6)


@pytest.mark.parametrize(
    ("prompt", "setting"),
    [
        ("a dog in a forest", "forest"),
        ("three apples on a table", "table"),
        ("a street in the rain", "street"),
        ("a whale", "sea"),
        ("an octopus", "underwater"),
        ("a camel", "desert"),
        ("a penguin", "snow"),
        ("a rocket", "space"),
        ("a hot air balloon", "sky"),
        ("a hammer", "table"),
        ("a cat on a couch", "room"),
        ("the skyline of Tokyo", "city"),
        ("mount fuji", "mountains"),
        ("a poster that says 'Less'", "poster"),
        ("happiness", "pattern"),
    ],
)
def test_finds_the_place(prompt: str, setting: str, words: Words) -> None:
    assert read(prompt, words=words).setting == setting


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("the sea at sunset", {"time": "sunset", "weather": "clear"}),
        ("a rainy night in the city", {"time": "night", "weather": "rain"}),
        ("a foggy morning", {"time": "dawn", "weather": "fog"}),
        ("a forest in winter", {"season": "winter", "weather": "snow"}),
        ("a fall landscape", {"season": "autumn"}),
        ("a haunted house", {"mood": "dark", "time": "night"}),
        ("a macro photograph of a bee", {"framing": "close-up", "style": "photographic"}),
        ("an oil painting of a boat", {"style": "oil"}),
        ("an aquarelle of a boat", {"style": "watercolor"}),
        ("a dog", {"style": "illustration", "time": "day"}),
        ("parallel lines", {"form": "stripes"}),
    ],
)
def test_reads_hour_weather_season_mood_framing_and_style(prompt: str, expected: dict[str, str], words: Words) -> None:
    scene = read(prompt, words=words).to_json()
    assert {key: scene[key] for key in expected} == expected


def test_quoted_words_are_lettered_and_not_drawn(words: Words) -> None:
    scene = read("a yellow wall with 'A dog, a cat' written on it", words=words)
    assert scene.lettering == "A dog, a cat"
    assert scene.subjects == ()


def test_a_number_alone_is_lettered(words: Words) -> None:
    assert read("42", words=words).lettering == "42"


def test_what_the_prompt_says_is_absent_is_not_drawn(words: Words) -> None:
    assert things(read("a subway train with no cows in it", words=words)) == [("train", 1)]


def test_the_negative_prompt_removes_things_places_and_weather(words: Words) -> None:
    scene = read("a dog and two cats in the rain", "cats, rain", words)
    assert things(scene) == [("dog", 1)]
    assert scene.weather == "clear"


@pytest.mark.parametrize("prompt", ["the sea", "happiness", "a red dog", "x"])
def test_a_palette_is_known_before_painting(prompt: str, words: Words) -> None:
    palette = read(prompt, words=words).palette
    assert len(palette) >= 3
    assert all(len(colour) == 7 and colour.startswith("#") and int(colour[1:], 16) >= 0 for colour in palette)


def test_a_scene_turns_into_json(words: Words) -> None:
    scene = read("a fox beside a river", words=words)
    assert json.loads(json.dumps(scene.to_json()))["subjects"][0]["art"] == "fox"


def test_reading_loads_no_heavy_library() -> None:
    code = "import sys, app.engines.illustrator.read; print({'numpy', 'cv2', 'flask', 'inflect'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"


def test_reads_the_same_every_time(words: Words) -> None:
    assert read("two owls at night", words=words) == read("two owls at night", words=words)


@pytest.mark.needs("corpora")
def test_three_quarters_of_the_parti_prompts_name_what_is_drawn(words: Words) -> None:
    with (CORPORA / "parti/PartiPrompts.tsv").open(encoding="utf-8") as lines:
        prompts = [row["Prompt"] for row in csv.DictReader(lines, delimiter="\t")]
    scenes = [read(prompt, words=words) for prompt in prompts]
    assert sum(bool(scene.subjects or scene.named) for scene in scenes) / len(scenes) > 0.9
