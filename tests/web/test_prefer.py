"""How long somebody wants to wait."""

import pytest

from tests.cast import Cast, Studio, png


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each request waited, without waiting."""
    waits: list[float] = []
    monkeypatch.setattr("app.studio.waited.wait", lambda _job, seconds: waits.append(seconds))
    return waits


@pytest.mark.parametrize(
    ("prefer", "seconds", "applied"),
    [
        ("wait=5", 5, "wait=5"),
        ('wait="5"', 5, "wait=5"),
        ("return=minimal, WAIT=5;foo", 5, "wait=5"),
        ("wait=600", 60, "wait=60"),
        ("wait=0", 0, "wait=0"),
        ("respond-async", 0, "respond-async"),
        ("respond-async, wait=10", 0, "respond-async"),
        ("wait=soon", 60, None),
        ("", 60, None),
    ],
)
def test_a_tool_waits_as_long_as_is_preferred(
    cast: Cast, at_once: list[float], monkeypatch: pytest.MonkeyPatch, prefer: str, seconds: int, applied: str | None
) -> None:
    settings = cast.app.extensions["settings"]
    monkeypatch.setitem(cast.app.extensions, "settings", settings.model_copy(update={"WAIT_SECONDS": 60}))
    answer = cast.ann.sends("convert", png(), option="jpg", headers={"Prefer": prefer})
    assert at_once == [seconds]
    assert answer.headers.get("Preference-Applied") == applied


def test_generate_waits_only_when_asked_to(
    cast: Cast, studio: Studio, at_once: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = cast.app.extensions["settings"]
    monkeypatch.setitem(cast.app.extensions, "settings", settings.model_copy(update={"WAIT_SECONDS": 60}))
    cast.ann.starts()
    assert at_once == []
    waited = cast.ann.post("/api/generate", json={"prompt": "a red fox"}, headers={"Prefer": "wait=9"})
    assert at_once == [9]
    assert (waited.status_code, waited.json["status"]) == (202, "queued")
