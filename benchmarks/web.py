"""Pages and polling beside a bare Flask view on the same gunicorn, in turn; sign-ins of known and unknown people.

`make bench`, or `python -m benchmarks.web`. Ratios are medians over rounds: above 1 is faster than the bare view.
"""

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app import create_app
from config import ROOT, load
from tests.cast import PASSWORD, Studio
from tests.services import free_port

ROUNDS, REQUESTS = 15, 40
BARE = "import flask; app = flask.Flask('bare'); app.add_url_rule('/', 'bare', lambda: {'ok': True})"


class Client:
    """One kept-alive connection, signed in where there is something to sign in to."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.cookie = ""

    def ask(self, method: str, path: str, body: object = None) -> bytes:
        headers = {"Content-Type": "application/json", "Cookie": self.cookie}
        self.connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = self.connection.getresponse()
        self.cookie = (answer.headers["Set-Cookie"] or self.cookie).split(";")[0]
        return answer.read()

    def seconds(self, path: str) -> list[float]:
        times = []
        for _ in range(REQUESTS):
            began = time.perf_counter()
            self.ask("GET", path)
            times.append(time.perf_counter() - began)
        return times


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        (data / "bare.py").write_text(BARE)
        migrated = {
            "DATA_DIR": folder,
            "PATH": os.environ["PATH"],
            "REQUESTS_PER_MINUTE_FREE": "1000000",
            "SIGN_INS_PER_ACCOUNT": "1000",
            "SIGN_INS_PER_NETWORK": "1000",
        }
        subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"], env=migrated, check=True)
        with _gunicorn("bare:app", data, {}) as bare, _gunicorn("wsgi:app", data, migrated) as limn:
            job_id = _fill(limn, migrated)
            _compare("GET /api/job/<id>", bare, limn, f"/api/job/{job_id}", 0.5)
            _compare("GET /history, 24 cards", bare, limn, "/history", 0.35)
            _sign_ins(limn)


def _fill(limn: Client, environ: dict[str, str]) -> str:
    """An account with thirty finished pictures; the id of one."""
    limn.ask("POST", "/api/register", {"email": "ann@limn.example", "password": PASSWORD})
    app = create_app(load(environ))
    app.test_cli_runner().invoke(args=["people", "set-plan", "ann@limn.example", "max"])
    jobs = [json.loads(limn.ask("POST", "/api/generate", {"prompt": f"picture {n}"}))["job_id"] for n in range(30)]
    with app.app_context():
        Studio(app).works()
    return str(jobs[0])


def _compare(name: str, bare: Client, limn: Client, path: str, goal: float) -> None:
    ratios, times = [], []
    for _ in range(ROUNDS):
        beside, ours = bare.seconds("/"), limn.seconds(path)
        ratios.append(statistics.median(beside) / statistics.median(ours))
        times += ours
    p99 = sorted(times)[int(len(times) * 0.99)] * 1000
    median = statistics.median(times) * 1000
    print(f"{name}: {statistics.median(ratios):.2f} × bare (goal {goal}), {median:.1f} ms, p99 {p99:.1f} ms")


def _sign_ins(limn: Client) -> None:
    ratios = []
    for _ in range(ROUNDS * 4):
        known, unknown = (_sign_in(limn, email) for email in ("ann@limn.example", "eve@limn.example"))
        ratios.append(known / unknown)
    print(f"sign-in, known / unknown address: {statistics.median(ratios):.3f} (goal 0.95 to 1.05)")


def _sign_in(limn: Client, email: str) -> float:
    began = time.perf_counter()
    limn.ask("POST", "/api/login", {"email": email, "password": "the wrong password"})
    return time.perf_counter() - began


@contextmanager
def _gunicorn(app: str, folder: Path, environ: dict[str, str]) -> Iterator[Client]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--keep-alive", "75", "--no-control-socket", "--threads", "4"]
    command += ["--log-level", "error", "-b", f"127.0.0.1:{port}", "--pythonpath", f"{folder},{ROOT}", app]
    server = subprocess.Popen(command, cwd=folder, env={**os.environ, **environ})  # not the folder of gunicorn.conf.py
    try:
        yield _wait(port)
    finally:
        server.terminate()
        server.wait()


def _wait(port: int) -> Client:
    for _ in range(200):
        try:
            client = Client(port)
            client.ask("GET", "/")
        except OSError:
            time.sleep(0.1)
        else:
            return client
    raise TimeoutError("the server does not answer")


if __name__ == "__main__":
    main()
