"""The ways in which endpoints write down what is wrong."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engines.openai import answers
from app.engines.openai.complaints import Means, read
from app.engines.openai.manners import DISPENSABLE, Manners
from app.engines.openai.pictures import Broken

SENT = {"prompt": "a fox", "size": "1024x1024", "n": 2, "seed": 7}
TEXTS = st.text(max_size=20) | st.sampled_from(["error", "detail", "message", "code", "loc", "data", "b64_json", "url"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize(
    "said",
    [
        {"error": {"message": "Unknown parameter: 'seed'.", "param": "seed"}},
        {"error": {"message": "Unknown parameter: 'seed'."}},
        {"error": "seed is not supported"},
        {"detail": "seed is not supported"},
        {"detail": [{"loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]},
        {"object": "error", "message": "seed: extra inputs are not permitted", "param": None},
        {"error": {"message": "no", "param": "body.seed"}},
    ],
)
def test_a_parameter_it_does_not_take_is_found_however_it_is_told(said: object) -> None:
    better = Manners().after(read(400, json.dumps(said).encode()), SENT)

    assert better == Manners(refused=frozenset({"seed"}))


@pytest.mark.parametrize(
    "said",
    [{"error": {"message": "The prompt is too long.", "param": "prompt"}}, {"error": "n pictures are too many"}, {}],
)
def test_what_cannot_be_left_out_teaches_nothing(said: object) -> None:
    assert Manners().after(read(400, json.dumps(said).encode()), SENT) is None


@given(ANYTHING, st.integers(200, 599))
@settings(max_examples=60, deadline=None)
def test_whatever_it_says_means_something(said: object, status: int) -> None:
    complaint = read(status, json.dumps(said).encode())

    assert complaint.means in Means
    assert Manners().after(complaint, dict.fromkeys(DISPENSABLE)) != Manners()


@given(ANYTHING)
@settings(max_examples=60, deadline=None)
def test_an_answer_is_pictures_or_broken(said: object) -> None:
    try:
        found = answers.entries(json.dumps({"data": [said]}).encode())
    except Broken:
        return
    assert all(entry.data or entry.url or entry.withheld for entry in found)
