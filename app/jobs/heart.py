"""A running job's heart: a thread that keeps the lease, tells the progress, and notices when the job was taken away."""

import logging
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.engines.protocol import PREVIEW
from app.extensions import db
from app.imaging import encode
from app.jobs import lifecycle
from app.jobs.lifecycle import HEARTBEAT, Claim

if TYPE_CHECKING:
    from PIL.Image import Image

TICK = 0.5  # seconds; a cancel is noticed within one
LOOK = 1.0  # seconds between previews that are written

logger = logging.getLogger(__name__)


class Stopped(Exception):
    """Nobody wants this job from this worker any more."""


class Heart:
    """Beats while its `with` block runs. `progress` is what a tool is handed."""

    def __init__(self, app: Flask, claim: Claim) -> None:
        self.app, self.claim = app, claim
        self.percent = 0
        self._told, self._beaten_at = 0, time.monotonic()
        self._previews: Sequence[Image] | None = None  # not yet written
        self._looked_at = 0.0
        self._lost, self._done = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"heart-{claim.job.id}", daemon=True)

    def __enter__(self) -> "Heart":
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._done.set()
        self._thread.join()

    def progress(self, share: float, previews: "Sequence[Image] | None" = None) -> None:
        """Tell how far it is, 0.0 to 1.0, and what there is so far. Raises Stopped when it is not wanted any more."""
        if self._lost.is_set():
            raise Stopped
        if previews is not None:
            self._previews = previews
        self.percent = max(self.percent, min(100, int(share * 100)))

    def _run(self) -> None:
        with self.app.app_context():
            while not self._done.wait(TICK) and not self._lost.is_set():
                try:
                    self._tick()
                except SQLAlchemyError:
                    logger.exception("job %s: a heartbeat failed; the lease holds a little longer", self.claim.job.id)
                finally:
                    db.session.remove()

    def _tick(self) -> None:
        looks = self._newest_looks()
        due = time.monotonic() - self._beaten_at >= HEARTBEAT.total_seconds()
        if due or looks or self.percent != self._told:
            self._told, self._beaten_at = self.percent, time.monotonic()
            mine = lifecycle.beat(self.claim, self.percent, clock.now(), looks)
        else:
            mine = lifecycle.holds(self.claim)
        if not mine:
            self._lost.set()

    def _newest_looks(self) -> list[bytes]:
        """The previews as files, at most once a second: encoded here, so that painting need not wait for it."""
        if self._previews is None or time.monotonic() - self._looked_at < LOOK:
            return []
        newest, self._previews, self._looked_at = self._previews, None, time.monotonic()
        try:
            return [encode.preview(image, PREVIEW) for image in newest]
        except Exception:
            logger.exception("job %s: a preview could not be written", self.claim.job.id)
            return []  # the heart beats on
