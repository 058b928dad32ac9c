"""A sandbox of each kind of isolation, kept over the tests: they must not be able to spoil it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.imaging.sandbox import Sandbox

TESTS = Path(__file__).parents[2]
BUBBLEWRAP = pytest.param("bubblewrap", marks=pytest.mark.needs("bubblewrap"))
NAMESPACES = pytest.param("namespaces", marks=pytest.mark.needs("namespaces"))


@pytest.fixture(scope="package", params=[BUBBLEWRAP, NAMESPACES, "none"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with closing(Sandbox(shows=[TESTS], isolation=request.param)) as opened:
        yield opened


@pytest.fixture(scope="package", params=[BUBBLEWRAP, NAMESPACES])
def isolated(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with closing(Sandbox(shows=[TESTS], isolation=request.param)) as opened:
        yield opened


@pytest.fixture(scope="package", params=[BUBBLEWRAP])
def walled(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with closing(Sandbox(shows=[TESTS], isolation=request.param)) as opened:
        yield opened
