"""The client that waits."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import httpx

from limn import flows
from limn.account import find_account
from limn.answers import History, Me, Price, State, Tool
from limn.effects import Answer, Ask, Effect, Fetch, Flow, Lost, Pause, Reply
from limn.given import File, Given
from limn.jobs import Told
from limn.pricing import Pricing
from limn.retrying import Retrying
from limn.saving import Naming
from limn.tools import Tools
from limn.wire import TIMEOUT, headers, parts, why

T = TypeVar("T")


class Limn(Tools["Job"]):
    """A server, and the key to it: as given, else LIMN_URL and LIMN_KEY, else what `limn login` noted.

    Close it, or use it with `with`. Threads may share one.
    """

    def __init__(
        self,
        base_url: str | None = None,
        key: str | None = None,
        *,
        timeout: float = TIMEOUT,
        retrying: Retrying = Retrying(),  # noqa: B008  # it never changes
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._account = find_account(base_url, key)
        self.retrying = retrying
        self._http = httpx.Client(timeout=httpx.Timeout(timeout, connect=10), transport=transport)

    @property
    def base_url(self) -> str:
        return self._account.url

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def start(self, tool: str, file: File | None, options: Mapping[str, Given]) -> "Job":
        return Job(self, self.follow(flows.started(tool, file, options, self.retrying)))

    def job(self, job_id: str) -> "Job":
        return Job(self, self.follow(flows.looked_up(job_id, self.retrying)))

    def me(self) -> Me:
        return self.follow(flows.whoami(self.retrying))

    def tools(self) -> list[Tool]:
        return self.follow(flows.listed(self.retrying))

    def pricing(self) -> Pricing:
        """What plans and packs of credits cost."""
        return self.follow(flows.sold(self.retrying))

    def history(self, page: int = 1, limit: int = 20) -> History:
        """What was painted, newest first, in pages of 1 to 100."""
        return self.follow(flows.painted(page, limit, self.retrying))

    def price(self, tool: str, **options: Given) -> Price:
        """What a run would cost, and whether the balance covers it. Nothing is started."""
        return self.follow(flows.priced(tool, options, self.retrying))

    def follow(self, flow: Flow[T]) -> T:
        """Carry a flow out."""
        reply: Reply = None
        try:
            while True:
                reply = self._carry_out(flow.send(reply))
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            flow.close()

    def _carry_out(self, effect: Effect) -> Reply:
        if isinstance(effect, Pause):
            time.sleep(effect.seconds)
            return None
        try:
            return self._fetch(effect) if isinstance(effect, Fetch) else self._ask(effect)
        except httpx.RequestError as error:
            return Lost(why(error))

    def _ask(self, ask: Ask) -> Answer:
        response = self._http.request(ask.method, **parts(ask, self._account))
        return Answer(response.status_code, dict(response.headers), response.content)

    def _fetch(self, fetch: Fetch) -> Answer:
        url, sent = headers(fetch, self._account)
        with self._http.stream("GET", url, headers=sent) as response:
            if not response.is_success:
                return Answer(response.status_code, dict(response.headers), response.read())
            with fetch.target.open("wb") as file:
                for piece in response.iter_bytes():
                    file.write(piece)
            return Answer(response.status_code, dict(response.headers))


class Job(Told):
    """A run of a tool."""

    def __init__(self, limn: Limn, state: State) -> None:
        super().__init__(state, limn.base_url)
        self._limn = limn

    def wait(self, timeout: float | None = None, on_look: Callable[[State], None] | None = None) -> Self:
        """Until it has ended well. Raises what went wrong, and StillWorking after `timeout` seconds (600).

        `on_look` is called with each new state.
        """
        self._state = self._limn.follow(flows.finished(self._state, timeout, self._limn.retrying, on_look))
        return self

    def refresh(self) -> Self:
        """Look once."""
        self._state = self._limn.follow(flows.looked_up(self.id, self._limn.retrying))
        return self

    def cancel(self) -> Self:
        """Stop it; its credits come back. Raises Conflict when it has ended already."""
        self._state = self._limn.follow(flows.canceled(self.id, self._limn.retrying))
        return self

    def share(self, on: bool = True) -> Self:
        """Open or close its share links, at once."""
        self._state = self._limn.follow(flows.shared(self.id, on, self._limn.retrying))
        return self

    def save(self, path: str | Path | Naming = ".", *, overwrite: bool = False) -> list[Path]:
        """Wait for it and write its pictures: to a file, the further ones counted up, or into a folder.

        Raises FileExistsError rather than replace a file, unless told to.
        """
        self.wait()
        return self._limn.follow(flows.saved(self._state, self._naming(path), overwrite, self._limn.retrying))
