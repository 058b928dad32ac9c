"""JSON Web Tokens: one algorithm, an end, and a row that can be deleted."""

from datetime import timedelta

import jwt
import pytest
from flask import Flask

from app.accounts import people, sign_ins, tokens
from app.accounts.models import Person
from tests.conftest import Clock
from tests.databases import SECRET


@pytest.fixture
def ann(app: Flask, time: Clock) -> Person:
    return people.register("ann@limn.example", "correct horse battery", time.now())


def owner(token: str, time: Clock) -> str | None:
    found = tokens.person_of(token, time.now())
    return found.email if found else None


def test_it_says_who_it_is_for_an_hour(ann: Person, time: Clock) -> None:
    token = tokens.issue(ann, "curl", "198.51.100.0/24", time.now())
    time.forward(minutes=59)
    assert owner(token, time) == "ann@limn.example"
    time.forward(minutes=1)
    assert owner(token, time) is None


def test_it_ends_with_its_sign_in(ann: Person, time: Clock) -> None:
    token = tokens.issue(ann, "curl", "198.51.100.0/24", time.now())
    [sign_in] = sign_ins.open_ones(ann, time.now())
    assert sign_in.agent == "curl"
    sign_ins.revoke(ann, sign_in.id)
    assert owner(token, time) is None


@pytest.mark.parametrize("algorithm", ["none", "HS384", "HS512"])
def test_no_other_algorithm_will_do(ann: Person, time: Clock, algorithm: str) -> None:
    claims = jwt.decode(tokens.issue(ann, "curl", "", time.now()), options={"verify_signature": False})
    key = "" if algorithm == "none" else tokens._key() * 2
    assert owner(jwt.encode(claims, key, algorithm), time) is None


def test_what_signs_cookies_signs_no_tokens(ann: Person, time: Clock) -> None:
    claims = jwt.decode(tokens.issue(ann, "curl", "", time.now()), options={"verify_signature": False})
    assert owner(jwt.encode(claims, SECRET, "HS256"), time) is None


@pytest.mark.parametrize("missing", ["jti", "sub", "exp", "iss"])
def test_every_claim_counts(ann: Person, time: Clock, missing: str) -> None:
    claims = jwt.decode(tokens.issue(ann, "curl", "", time.now()), options={"verify_signature": False})
    del claims[missing]
    assert owner(jwt.encode(claims, tokens._key(), "HS256"), time) is None


def test_it_cannot_be_passed_off_as_somebody_elses(ann: Person, time: Clock) -> None:
    claims = jwt.decode(tokens.issue(ann, "curl", "", time.now()), options={"verify_signature": False})
    assert owner(jwt.encode(claims | {"sub": "999"}, tokens._key(), "HS256"), time) is None


@pytest.mark.parametrize("junk", ["", "a.b.c", "eyJhbGciOiJIUzI1NiJ9..", "limn_" + "x" * 38, "ü"])
def test_junk_is_nobody(ann: Person, time: Clock, junk: str) -> None:
    assert owner(junk, time) is None


def test_a_long_one_is_no_longer_than_its_row(ann: Person, time: Clock) -> None:
    """The claim alone extends nothing."""
    claims = jwt.decode(tokens.issue(ann, "curl", "", time.now()), options={"verify_signature": False})
    longer = claims | {"exp": claims["exp"] + 10_000_000}
    token = jwt.encode(longer, tokens._key(), "HS256")
    assert owner(token, time) == "ann@limn.example"
    assert tokens.person_of(token, time.now() + timedelta(hours=2)) is None
