"""The lock files pin what pyproject.toml and package.json ask for, and tell nobody where to fetch it."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
WANTED = {
    "run": PROJECT["project"]["dependencies"],
    "diffusers": PROJECT["project"]["optional-dependencies"]["diffusers"],
    "dev": PROJECT["dependency-groups"]["dev"],
    "node": PROJECT["dependency-groups"]["node"],
}
UNLOCKED = {"torch"}  # whoever installs it chooses its build
HEAVY = {"torch", "diffusers", "transformers"}

HOST = re.compile(r"://|\b(?:[a-z0-9-]+\.)+(?:org|com|net|io|dev)\b|--(?:index|extra-index|find-links|trusted-host)")
PIN = re.compile(r"^([a-z0-9][\w.-]*)==(\S+)", re.MULTILINE)

locks = pytest.mark.parametrize("name", WANTED)


def text_of(name: str) -> str:
    return (ROOT / f"requirements/{name}.txt").read_text()


@locks
def test_a_lock_names_no_host(name: str) -> None:
    assert HOST.findall(text_of(name)) == []


@locks
def test_a_lock_pins_whatever_the_project_asks_for(name: str) -> None:
    pins: dict[str, list[str]] = {}
    for package, version in PIN.findall(text_of(name)):
        pins.setdefault(package, []).append(version)
    for requirement in (wanted for wanted in map(Requirement, WANTED[name]) if wanted.name not in UNLOCKED):
        versions = pins.get(canonicalize_name(requirement.name), [])
        assert versions, f"{requirement} is not in requirements/{name}.txt: run `make lock`"
        assert all(requirement.specifier.contains(version) for version in versions), f"{requirement}: run `make lock`"


@locks
def test_a_lock_holds_nothing_the_project_no_longer_asks_for(name: str) -> None:
    asker = "limn (pyproject.toml)" if name in ("run", "diffusers") else f"limn (pyproject.toml:{name})"
    wanted = WANTED[name] + (WANTED["run"] if name == "diffusers" else [])
    entries = re.split(r"\n(?=[a-z0-9])", text_of(name))
    direct = {entry.split("==")[0] for entry in entries if asker in entry}
    assert direct == {canonicalize_name(Requirement(each).name) for each in wanted} - UNLOCKED


@locks
def test_every_pin_carries_hashes(name: str) -> None:
    entries = [entry for entry in re.split(r"\n(?=[a-z0-9])", text_of(name)) if not entry.startswith("#")]
    assert entries
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("name", ["dev", "diffusers"])
def test_what_is_installed_beside_the_first_lock_is_pinned_alike(name: str) -> None:
    assert _differing(name, "run") == set()


def test_tests_and_diffusion_models_are_pinned_alike() -> None:
    assert _differing("dev", "diffusers") == set()


def test_no_lock_holds_torch_and_only_its_own_holds_diffusers() -> None:
    held = {name: {package for package, _ in PIN.findall(text_of(name))} & HEAVY for name in WANTED}
    assert held.pop("diffusers") == HEAVY - UNLOCKED
    assert set().union(*held.values()) == set()


def test_what_comes_with_torch_is_in_no_lock() -> None:
    """It belongs to one build, which is its user's choice."""
    packages = {package for name in WANTED for package, _ in PIN.findall(text_of(name))}
    assert [package for package in packages if package.startswith(("nvidia-", "cuda-", "triton"))] == []


def test_npm_packages_are_pinned_as_asked_and_checked() -> None:
    asked = json.loads((ROOT / "package.json").read_text())["dependencies"]
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert packages[""]["dependencies"] == asked
    for name, version in asked.items():
        assert packages[f"node_modules/{name}"]["version"] == version
    assert [name for name, package in packages.items() if name and not package.get("integrity")] == []


def test_the_npm_lock_names_no_registry() -> None:
    assert "resolved" not in (ROOT / "package-lock.json").read_text()
    settings = (ROOT / ".npmrc").read_text().split()
    assert "omit-lockfile-registry-resolved=true" in settings
    assert not any(setting.startswith(("registry", "//")) for setting in settings)


def test_npm_packages_run_no_code_when_installed() -> None:
    assert "ignore-scripts=true" in (ROOT / ".npmrc").read_text().split()


@pytest.mark.parametrize("name", ["run", "diffusers", "node"])
def test_what_is_installed_is_named_with_its_licence(name: str) -> None:
    page = (ROOT / "docs/third-party.md").read_text()
    assert [package for package, _ in PIN.findall(text_of(name)) if f"`{package}`" not in page] == []


def test_npm_packages_are_named_with_their_licence() -> None:
    page = (ROOT / "docs/third-party.md").read_text()
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    names = {path.removeprefix("node_modules/") for path in packages if path}
    assert {name for name in names if f"`{name}`" not in page} == set()


def _differing(name: str, other: str) -> set[tuple[str, str]]:
    """What the first lock pins otherwise than the second, where both pin it."""
    theirs = set(PIN.findall(text_of(other)))
    known = {package for package, _ in theirs}
    return {(package, version) for package, version in PIN.findall(text_of(name)) if package in known} - theirs
