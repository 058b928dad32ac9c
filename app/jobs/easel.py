"""A worker's engine: opened at its first look, opened again when that failed, left alone while it does not work."""

import logging
import threading
import time

from app.engines import Model, open_engine
from app.engines.protocol import Engine, EngineDown
from app.jobs import runner
from app.jobs.runner import Hands
from app.refusals import Refusal
from app.toolkit import Child
from config import Settings

FIRST_PAUSE, LONGEST_PAUSE = 15.0, 300.0  # seconds before a model that does not work is tried again; they double

logger = logging.getLogger(__name__)


class Easel:
    """What a worker of a model's lane does when it looks. Of any number of threads."""

    def __init__(self, model: Model, settings: Settings, child: Child) -> None:
        self.model, self.settings, self.child = model, settings, child
        self._engine: Engine | None = None
        self._opening = threading.Lock()
        self._resting_until = 0.0
        self._pause = FIRST_PAUSE

    def look(self) -> bool:
        """Do the next thing there is to do. False if there was none, or the model does not work."""
        engine = self._ready()
        if engine is None:
            return False
        return runner.take_one(self.model.name, Hands(engine, self.child, self._rest))

    def _ready(self) -> Engine | None:
        with self._opening:
            if time.monotonic() < self._resting_until:
                return None
            try:
                self._engine = self._engine or open_engine(self.model, self.settings)
            except (EngineDown, Refusal) as error:
                self._rest(error)
                return None
        return self._engine

    def _rest(self, why: Exception) -> None:
        logger.error("%s: %s", self.model.name, why)
        self._resting_until = time.monotonic() + self._pause
        self._pause = min(LONGEST_PAUSE, 2 * self._pause)
