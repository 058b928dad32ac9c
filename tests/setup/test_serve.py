"""`python -m app.serve`: one command starts everything, what dies is restarted, one Ctrl-C stops it all."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from configparser import RawConfigParser
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from app.serve import claim_port, configuration, migrate, newest_revision, prepare, present_revision
from config import ROOT, BadSetting, load
from tests.databases import migrated
from tests.services import free_port
from tests.sites import Site, alive, descendants, new_site

SIZES = {"WEB_WORKERS": "2", "TOOL_WORKERS": "2", "MODEL_WORKERS": "2"}
WORKERS = 5  # those, and who sends messages
STOP = 40  # seconds; a machine with other work to do is slow to stop

LANES = ("tools", "illustrator", "messages")


def parsed(as_root: bool = False, **settings: str) -> RawConfigParser:
    parser = RawConfigParser()
    parser.read_string(configuration(load({"SECRET_KEY": "0123456789abcdef" * 2, **settings}), as_root))
    return parser


def test_the_supervisor_watches_the_web_server_and_every_lane() -> None:
    assert parsed().sections() == ["supervisord", "program:web", *(f"program:{lane}" for lane in LANES), "group:limn"]


def test_a_stop_reaches_all_of_them_at_once() -> None:
    assert parsed()["group:limn"]["programs"].split(",") == ["web", *LANES]


def test_a_lane_has_as_many_workers_as_its_setting_says() -> None:
    config = parsed(TOOL_WORKERS="3", MODEL_WORKERS="5")
    assert config["program:tools"]["numprocs"] == "3"
    assert config["program:illustrator"]["numprocs"] == "5"
    assert config["program:messages"]["numprocs"] == "1"


def test_what_dies_is_restarted_and_a_stop_is_gentle() -> None:
    for program in ("web", *LANES):
        section = parsed()[f"program:{program}"]
        assert section["autorestart"] == "true"
        assert section["stopsignal"] == "TERM"


def test_what_auto_means_is_decided_once_for_all_processes(tmp_path: Path) -> None:
    """A model that is fetched meanwhile waits for the next start, whoever is restarted alone."""
    assert parsed(MODEL="a/photo")["supervisord"]["environment"] == "ENGINE=illustrator"
    assert parsed(MODEL=str(tmp_path))["supervisord"]["environment"] == "ENGINE=diffusers"


def test_root_is_named_only_for_root() -> None:
    assert parsed(as_root=True)["supervisord"]["user"] == "root"
    assert "user" not in parsed(as_root=False)["supervisord"]


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadSetting, match=f"PORT: cannot listen on 127.0.0.1:{port}: address already in use"):
            claim_port("127.0.0.1", port)


def test_a_free_port_is_fine() -> None:
    claim_port("127.0.0.1", free_port())


@pytest.mark.parametrize("bad", [{"PORT": "eighty"}, {"MODEL": "", "ENGINE": "diffusers"}])
def test_a_bad_setting_stops_every_start_with_one_line(bad: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "limn.sqlite").write_bytes(migrated())
    environ = {"DATA_DIR": str(tmp_path), "PORT": str(free_port()), **bad}
    result = subprocess.run(
        [sys.executable, "-m", "app.serve"], env=environ, capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert result.stderr.startswith(f"{next(iter(bad))}: ")
    assert result.stderr.count("\n") == 1


def test_the_newest_migration_is_the_one_alembic_calls_head() -> None:
    assert newest_revision() == ScriptDirectory(str(ROOT / "migrations")).get_current_head()


def test_an_empty_database_is_brought_to_the_newest_shape(tmp_path: Path) -> None:
    settings = load({"DATA_DIR": str(tmp_path)})
    assert present_revision(settings.database_url) is None
    migrate(settings)
    assert present_revision(settings.database_url) == newest_revision()


def test_a_database_out_of_reach_is_named() -> None:
    with pytest.raises(BadSetting, match=r"DATABASE_URL: .*Connection refused"):
        present_revision(f"postgresql://127.0.0.1:{free_port()}/limn")


def test_a_data_folder_that_cannot_be_made_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "file" / "data"))
    with pytest.raises(BadSetting, match=r"DATA_DIR: .* cannot be made: Not a directory"):
        prepare()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site that answers, with all of its workers."""
    with new_site(tmp_path, **SIZES) as site:
        site.wait_until(lambda: len(site.workers()) == WORKERS)
        yield site


@pytest.mark.slow
def test_a_killed_worker_is_replaced_and_one_ctrl_c_stops_everything(site: Site) -> None:
    victim = site.workers()[0]
    os.kill(victim, signal.SIGKILL)
    site.wait_until(lambda: victim not in site.workers() and len(site.workers()) == WORKERS)

    everyone = [site.process.pid, *descendants(site.process.pid)]
    site.process.send_signal(signal.SIGINT)
    assert site.process.wait(timeout=STOP) == 0
    assert [pid for pid in everyone if alive(pid)] == []
    assert "Limn is ready at http://127.0.0.1:" in site.output.read_text()
    assert "Traceback" not in site.output.read_text()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_nobody_outlives_a_supervisor_that_was_killed(site: Site) -> None:
    everyone = descendants(site.process.pid)
    site.process.kill()
    site.wait_until(lambda: not any(alive(pid) for pid in everyone))
