"""Who lives how long: zygotes, children, and what children leave behind."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from typing import cast

import pytest

from app.imaging.bounds import MB, Budget
from app.imaging.made import Made
from app.imaging.sandbox import ChildError, Sandbox, client
from app.imaging.sandbox.running import START, Zygote
from tests.imaging.sandbox import works
from tests.imaging.sandbox.conftest import TESTS
from tests.imaging.sandbox.helpers import SHORT, SMALL, alive, call, eventually, refusal, running, zygotes


def pid_of(sandbox: Sandbox) -> int:
    """Of the zygote itself, inside whatever it is wrapped in."""
    call(sandbox, works.nothing)
    return zygotes(cast(Zygote, sandbox._zygote)._process.pid)[-1]


def test_a_crowd_that_left_the_session_is_ended_with_the_call(sandbox: Sandbox) -> None:
    mark = f"limn-crowd-{sandbox.isolation}"
    assert refusal(sandbox, works.multiply, mark, budget=SHORT).code == "timeout"
    assert running(mark) == []


def test_whom_a_child_leaves_behind_is_ended_before_its_answer_is_heard(sandbox: Sandbox) -> None:
    mark = f"limn-stray-{sandbox.isolation}"
    assert call(sandbox, works.leave_somebody, mark).facts == {"mark": mark}
    assert running(mark) == []


def test_a_killed_zygote_is_replaced_at_the_next_call(sandbox: Sandbox) -> None:
    pid = pid_of(sandbox)
    os.kill(pid, signal.SIGKILL)
    assert call(sandbox, works.nothing) == Made([], {}, {})


def test_a_zygote_killed_at_work_is_a_fault_that_can_be_tried_again(sandbox: Sandbox) -> None:
    pid = pid_of(sandbox)
    threading.Timer(0.3, os.kill, (pid, signal.SIGKILL)).start()
    with pytest.raises(ChildError, match="died"):
        call(sandbox, works.sleep, 30, budget=Budget(30, 64 * MB))
    assert call(sandbox, works.nothing) == Made([], {}, {})


def test_a_zygote_that_does_not_answer_is_replaced(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.imaging.sandbox.running.GRACE", 1.0)
    os.kill(pid := pid_of(sandbox), signal.SIGSTOP)
    assert call(sandbox, works.nothing) == Made([], {}, {})
    assert eventually(lambda: not alive(pid))


def test_a_zygote_that_freezes_at_work_does_not_hold_its_worker(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.imaging.sandbox.running.GRACE", 1.0)
    pid = pid_of(sandbox)
    threading.Timer(0.3, os.kill, (pid, signal.SIGSTOP)).start()
    assert refusal(sandbox, works.sleep, 30, budget=SHORT).code == "timeout"
    assert eventually(lambda: not alive(pid))
    assert call(sandbox, works.nothing) == Made([], {}, {})


def test_it_outlives_the_thread_that_started_it(sandbox: Sandbox) -> None:
    sandbox.close()
    starter = threading.Thread(target=sandbox.warm)
    starter.start()
    starter.join()
    zygote = sandbox._zygote
    assert call(sandbox, works.nothing) == Made([], {}, {})
    assert sandbox._zygote is zygote


def test_one_whose_worker_goes_while_it_loads_ends_without_a_word(
    sandbox: Sandbox, capfd: pytest.CaptureFixture[str]
) -> None:
    sandbox.close()
    sandbox.warm()
    zygote = cast(Zygote, sandbox._zygote)
    zygote._control.close()
    assert zygote._process.wait(START) == 0
    assert capfd.readouterr().err == ""


def test_nobody_outlives_a_killed_worker(sandbox: Sandbox) -> None:
    script = (
        "import pathlib, tests.imaging.sandbox.works as w; from app.imaging.bounds import Budget; "
        "from app.imaging.sandbox import Sandbox; "
        f"s = Sandbox(shows=[pathlib.Path({str(TESTS)!r})], isolation={sandbox.isolation!r}); "
        "call = lambda f, *a: s.call(f, *a, budget=Budget(60, 1 << 28), on_wait=lambda: None); "
        "call(w.nothing); print(s._zygote._process.pid, flush=True); call(w.sleep, 60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=TESTS.parent, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout
        first = int(worker.stdout.readline())
        assert eventually(lambda: len(zygotes(first)) > (1 if sandbox.isolation == "none" else 2))
        family = zygotes(first)
        worker.kill()
    assert eventually(lambda: not any(map(alive, family)))


def test_signals_to_the_group_of_the_worker_do_not_reach_it(sandbox: Sandbox) -> None:
    pid = pid_of(sandbox)
    assert os.getsid(pid) != os.getsid(0)
    assert os.getpgid(pid) != os.getpgid(0)


def test_two_at_once_do_not_disturb_each_other(sandbox: Sandbox) -> None:
    with closing(Sandbox(shows=[TESTS], isolation=sandbox.isolation)) as other:
        crash = threading.Thread(target=lambda: [refusal(other, works.crash) for _ in range(5)])
        crash.start()
        assert all(call(sandbox, works.echo, b"x").files[0].data == b"x" for _ in range(20))
        crash.join()


def test_heavy_work_takes_turns_on_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    heavy = Budget(20, 3072 * MB)
    waits: list[float] = []
    with closing(Sandbox(shows=[TESTS])) as one, closing(Sandbox(shows=[TESTS])) as other:
        one.warm()
        call(other, works.nothing)
        first = threading.Thread(target=lambda: call(one, works.sleep, 1.5, budget=heavy))
        first.start()
        time.sleep(0.2)
        assert call(other, works.nothing, budget=SMALL) == Made([], {}, {}), "light work does not wait"
        other.call(works.nothing, budget=heavy, on_wait=lambda: waits.append(time.monotonic()))
        first.join(0.5)
        assert not first.is_alive(), "heavy work did not wait"
    assert len(waits) >= 3


def test_the_log_says_once_which_isolation_is_in_force(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, client.__name__)
    with closing(Sandbox(isolation="none")) as sandbox:
        assert sandbox.isolation == sandbox.isolation == "none"
    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("WARNING", "files are opened with limits but without isolation: install bubblewrap for it")
    ]


@pytest.mark.needs("bubblewrap")
def test_the_strongest_isolation_is_chosen() -> None:
    assert Sandbox().isolation == "bubblewrap"


def test_the_worker_itself_loads_no_library_that_opens_pictures() -> None:
    script = "import sys, app.imaging.sandbox; print({'PIL', 'numpy', 'cv2', 'pypdfium2', 'lxml'} & {*sys.modules})"
    command = [sys.executable, "-c", script]
    found = subprocess.run(command, cwd=TESTS.parent, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
