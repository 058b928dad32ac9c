"""A worker's engine: opened at its first look, opened again when that failed, left alone while it does not work."""

import logging
import os
import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import cast

from flask import Flask, current_app

from app import clock
from app.engines import Model, open_engine
from app.engines.breaker import Breaker
from app.engines.protocol import Engine, EngineDown, EngineGone
from app.jobs import runner, standing_in
from app.jobs.models import Readiness
from app.jobs.painters import Presence
from app.jobs.runner import Hands
from app.refusals import Refusal
from app.toolkit import Child
from config import Settings

logger = logging.getLogger(__name__)


class Easel:
    """What a worker of a model's lane does when it looks. Of any number of threads, each with jobs of its own.

    So many of them as `at_once` says paint; another one may store meanwhile what it has painted before.
    """

    def __init__(self, model: Model, settings: Settings, child: Child, at_once: int = 1) -> None:
        self.model, self.settings, self.child, self.at_once = model, settings, child, at_once
        self.breaker = Breaker()
        self.stopping = threading.Event()  # whoever still waits for the brush need not begin
        self._brush = threading.Semaphore(at_once)
        self._engine: Engine | None = None
        self._presence: Presence | None = None
        self._said = ""  # why it does not work; empty while it does
        self._opening = threading.Lock()

    def look(self) -> bool:
        """Do the next thing there is to do. False if there was none, or the model does not work."""
        with ExitStack() as held:
            held.enter_context(self._brush)
            return not self.stopping.is_set() and self._paint(put_down=held.close)

    def close(self) -> None:
        """The worker stops."""
        if self._presence:
            self._presence.end()

    def _paint(self, put_down: Callable[[], None]) -> bool:
        if not self.breaker.may_try():
            standing_in.hand_on(self.model.name, clock.now())
            return False
        engine = self._opened()
        return engine is not None and self._work(engine, put_down)

    def _opened(self) -> Engine | None:
        """The engine; None when it does not open, which is said."""
        with self._opening:
            if self._engine is None and not self.breaker.resting:  # another thread may just have failed at it
                self._open(self._told())
            return self._engine

    def _open(self, presence: Presence) -> None:
        try:
            self._engine = open_engine(self.model, self.settings)
        except Exception as error:  # noqa: BLE001  (libraries raise what they like, and the lane goes on)
            self._rest(error)
        else:
            self._worked()
            presence.tell(Readiness.READY, together=self.at_once * self._engine.together)
            logger.info("ready to paint: %s", self._engine.title)

    def _work(self, engine: Engine, put_down: Callable[[], None]) -> bool:
        """The best waiting jobs. After a rest they are the trial: it works again once pictures came of them."""
        down: list[EngineDown] = []

        def rest(why: EngineDown) -> None:
            down.append(why)
            self._rest(why)

        def painted(pictures: int, seconds: float) -> None:
            self._worked()
            self._told().took(pictures, seconds)

        try:
            found = runner.take_one(self.model.name, Hands(engine, self.child, rest, painted, put_down))
        finally:
            self.breaker.untried()  # where neither of these was called: nothing waited, or it was called off
        return found and not down

    def _worked(self) -> None:
        self.breaker.worked()
        if self._said:
            self._said = ""
            self._told().tell(Readiness.READY)
            logger.info("%s works again", self.model.name)

    def _rest(self, why: Exception) -> None:
        """Said once, in one line, until it is for another reason; what nobody foresaw, with where it came from."""
        self.breaker.failed()
        said = " ".join(str(why).split()) or type(why).__name__
        if said != self._said:
            self._said = said
            self._told().tell(Readiness.DOWN, said)
            foreseen = isinstance(why, EngineDown | Refusal)
            logger.error("%s does not work: %s", self.model.name, said, exc_info=None if foreseen else why)
        if isinstance(why, EngineGone) and not self.stopping.is_set():  # a second signal would cut a stop short
            os.kill(os.getpid(), signal.SIGTERM)  # the supervisor starts another
            self.stopping.set()  # afterwards, or the process would not wait for what is being stored

    def _told(self) -> Presence:
        """What tells how this worker is, from its first look on."""
        if self._presence is None:
            presence = Presence(cast(Flask, current_app._get_current_object()), self.model.name)  # type: ignore[attr-defined]
            presence.begin()
            self._presence = presence
        return self._presence
