"""The client as others install it: a wheel with a command, that asks for little and nothing of the server."""

import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import limn
from config import ROOT

CLIENT = ROOT / "client"
PATIENCE = 120  # seconds


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    uv("build", "--wheel", "--out-dir", folder, CLIENT)
    [built] = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_package_with_its_types_and_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        metadata = Parser().parsestr(archive.read("limn_client-0.1.0.dist-info/METADATA").decode())

    sources = {path.relative_to(CLIENT / "src").as_posix() for path in (CLIENT / "src/limn").rglob("*.py")}
    assert sources <= names
    assert "limn/py.typed" in names
    assert "limn_client-0.1.0.dist-info/licenses/LICENSE" in names
    assert metadata["Version"] == limn.__version__
    assert metadata["License-Expression"] == "MIT"


def test_the_installed_command_starts(wheel: Path, tmp_path: Path) -> None:
    uv("pip", "install", "--no-deps", "--target", tmp_path, wheel)
    done = subprocess.run(
        [tmp_path / "bin/limn", "--version"],
        env={"PYTHONPATH": str(tmp_path), "LIMN_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    assert done.stdout == f"limn, version {limn.__version__}\n"


def test_the_licence_is_the_one_of_the_project() -> None:
    assert (CLIENT / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()


def test_what_it_needs_is_what_we_try_it_with() -> None:
    """The least that the client asks for is no more than what is locked here."""
    ours = tomllib.loads((CLIENT / "pyproject.toml").read_text())["project"]
    needed = [*ours["dependencies"], *ours["optional-dependencies"]["mcp"]]
    locks = (ROOT / "requirements/run.txt").read_text() + (ROOT / "requirements/dev.txt").read_text()
    for requirement in needed:
        name, least = requirement.split(",")[0].split(">=")
        [locked, *_] = [line.split("==")[1].split()[0] for line in locks.splitlines() if line.startswith(f"{name}==")]
        assert [*map(int, locked.split(".")[:2])] >= [*map(int, least.split("."))], requirement


def test_it_imports_nothing_of_the_server() -> None:
    program = "import sys, limn, limn.commands, limn.mcp_server; print(*{name.split('.')[0] for name in sys.modules})"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=CLIENT / "src", capture_output=True, text=True, check=True, timeout=PATIENCE)
    assert not {"app", "config", "flask", "sqlalchemy", "PIL"} & set(done.stdout.split())


def uv(*words: str | Path) -> None:
    """Without the network: whatever it needs is here."""
    command = [sys.executable, "-m", "uv", *map(str, words), "--quiet", "--offline"]
    subprocess.run(command, check=True, timeout=PATIENCE)
