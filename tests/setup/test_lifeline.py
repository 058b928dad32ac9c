"""A process that the supervisor started does not outlive it."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")

PROGRAM = "from app.lifeline import die_with_supervisor; die_with_supervisor(); print('still here')"


def run(supervisor: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LIMN_SUPERVISOR": supervisor}
    return subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False)


def test_a_child_of_the_supervisor_goes_on() -> None:
    assert run(str(os.getpid())).stdout == "still here\n"


def test_a_child_whose_supervisor_died_before_it_could_ask_leaves_at_once() -> None:
    result = run("1234567890")
    assert result.returncode == 1
    assert "still here" not in result.stdout
