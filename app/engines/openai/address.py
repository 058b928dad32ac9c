"""Where an endpoint is, and how to show that one may ask there."""

from base64 import b64encode

import httpx

from app.engines.protocol import EngineDown

CALLS = ("/images/generations", "/images/edits", "/images")


class Address:
    """The calls under a base address, written with or without a slash, /v1 or the call itself at its end.

    A name and password in it become the request's credentials, unless there is a key. Nothing here shows either.
    Raises EngineDown for what is no address.
    """

    def __init__(
        self, base: str, key: str, called: str = "OPENAI_BASE_URL", key_called: str = "OPENAI_API_KEY"
    ) -> None:
        try:
            url = httpx.URL(base.strip())
        except httpx.InvalidURL:
            raise EngineDown(f"{called} is no address of an endpoint") from None
        if not (key.isascii() and key.isprintable()):
            raise EngineDown(f"{key_called} is no key: it has a line break in it, or letters that no key has")
        self._authorization = _authorization(url, key)
        self._base = url.copy_with(userinfo=b"", fragment=None, path=_path(url.path))

    def __repr__(self) -> str:
        return f"Address({self.host})"

    @property
    def host(self) -> str:
        return self._base.netloc.decode("ascii", "replace")

    def call(self, name: str) -> httpx.URL:
        """The address of a call, as in `images/generations`."""
        return self._base.copy_with(path=f"{self._base.path}/{name}")

    def picture(self, given: str) -> httpx.URL | None:
        """The address of a picture that the endpoint names: at the endpoint itself, or under https; else None."""
        try:
            url = self._base.join(given)
        except (httpx.InvalidURL, ValueError):
            return None
        return url if url.scheme == "https" or self._own(url) else None

    def headers(self, url: httpx.URL) -> dict[str, str]:
        """What goes with a request: credentials to the endpoint alone."""
        common = {"Accept-Encoding": "identity", "User-Agent": "limn"}
        return common | {"Authorization": self._authorization} if self._authorization and self._own(url) else common

    def _own(self, url: httpx.URL) -> bool:
        return (url.scheme, url.netloc) == (self._base.scheme, self._base.netloc)


def _path(path: str) -> str:
    path = path.rstrip("/")
    for call in CALLS:
        path = path.removesuffix(call)
    return path or "/v1"


def _authorization(url: httpx.URL, key: str) -> str:
    if key:
        return f"Bearer {key}"
    return f"Basic {b64encode(f'{url.username}:{url.password}'.encode()).decode()}" if url.userinfo else ""
