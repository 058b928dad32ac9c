"""Safe retries against a real server whose processes are killed while it works."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.sites import Site, running_site

ORDERS = 24
KILLS = 6
TRIES = 40


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Where an account on Free may have many jobs waiting, and no worker takes them away."""
    with running_site(tmp_path, WAITING_JOBS_FREE="100", WEB_WORKERS="2") as site:
        yield site


@pytest.mark.slow
def test_every_order_is_done_once_whatever_dies(site: Site) -> None:
    """Each program sends its order until it hears of it, while a web process is killed again and again.

    The hundred credits of a free account are enough for five pictures: the other orders are refused, each time.
    """
    ann = site.register("ann@limn.example")
    with ThreadPoolExecutor(ORDERS) as programs:
        heard = [programs.submit(order, site, ann, number) for number in range(ORDERS)]
        for _ in range(KILLS):
            time.sleep(0.4)
            for process in site.web_processes()[:1]:
                os.kill(process, signal.SIGKILL)
        answers = [answer.result(timeout=120) for answer in heard]
    accepted = {answer.json()["job_id"] for answer in answers if answer.status_code == 200}
    refused = [answer.json()["error"]["code"] for answer in answers if answer.status_code != 200]
    assert len(accepted) == 5
    assert refused == ["out_of_credits"] * (ORDERS - 5)
    assert site.client.get("/api/me", headers=ann).json()["credits"] == 0
    again = [order(site, ann, number) for number in range(ORDERS)]
    assert {answer.json()["job_id"] for answer in again if answer.status_code == 200} == accepted


def order(site: Site, ann: dict[str, str], number: int) -> httpx.Response:
    """Sent with one key until there is an answer."""
    headers = {**ann, "Idempotency-Key": f"order {number}"}
    for _ in range(TRIES):
        try:
            answer = httpx.post(
                f"{site.address}/api/generate", json={"prompt": f"{number} red foxes"}, headers=headers, timeout=30
            )
        except httpx.TransportError:
            time.sleep(0.2)
            continue
        if answer.status_code in (200, 402):
            return answer
        time.sleep(0.2)
    raise TimeoutError(f"nobody answered order {number}")
