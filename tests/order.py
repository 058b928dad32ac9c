"""Which tests go to one process together, and in what order: what takes long first, so that all end at one time."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

SHARED = (  # their files share a running site, or what takes long to import and to lay: it is there once
    "tests/browser/",
    "tests/client/",
    "tests/site/",
    "tests/engines/diffusers/",
    "tests/engines/illustrator/",
)
ALONE = ("tests/browser/test_buying.py", "tests/browser/test_way_out.py")  # theirs are their own
LONGEST = (
    "tests/browser/",
    "tests/payments/test_machine.py",
    "tests/site/",
    "tests/jobs/test_kills.py",
    "tests/dialects/test_openai_sdks.py",
    "tests/client/",
    *ALONE,
    "tests/setup/test_serve.py",
    "tests/engines/",
    "tests/imaging/test_hostile.py",
    "tests/payments/",
    "tests/tools/",
)


def scope(test: str) -> str:
    """The tests of one scope go to one process: those of a file, or of several that share something costly."""
    file = test.split("::", 1)[0]
    return next((folder for folder in SHARED if file.startswith(folder) and file not in ALONE), file)


def place(test: str) -> int:
    """Whoever is not named comes after all who are."""
    named = (number for number, longest in enumerate(LONGEST) if scope(test).startswith(longest))
    return max(named, default=len(LONGEST))


class Together(LoadFileScheduling):  # type: ignore[misc]  # xdist is untyped
    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    return Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: place(item.nodeid))
