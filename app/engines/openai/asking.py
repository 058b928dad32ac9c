"""One request to an endpoint: sent, watched, read to its end, within bounds of time and size."""

import asyncio
import logging
import ssl
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing
from functools import cache
from typing import Any, TypeVar

import httpx

from app.engines.openai.address import Address
from app.engines.openai.complaints import Complaint, Means, of_event, read
from app.engines.openai.pictures import Broken
from app.engines.openai.retrying import Later, retry_after
from app.engines.openai.streaming import KIND, Show, Stream
from app.engines.openai.wishes import PREVIEWS, Wish

CONNECT = 10.0  # seconds
LONG = 30.0  # seconds; whoever gives up after more has worked at the request
TICK = 0.25  # seconds between looks at whether anybody still wants it
MB = 1024 * 1024
MOST = 32 * MB  # a picture, as Base64
MOST_OF_ERROR = 64 * 1024
SILENCES = (504, 524)  # how gateways say that nothing came from the endpoint in time
UNPACKED = ("identity", "gzip", "deflate")  # one of them: packed twice, a little is very much

T = TypeVar("T")

logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells whole addresses, signatures of files included


class Complained(Exception):
    """The endpoint does not want this request, or never will do it. `its_own` is as with Later."""

    def __init__(self, complaint: Complaint) -> None:
        super().__init__(f"it answers {complaint.status}")
        self.complaint = complaint
        self.its_own = complaint.status == httpx.codes.FORBIDDEN  # of the key, or by a gateway that dislikes the words


async def watched(work: Coroutine[Any, Any, T], tell: Callable[[], None]) -> T:
    """What the work gives. `tell` is called four times a second; what it raises ends the work and its connection."""
    task = asyncio.ensure_future(work)
    try:
        while not task.done():
            tell()
            await asyncio.wait({task}, timeout=TICK)
    finally:
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled():
            task.exception()
    return task.result()


class Line:
    """To one endpoint, for one paint. Use it in `async with`."""

    def __init__(self, address: Address, seconds: float, show: Show = lambda _: None) -> None:
        self._address, self._seconds, self._show = address, seconds, show
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(seconds, connect=min(CONNECT, seconds)),
            trust_env=False,
            follow_redirects=False,
            verify=_trusted(),
        )

    async def __aenter__(self) -> "Line":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def greet(self) -> None:
        """Ask what every endpoint answers, for nothing. Raises as `send` does."""
        await self._within(self._request("GET", self._address.call("models")), MOST)

    async def send(self, wish: Wish) -> bytes:
        """The answer to a wish. Raises Complained, Later, Broken."""
        body: dict[str, Any] = {"data": wish.form(), "files": wish.files} if wish.files else {"json": wish.fields}
        request = self._request("POST", self._address.call(wish.call), **body)
        request.headers["Idempotency-Key"] = wish.once
        return await self._within(request, MOST * wish.count)

    async def fetch(self, given: str) -> bytes:
        """A picture that the endpoint has named by its address. Raises Broken."""
        url = self._address.picture(given)
        if url is None:
            raise Broken("the picture's address is neither at the endpoint nor under https")
        try:
            return await self._within(self._request("GET", url), MOST)
        except (Complained, Later) as error:
            raise Broken(f"the picture's address: {error}") from None  # it has painted: it is not down

    def _request(self, method: str, url: httpx.URL, **body: Any) -> httpx.Request:
        return self._client.build_request(method, url, headers=self._address.headers(url), **body)

    async def _within(self, request: httpx.Request, most: int) -> bytes:
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._seconds):
                return await self._exchange(request, most)
        except Later as later:
            later.its_own |= time.monotonic() - began > LONG
            raise
        except httpx.ConnectError:
            raise Later("nobody answers at its address") from None
        except httpx.ConnectTimeout:
            raise Later("nobody answers at its address in time") from None
        except (TimeoutError, httpx.TimeoutException):
            raise Later(f"no answer in {self._seconds:.0f} s", its_own=True, at_once=True) from None
        except httpx.DecodingError:
            raise Broken("the answer cannot be decoded") from None
        except (httpx.TransportError, httpx.StreamError):
            raise Later("the connection broke off", its_own=True) from None

    async def _exchange(self, request: httpx.Request, most: int) -> bytes:
        async with aclosing(await self._client.send(request, stream=True)) as answer:
            if answer.headers.get("content-encoding", "identity").lower() not in UNPACKED:
                raise Broken("the answer is packed in a way that was not asked for")
            if answer.status_code != httpx.codes.OK:
                raise _complaint(read(answer.status_code, await _beginning(answer)), retry_after(answer.headers))
            if answer.headers.get("content-type", "").startswith(KIND):
                return await self._streamed(answer, most)
            return b"".join([chunk async for chunk in _bounded(answer, most)])

    async def _streamed(self, answer: httpx.Response, most: int) -> bytes:
        stream = Stream(self._show)
        async for chunk in _bounded(answer, (1 + PREVIEWS) * most):
            stream.feed(chunk)
        if stream.error is not None:
            raise _complaint(of_event(stream.error))
        if stream.answer is None:
            raise Complained(Complaint(answer.status_code, param="stream", message="no picture among its events"))
        return stream.answer


def _complaint(complaint: Complaint, after: float | None = None) -> Exception:
    """What to raise for it."""
    if complaint.means is not Means.LATER:
        return Complained(complaint)
    silent = complaint.status in SILENCES
    its_own = silent or complaint.status == httpx.codes.INTERNAL_SERVER_ERROR
    return Later(f"it answers {complaint.status}", after, its_own=its_own, at_once=silent)


async def _bounded(answer: httpx.Response, most: int) -> AsyncIterator[bytes]:
    read = 0
    async for chunk in answer.aiter_bytes():
        read += len(chunk)
        if read > most:
            raise Broken("the answer is too large")
        yield chunk


async def _beginning(answer: httpx.Response) -> bytes:
    """Of an error: more is not looked at."""
    said = bytearray()
    async for chunk in answer.aiter_bytes():
        said += chunk
        if len(said) > MOST_OF_ERROR:
            break
    return bytes(said)


@cache
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context()
