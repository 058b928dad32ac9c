"""Who polls every two seconds keeps the connection, and never writes into one that is being closed."""

import time
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.site.conftest import Served

PAUSE = 3  # seconds: more than between two polls


@pytest.mark.slow
def test_a_connection_outlives_the_pause_between_two_polls(served_site: Served) -> None:
    connection = HTTPConnection(urlsplit(served_site.address).netloc)
    for _ in range(2):
        connection.request("GET", "/health/live")
        answer = connection.getresponse()
        assert (answer.status, answer.read().strip()) == (200, b'{"ok":true}')
        time.sleep(PAUSE)
    connection.close()
