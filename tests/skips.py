"""What a test needs from the machine. Where that is missing it is skipped and named at the end; in CI it fails.

Mark a test `@pytest.mark.needs("chromium")`. In CI only the corpora, no part of the repository, may be absent.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest

OPENAI_JS = Path(__file__).parents[1] / "node_modules/openai"
AXE = Path(__file__).parents[1] / "node_modules/axe-core/axe.min.js"
CORPORA = Path(__file__).parents[2] / "shared" / "corpora"


def program(name: str) -> str:
    """Where a program is, on PATH or where Debian keeps PostgreSQL's; empty when it is not installed."""
    debian = sorted(str(path) for path in Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return debian[-1] if debian else shutil.which(name) or ""


def node() -> str:
    """Where Node is, on PATH or beside Python, where set-up puts it on machines that have none."""
    return program("node") or shutil.which("node", path=str(Path(sys.executable).parent)) or ""


def chromium() -> str:
    """Where Chromium is, rather the one that knows no windows: it starts and draws in half the time."""
    return program("chromium-headless-shell") or program("chromium")


def _has_namespaces() -> bool:
    command = ["unshare", "--map-root-user", "--net", "--pid", "--fork", "true"]
    return bool(program("unshare")) and subprocess.run(command, capture_output=True, check=False).returncode == 0


NEEDS: dict[str, tuple[Callable[[], object], str]] = {
    "chromium": (chromium, "Chromium is not installed"),
    "postgresql": (lambda: program("initdb"), "PostgreSQL is not installed"),
    "redis": (lambda: program("redis-server"), "Redis is not installed"),
    "bubblewrap": (lambda: program("bwrap"), "bubblewrap is not installed"),
    "namespaces": (_has_namespaces, "the system lets nobody make namespaces"),
    "libreoffice": (lambda: program("soffice"), "LibreOffice is not installed"),
    "axe": (AXE.is_file, "axe-core is not installed: run make test"),
    "openai-js": (lambda: node() and OPENAI_JS.is_dir(), "Node or its openai package is not installed: run make test"),
    "curl": (lambda: program("curl"), "curl is not installed"),
    "node": (node, "Node is not installed"),
    "diffusers": (
        lambda: find_spec("torch") and find_spec("diffusers"),
        "PyTorch and diffusers are not installed: run make diffusers",
    ),
    "corpora": (CORPORA.is_dir, "the corpora folder is absent"),
}
LANGUAGES = {"php": "PHP", "ruby": "Ruby", "go": "Go"}  # of samples; whoever has none runs the others
NEEDS |= {name: (partial(program, name), f"the language {title} is not installed") for name, title in LANGUAGES.items()}
ALLOWED_IN_CI = NEEDS["corpora"][1]


def require(need: str) -> None:
    """Skip the running test, or whatever asks for the running fixture, unless the machine has what it needs."""
    present, reason = NEEDS[need]
    if not present():
        pytest.skip(reason)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*names): what the test needs from the machine, of tests/skips.py")
    config.addinivalue_line("markers", "slow: takes more than a few seconds; leave it out with -m 'not slow'")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        for need in marker.args:
            require(need)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if not hasattr(report, "wasxfail"):
        _refuse_in_ci(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_in_ci(report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons = list(_reasons(terminalreporter))
    if reasons:
        terminalreporter.section("not run on this machine")
    for reason in sorted(set(reasons)):
        terminalreporter.write_line(f"{reasons.count(reason):4} x {reason}")


def _refuse_in_ci(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and os.environ.get("CI") == "true" and _reason(report) != ALLOWED_IN_CI:
        report.outcome = "failed"
        report.longrepr = f"CI runs every test: {_reason(report)}"


def _reasons(reporter: pytest.TerminalReporter) -> Iterator[str]:
    return (_reason(report) for report in reporter.stats.get("skipped", []))


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """pytest puts (file, line, "Skipped: reason") there."""
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")
