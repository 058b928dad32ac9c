"""A test that cannot run here says so; in CI it must run."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

A_SKIPPED_TEST = """
import pytest

def test_what_runs(): pass

@pytest.mark.skip(reason="no violin")
def test_the_violin(): assert False
"""


def run_pytest(folder: Path, *, ci: bool) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "tests.skips", "--rootdir", str(folder), str(folder)]
    environment = {"PYTHONPATH": str(ROOT), "CI": "true" if ci else ""}
    return subprocess.run(command, env=environment, capture_output=True, text=True, cwd=folder, check=False)


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "test_music.py").write_text(A_SKIPPED_TEST)
    return tmp_path


def test_a_skip_is_named_with_its_reason_at_the_end(suite: Path) -> None:
    result = run_pytest(suite, ci=False)
    assert result.returncode == 0
    assert "1 x no violin" in result.stdout


def test_a_skip_fails_in_ci(suite: Path) -> None:
    result = run_pytest(suite, ci=True)
    assert result.returncode == 1
    assert "CI runs every test: no violin" in result.stdout
    assert "1 passed, 1 error" in result.stdout


def test_absent_corpora_are_no_failure_in_ci(suite: Path) -> None:
    (suite / "test_music.py").write_text(A_SKIPPED_TEST.replace("no violin", "the corpora folder is absent"))
    assert run_pytest(suite, ci=True).returncode == 0


def test_a_file_that_is_skipped_whole_fails_in_ci(suite: Path) -> None:
    (suite / "test_drums.py").write_text("import pytest\npytest.skip('no drums', allow_module_level=True)\n")
    result = run_pytest(suite, ci=True)
    assert result.returncode != 0
    assert "CI runs every test: no drums" in result.stdout
