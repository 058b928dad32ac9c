"""Words in disguise are read; words that only look like them are not."""

import pytest

from app import moderation
from app.moderation.patterns import parse
from app.moderation.policy import Policy, _about
from app.moderation.text import essence

HIDDEN = "pumpkin"  # stands for a word of the lists
WRITTEN = [
    "PUMPKIN",
    "Pümpkín",
    "p u m p k i n",
    "p.u.m.p.k.i.n",
    "p_u_m_p_k_i_n",
    "pump-kin",
    "pum pk in",
    "pumpk1n",
    "p\u200bump\u00adkin",
    "puuumpkiiin",
    "ｐｕｍｐｋｉｎ",
    "𝓹𝓾𝓶𝓹𝓴𝓲𝓷",
    "ⓟⓤⓜⓟⓚⓘⓝ",
    "🅟🅤🅜🅟🅚🅘🅝",
    "рumрkіn",  # Cyrillic р and і
    "pυmpkin",  # Greek υ
    "ᴘᴜᴍᴘᴋɪɴ",
    "p*mpkin",
    "pumpkins",
    "a pumpkin's seeds",
    "BigPumpkin",
    "greatpumpkin",
    "nikpmup",
    "p̷u̷m̷p̷k̷i̷n̷",
]


@pytest.fixture(scope="module")
def policy() -> Policy:
    data = {
        "harmless": ["pumpkin pie", "no {squash}"],
        "groups": {"squash": ["pumpkin"], "size": ["big", "great"], "kitchen": ["soup"], "eaten": ["devour*", "tasty"]},
        "rules": [
            {"category": "sexual", "finds": ["{squash}"], "unless": ["kitchen"]},
            {"category": "hate", "finds": ["courgette ... {eaten}", "the? marrow"]},
            {"category": "illegal", "finds": ["{eaten}"], "beside": ["size"]},
            {"category": "violence", "finds": ["南瓜"]},
        ],
    }
    return Policy([data], {**_about(), "backwards": HIDDEN})


@pytest.mark.parametrize("written", WRITTEN)
def test_a_disguised_word_is_read(policy: Policy, written: str) -> None:
    assert policy.broken(f"please paint {written} now") == "sexual"


@pytest.mark.parametrize(
    "written",
    ["pump kind", "bumpkin", "a pump in", "trumpkin", "pumpernickel", "p umbrella m p kin", "", "...", "pu mp"],
)
def test_another_word_is_not(policy: Policy, written: str) -> None:
    assert policy.broken(written) is None


def test_a_harmless_phrase_hides_its_words_alone(policy: Policy) -> None:
    assert policy.broken("a pumpkin pie") is None
    assert policy.broken("a pumpkin pie and a pumpkin") == "sexual"
    assert policy.broken("no pumpkin, please") is None


def test_a_context_lets_a_word_pass(policy: Policy) -> None:
    assert policy.broken("pumpkin soup") is None


def test_a_gap_takes_four_words(policy: Policy) -> None:
    assert policy.broken("courgette of a most unusual devouring") == "hate"
    assert policy.broken("courgette that is far away from anything devouring") is None


def test_some_words_need_others_beside_them(policy: Policy) -> None:
    assert policy.broken("a tasty dish") is None
    assert policy.broken("a tasty dish, big") == "illegal"


def test_a_script_without_spaces_is_read_within_its_words(policy: Policy) -> None:
    assert policy.broken("一个大南瓜在桌子上") == "violence"


def test_a_long_word_may_be_misspelt_by_a_letter(policy: Policy) -> None:
    for written in ("courgettte tasty", "courgete tasty", "courgeite tasty", "courgtete tasty"):
        assert policy.broken(written) == "hate", written


def test_a_word_that_may_be_missing_doubles_the_pattern() -> None:
    assert parse("the? red fox") == [("the", "red", "fox"), ("red", "fox")]
    assert parse("南瓜 ... pie") == [("南", "瓜", "...", "pie")]


def test_a_group_that_nobody_defined_is_told() -> None:
    with pytest.raises(ValueError, match="no such groups: sqash"):
        Policy([{"rules": [{"category": "hate", "finds": ["{sqash}"]}]}], _about())


def test_two_groups_of_one_name_are_told() -> None:
    with pytest.raises(ValueError, match="two groups"):
        Policy([{"groups": {"a": ["x"]}}, {"groups": {"a": ["y"]}}], _about())


@pytest.mark.parametrize(
    ("one", "other"),
    [("Pikachu, eating BREAKFAST", "pikachu eating breakfast"), ("Café\u200b", "cafe"), ("a\n\tb", "a b")],
)
def test_two_spellings_of_a_prompt_share_their_essence(one: str, other: str) -> None:
    assert essence(one) == essence(other)


@pytest.mark.parametrize(
    "prompt",
    ["Essex", "Scunthorpe", "a cocktail", "blood orange", "shoot a photo", "shooting star", "head shot portrait",
     "killer whale", "nude colour lipstick", "bomb cyclone", "crack in the wall", "a Ferrari in a street",
     "fans of a football club in the stadium", "in the manner of Van Gogh", "a village in Miyazaki's style"],
)  # fmt: skip
def test_words_with_another_meaning_pass(prompt: str) -> None:
    assert moderation.check(prompt) is None
