"""How well the policy tells what is refused from what passes, counted on labelled prompts."""

import csv
import statistics
import time
from collections.abc import Iterable

import pytest

from app import moderation
from app.moderation.policy import _policy
from config import ROOT
from tests.moderation.prompts import SETS, Labelled, labelled

PARTI = ROOT.parent / "shared/corpora/parti/PartiPrompts.tsv"
NAMED_IN_PARTI = {"the Beatles crossing Abbey road", "Superman shaking hands with Spiderman"}
CATEGORIES = {"violence", "illegal", "hate", "sexual", "real_people", "characters", "trademarks"}


def category_of(prompt: str) -> str | None:
    found = moderation.check(prompt)
    return found.category if found else None


def missed(prompts: Iterable[Labelled]) -> list[str]:
    return [one.prompt for one in prompts if one.category and not moderation.check(one.prompt)]


def wrongly_refused(prompts: Iterable[Labelled]) -> list[str]:
    return [one.prompt for one in prompts if one.category is None and moderation.check(one.prompt)]


def test_there_are_enough_prompts_and_half_of_the_refused_are_disguised() -> None:
    everything = [one for name in SETS for one in labelled(name)]
    refused = [one for one in everything if one.category]
    assert len(everything) >= 600
    assert 0.4 < len(refused) / len(everything) < 0.7
    assert sum(one.disguised for one in refused) >= len(refused) / 2
    assert {one.category for one in refused} == CATEGORIES
    assert len({one.prompt for one in everything}) == len(everything)


@pytest.mark.parametrize("name", SETS)
def test_what_is_refused_is_found(name: str) -> None:
    refused = [one for one in labelled(name) if one.category]
    left = missed(refused)
    assert len(left) <= 0.05 * len(refused), left


@pytest.mark.parametrize("name", SETS)
def test_what_is_harmless_passes(name: str) -> None:
    harmless = [one for one in labelled(name) if one.category is None]
    wrong = wrongly_refused(harmless)
    assert len(wrong) <= 0.01 * len(harmless), wrong


def test_disguises_help_nobody() -> None:
    disguised = [one for name in SETS for one in labelled(name) if one.disguised]
    assert len(missed(disguised)) <= 0.05 * len(disguised)


def test_the_category_is_the_one_that_is_named() -> None:
    found = [(one.category, category_of(one.prompt)) for name in SETS for one in labelled(name) if one.category]
    assert sum(meant == said for meant, said in found) >= 0.95 * len(found)


def test_prompts_of_researchers_pass_but_those_that_name_somebody() -> None:
    if not PARTI.is_file():
        pytest.skip("the Parti prompts are not here")
    with PARTI.open() as file:
        prompts = [row["Prompt"] for row in csv.DictReader(file, delimiter="\t")]
    refused = {prompt for prompt in prompts if moderation.check(prompt)}
    assert refused >= NAMED_IN_PARTI
    assert len(refused - NAMED_IN_PARTI) <= 0.01 * len(prompts), refused


@pytest.mark.parametrize("category", sorted(CATEGORIES))
def test_a_refusal_is_said_in_words_without_the_list(category: str) -> None:
    words = moderation.verdict_in(category)
    assert words.category == category
    assert words.sentence.endswith(".")
    assert words.suggestion.endswith(".")
    assert "!" not in words.sentence + words.suggestion


def test_every_name_in_the_data_is_known() -> None:
    assert {rule.category for rule in _policy().rules} == CATEGORIES


def test_a_long_prompt_takes_a_few_milliseconds() -> None:
    words = " ".join(one.prompt for one in labelled("tuning") if one.category is None)
    moderation.check(words)
    took = []
    for place in range(0, 15_000, 1000):
        begun = time.perf_counter()
        moderation.check(words[place : place + 1000])
        took.append(time.perf_counter() - begun)
    assert statistics.median(took) < 0.05  # 3 ms on an idle machine; this one may be busy


WALLS = ("n u d 3 ", "@", "a", "*", "p.o.r.n", "п", "n*k*d ", "a b ", "裸足", "spider", "\u200b", "ａ")


@pytest.mark.parametrize("wall", WALLS)
def test_a_wall_of_signs_takes_no_longer_than_a_blink(wall: str) -> None:
    begun = time.perf_counter()
    moderation.check((wall * 1000)[:1000])
    assert time.perf_counter() - begun < 2
