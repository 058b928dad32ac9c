"""What the way through costs: a small convert over HTTP, beside the plain function in this process, in turn.

`python -m benchmarks.tools` measures SQLite; `QUEUE_URL=redis://… python -m benchmarks.tools` that queue. The whole
request counts: upload, job, worker, sandbox, storage, answer.
"""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from statistics import quantiles
from urllib.parse import urlsplit

import numpy as np
from PIL import Image

from app.imaging.bounds import Bounds
from app.imaging.convert import convert
from tests.cast import PASSWORD
from tests.services import free_port

ROUNDS = 80
GOALS = {"sqlite": 100, "redis": 40}  # milliseconds at p95
BOUNDARY = "a-line-that-no-picture-holds"
SIDE = 256  # pixels


def main() -> None:
    queue = os.environ.get("QUEUE_URL", "")
    picture = _photo()
    with tempfile.TemporaryDirectory(prefix="limn-") as folder, _site(folder, queue) as client:
        _post(client, "/api/register", json.dumps({"email": "ann@limn.example", "password": PASSWORD}).encode(), {})
        _flask(folder, "people", "set-plan", "ann@limn.example", "max")
        sign_in = json.dumps({"email": "ann@limn.example", "password": PASSWORD}).encode()
        cookie = {"Cookie": _post(client, "/api/login", sign_in, {}).split(";")[0]}
        _once(client, picture, cookie)  # the sandbox starts
        extra = [1000 * (_once(client, picture, cookie) - _plain(picture)) for _ in range(ROUNDS)]
    name = urlsplit(queue).scheme or "sqlite"
    cuts = quantiles(extra, n=20)
    print(f"{name}: a small convert costs {cuts[9]:.0f} ms over the plain function, p95 {cuts[18]:.0f} ms", end="")
    print(f" (goal {GOALS.get(name, 100)} ms)")


def _photo() -> bytes:
    """A smooth picture with some noise, as photos have."""
    rows, columns = np.mgrid[0:SIDE, 0:SIDE]
    noise = np.random.default_rng(1).normal(0, 4, (SIDE, SIDE, 3))
    pixels = np.stack([rows, columns, (rows + columns) / 2], axis=2) + noise
    out = BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=90)
    return out.getvalue()


def _plain(picture: bytes) -> float:
    began = time.perf_counter()
    convert(picture, option="webp", bounds=Bounds())
    return time.perf_counter() - began


def _once(client: http.client.HTTPConnection, picture: bytes, cookie: dict[str, str]) -> float:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="option"\r\n\r\nwebp\r\n--{BOUNDARY}\r\n'
    head += 'Content-Disposition: form-data; name="image"; filename="photo.jpg"\r\n\r\n'
    body = head.encode() + picture + f"\r\n--{BOUNDARY}--\r\n".encode()
    began = time.perf_counter()
    _post(client, "/api/convert", body, {**cookie, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})
    return time.perf_counter() - began


def _post(client: http.client.HTTPConnection, path: str, body: bytes, headers: dict[str, str]) -> str:
    """The cookie that came back. A connection that has idled for a while may be gone: each is new."""
    client.close()
    client.request("POST", path, body, {"Content-Type": "application/json", **headers})
    answer = client.getresponse()
    text = answer.read()
    assert answer.status == 200, text
    return answer.headers["Set-Cookie"] or ""


@contextmanager
def _site(folder: str, queue: str) -> Iterator[http.client.HTTPConnection]:
    """All of it, as `make run` starts it."""
    port = free_port()
    environ = {**os.environ, "DATA_DIR": folder, "QUEUE_URL": queue, "PORT": str(port)}
    environ["REQUESTS_PER_MINUTE_PAID"] = "100000"
    site = subprocess.Popen([sys.executable, "-m", "app.serve"], env=environ)
    try:
        yield _wait(port)
    finally:
        site.terminate()
        site.wait()


def _flask(folder: str, *command: str) -> None:
    environ = {**os.environ, "DATA_DIR": folder}
    run = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
    subprocess.run(run, env=environ, check=True, stdout=subprocess.DEVNULL)


def _wait(port: int) -> http.client.HTTPConnection:
    for _ in range(300):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=90)
        try:
            client.request("GET", "/health/ready")
            client.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return client
    raise TimeoutError("the site does not answer")


if __name__ == "__main__":
    main()
