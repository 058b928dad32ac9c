"""Fifty megapixels become every kind within the time and memory of a sandboxed child."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from app.imaging.bounds import Bounds, Budget, Budgets
from app.imaging.convert import convert
from app.imaging.kinds import WRITTEN
from app.imaging.sandbox import Sandbox
from tests.imaging.pictures import file_of, photo

SIZE = (8160, 6120)
BUSY = 4  # times the seconds, for machines that run other tests beside
HEAVY = ("heic", "avif")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with closing(Sandbox()) as opened:
        yield opened


@pytest.fixture(scope="module")
def huge() -> bytes:
    return file_of(photo(816, 612).resize(SIZE), "JPEG", quality=90)


@pytest.mark.slow
@pytest.mark.parametrize("target", [kind.name for kind in WRITTEN])
def test_a_huge_picture_becomes_every_kind(target: str, huge: bytes, sandbox: Sandbox) -> None:
    budget = Budgets().heavy if target in HEAVY else Budgets().picture
    file = sandbox.call(
        convert,
        huge,
        budget=Budget(BUSY * budget.seconds, budget.memory),
        on_wait=lambda: None,
        bounds=Bounds(),
        option=target,
    ).files[0]
    assert (file.width, file.height) == SIZE
