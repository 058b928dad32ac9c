"""What a child can reach: nothing but what it was given."""

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.imaging.sandbox import Sandbox
from tests.imaging.sandbox import works
from tests.imaging.sandbox.conftest import TESTS
from tests.imaging.sandbox.helpers import call, facts


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def test_no_child_reaches_the_network(isolated: Sandbox, listener: socket.socket) -> None:
    assert facts(isolated, works.reach, listener.getsockname()[1])["error"]
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_its_environment_holds_nothing_of_the_worker(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for others")
    sandbox.close()
    environment = facts(sandbox, works.look_around)["environment"]
    ours = {"PATH", "HOME", "TMPDIR", "LANG", "OPENBLAS_NUM_THREADS", "LIMN_ISOLATION"}
    others = {"PWD", "LD_LIBRARY_PATH"}  # bubblewrap's and OpenCV's
    assert isinstance(environment, dict)
    assert ours <= environment.keys() <= ours | others


def test_it_starts_with_one_thread_and_heads_its_own_session(sandbox: Sandbox) -> None:
    seen = facts(sandbox, works.look_around)
    assert (seen["threads"], seen["native_threads"], seen["leader"]) == (1, 1, True)
    assert seen["loaded"] == ["PIL.Image", "numpy", "pypdfium2"]


def test_it_may_start_threads_itself(sandbox: Sandbox) -> None:
    assert facts(sandbox, works.spread, 2000) == {"value": 7}


def test_files_of_others_are_not_there_to_be_read(walled: Sandbox, tmp_path: Path) -> None:
    picture = tmp_path / "files" / "somebody.png"
    picture.parent.mkdir()
    picture.write_text("private")
    assert facts(walled, works.read, str(picture)) == {"error": "FileNotFoundError"}
    assert facts(walled, works.read, "/etc/passwd") == {"error": "FileNotFoundError"}
    assert facts(walled, works.read, str(Path.home() / ".bashrc")) == {"error": "FileNotFoundError"}


@pytest.mark.needs("bubblewrap")
def test_what_is_shown_below_the_temporary_folder_is_left_alone(tmp_path: Path) -> None:
    """As the project itself, where somebody has put it below /tmp."""
    (tmp_path / "kept").write_text("x")
    with closing(Sandbox(shows=[TESTS, tmp_path], isolation="bubblewrap")) as sandbox:
        first, second = (facts(sandbox, works.litter)["found"] for _ in range(2))
    assert first == second == [f"/tmp/{tmp_path.parts[2]}"]  # noqa: S108
    assert (tmp_path / "kept").read_text() == "x"


@pytest.mark.needs("bubblewrap")
def test_what_is_shown_can_be_read_and_what_is_hidden_cannot(tmp_path: Path) -> None:
    model = tmp_path / "model.onnx"
    model.write_text("weights")
    system = next(path for path in Path("/usr/share").rglob("*") if path.is_file())
    shown = [TESTS, tmp_path]
    with closing(Sandbox(shows=shown, hides=[Path("/usr/share")], isolation="bubblewrap")) as sandbox:
        assert facts(sandbox, works.read, str(model)) == {"text": "weights"}
        assert facts(sandbox, works.read, str(system)) == {"error": "FileNotFoundError"}


def test_nothing_can_be_written_but_its_own_folder(walled: Sandbox) -> None:
    own = "/tmp/x"  # noqa: S108
    places = [own, "/x", "/etc/x", "/usr/x", "/dev/x", "/dev/shm/x", "/proc/x", __file__, f"{TESTS.parent}/app/x"]  # noqa: S108
    assert facts(walled, works.write, *places) == {"written": [own]}


def test_each_call_finds_its_folder_empty(sandbox: Sandbox) -> None:
    first, second = facts(sandbox, works.litter), facts(sandbox, works.litter)
    assert first["folder"] == first["here"]
    assert first["found"] == second["found"] == []


def test_a_folder_on_disk_goes_with_the_zygote() -> None:
    with closing(Sandbox(shows=[TESTS], isolation="none")) as sandbox:
        folder = Path(str(facts(sandbox, works.litter)["folder"]))
        assert list(folder.iterdir()) == []
    assert not folder.exists()


def test_a_child_can_neither_kill_nor_look_into_the_process_it_comes_from(isolated: Sandbox) -> None:
    assert "look" not in str(facts(isolated, works.interrupt_the_parent)["done"])
    assert call(isolated, works.nothing)


def test_few_descriptors_are_open_in_a_child(sandbox: Sandbox) -> None:
    assert int(str(facts(sandbox, works.look_around)["descriptors"])) < 12
    assert os.path.exists("/proc/self/fd")  # noqa: PTH110
