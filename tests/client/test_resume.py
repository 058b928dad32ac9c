"""What happens once is paid once, whatever breaks in between."""

import signal
import subprocess
from pathlib import Path

import pytest

from limn import Retrying
from tests.client.conftest import PATIENCE, Programmer
from tests.client.faulty import BUSY, CUT, HOLD, LOSE, Faulty

pytestmark = pytest.mark.slow
QUICK = Retrying(first=0.05)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith((".png", ".home")))


def lines(process: subprocess.Popen[str], count: int) -> list[str]:
    """The first lines a command says, as soon as it has."""
    assert process.stdout is not None
    return [process.stdout.readline() for _ in range(count)]


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=["kill", "term", "ctrl-c"])
def test_a_batch_that_was_killed_is_taken_up_and_paid_once(ann: Programmer, blow: signal.Signals) -> None:
    photos = ann.has(*(f"{number}.png" for number in range(6)))
    with ann.begins("convert", *photos, "--to", "jpg", "--jobs", "2") as process:
        first = lines(process, 2)
        process.send_signal(blow)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == (130 if blow == signal.SIGINT else -blow)

    again = ann.limn("convert", *photos, "--to", "jpg")

    assert again.returncode == 0, again.stderr
    assert all(f"{line.strip()}, done before" in again.stdout for line in first)
    assert names(ann.folder) == [f"{number}.jpg" for number in range(6)]
    assert ann.credits == 40


def test_a_ctrl_c_says_how_to_go_on(ann: Programmer, faulty: Faulty) -> None:
    photos = ann.has("a.png", "b.png")
    faulty.faults.extend([HOLD])
    with ann.at(faulty.url).begins("convert", *photos, "--to", "jpg", "--jobs", "1") as process:
        assert faulty.held.wait(PATIENCE)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)

    assert said == "Stopped with 2 of 2 to go. The same command does the rest.\n"


def test_an_answer_nobody_heard_is_not_paid_again(ann: Programmer, faulty: Faulty) -> None:
    """The server has done it, the client was killed before it knew."""
    photos = ann.has("a.png", "b.png")
    faulty.faults.append(HOLD)
    with ann.at(faulty.url).begins("convert", *photos, "--to", "jpg", "--jobs", "1") as process:
        assert faulty.held.wait(PATIENCE)
        process.kill()
    assert ann.credits == 90

    again = ann.at(faulty.url).limn("convert", *photos, "--to", "jpg", "--jobs", "1")

    assert again.returncode == 0, again.stderr
    assert faulty.posts[0] == faulty.posts[1]
    assert ann.credits == 80


def test_a_prompt_that_was_killed_is_taken_up_and_painted_anew_once_it_is_done(ann: Programmer, faulty: Faulty) -> None:
    faulty.faults.append(HOLD)
    with ann.at(faulty.url).begins("generate", "a red fox") as process:
        assert faulty.held.wait(PATIENCE)
        process.kill()

    assert ann.at(faulty.url).limn("generate", "a red fox").stdout == "a-red-fox.png\n"
    assert ann.credits == 80

    assert ann.at(faulty.url).limn("generate", "a red fox").stdout == "a-red-fox-2.png\n"
    assert ann.credits == 60


def test_a_batch_without_its_journal_is_recognised_by_the_server(ann: Programmer) -> None:
    photos = ann.has("a.png", "b.png")
    ann.limn("convert", *photos, "--to", "jpg")
    for path in (ann.folder / ".home" / "batches").iterdir():
        path.unlink()
    again = ann.limn("convert", *photos, "--to", "jpg", "--out-dir", "again")

    assert again.stderr == "2 done, 0 credits. 80 credits left.\n"
    assert ann.credits == 80


def test_the_same_batch_runs_once_at_a_time(ann: Programmer, faulty: Faulty) -> None:
    [photo] = ann.has("a.png")
    faulty.faults.append(HOLD)
    with ann.at(faulty.url).begins("convert", photo, "--to", "jpg") as process:
        assert faulty.held.wait(PATIENCE)
        second = ann.at(faulty.url).limn("convert", photo, "--to", "jpg")
        process.kill()

    assert (second.returncode, second.stderr) == (1, "limn: The same command is running already.\n")


@pytest.mark.parametrize("fault", [CUT, LOSE, BUSY])
def test_a_request_that_failed_on_the_way_is_sent_again_and_paid_once(
    ann: Programmer, faulty: Faulty, fault: str
) -> None:
    [photo] = ann.has("a.png")
    faulty.faults.append(fault)
    with ann.at(faulty.url).client(retrying=QUICK) as limn:
        limn.convert(photo, to="jpg").save(ann.folder / "a.jpg")

    assert len(faulty.posts) == 2
    assert faulty.posts[0] == faulty.posts[1] != ""
    assert ann.credits == 90


def test_it_is_not_tried_for_ever(ann: Programmer, faulty: Faulty) -> None:
    from limn import ServerError

    faulty.faults.extend([BUSY] * 10)
    with ann.at(faulty.url).client(retrying=Retrying(tries=3, first=0.01)) as limn, pytest.raises(ServerError):
        limn.generate("a red fox")

    assert len(faulty.posts) == 3
    assert ann.credits == 100


def test_a_server_that_is_started_anew_is_waited_for(ann: Programmer, faulty: Faulty) -> None:
    photos = ann.has("a.png", "b.png")
    faulty.faults.extend([CUT, BUSY, CUT, LOSE])
    done = ann.at(faulty.url).limn("convert", *photos, "--to", "jpg", "--jobs", "1")

    assert (done.returncode, done.stderr) == (0, "2 done, 20 credits. 80 credits left.\n")
    assert len(set(faulty.posts)) == 2
