"""Tools run as a worker runs them, with the children's work done in this process unless a test says otherwise."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.engines.protocol import Engine
from app.imaging.bounds import Bounds, Budget, Budgets
from app.imaging.made import Made
from app.toolkit import Bench, Child, Outcome, parse
from app.tools import TOOLS
from tests.cast import Sketcher

Run = Callable[..., Outcome]


class Here:
    """A child that is none."""

    def call(
        self, work: Callable[..., Made], *given: Any, budget: Budget, on_wait: Callable[[], None], **options: Any
    ) -> Made:
        on_wait()
        return work(*given, **options)


class Told(list[float]):
    """How far the work was, as often as it was told."""

    def __call__(self, share: float, _previews: object = None) -> None:
        self.append(share)


@pytest.fixture
def progress() -> Told:
    return Told()


@pytest.fixture
def run(tmp_path: Path, progress: Told) -> Run:
    """`run(tool, files, **params)`: what the tool makes of the files. `bench=` sets what else there is."""

    def run(name: str, files: dict[str, bytes] | bytes, bench: dict[str, Any] | None = None, **params: Any) -> Outcome:
        tool = TOOLS[name]
        return tool.run(
            make_bench(files if isinstance(files, dict) else {"image": files}, tmp_path, progress, **(bench or {})),
            parse(tool.Params, params).settled(),
        )

    return run


def make_bench(
    files: dict[str, bytes],
    models: Path,
    progress: Told,
    *,
    child: Child | None = None,
    engine: Engine | None = None,
    bounds: Bounds | None = None,
    options: dict[str, str] | None = None,
) -> Bench:
    return Bench(
        engine=engine or Sketcher(),
        progress=progress,
        announce=lambda _: None,
        child=child or Here(),
        files=files,
        bounds=bounds or Bounds(),
        budgets=Budgets(),
        models=models,
        options=options or {},
    )
