"""What set-up derives from npm: each file when an input changed, whole, or a line that says what to run."""

import os
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app import assets
from app.assets import Asset, SetupError
from config import ART

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def asset(tmp_path: Path) -> Asset:
    source = tmp_path / "source"
    source.write_text("first")
    return Asset(tmp_path / "made/target", (source,), lambda draft: draft.write_text(source.read_text()))


def change(asset: Asset, text: str) -> None:
    [source] = asset.inputs
    source.write_text(text)
    later = asset.target.stat().st_mtime + 1
    os.utime(source, (later, later))


def test_a_missing_file_is_made(asset: Asset) -> None:
    assert asset.refresh()
    assert asset.target.read_text() == "first"


def test_a_file_whose_inputs_stayed_is_left_alone(asset: Asset) -> None:
    asset.refresh()
    assert not asset.refresh()


def test_a_file_is_made_anew_when_an_input_changed(asset: Asset) -> None:
    asset.refresh()
    change(asset, "second")
    assert asset.refresh()
    assert asset.target.read_text() == "second"


def test_a_failure_halfway_leaves_the_old_file(asset: Asset) -> None:
    asset.refresh()
    change(asset, "second")

    def fail(draft: Path) -> None:
        draft.write_text("half")
        raise SetupError("no more")

    with pytest.raises(SetupError):
        Asset(asset.target, asset.inputs, fail).refresh()
    assert asset.target.read_text() == "first"


@pytest.mark.parametrize("part", ["art.py", "plurals.py", "data/synonyms.toml", "data/drawings/bench.svg"])
def test_the_art_index_is_made_anew_when_its_parts_change(part: str) -> None:
    [art] = [asset for asset in assets.assets() if asset.target == ART]
    assert assets.ILLUSTRATOR / part in art.inputs


def test_the_whole_set_up_made_twice_makes_nothing_the_second_time() -> None:
    assets.refresh(assets.assets())
    assert assets.refresh(assets.assets()) == 0


def test_the_browser_gets_its_script_and_typefaces() -> None:
    assets.refresh(assets.assets())
    assert (assets.VENDOR / "htmx.min.js").stat().st_size > 10_000
    for name in ("fraunces-latin", "fraunces-latin-ext", "instrument-sans-latin", "instrument-sans-latin-ext"):
        assert (assets.VENDOR / f"{name}.woff2").read_bytes()[:4] == b"wOF2"


def test_every_style_has_a_preview() -> None:
    assets.refresh(assets.assets())
    for style in assets.STYLES:
        assert (assets.VENDOR / f"styles/{style}.webp").read_bytes()[8:12] == b"WEBP"


def test_the_sprite_holds_every_icon() -> None:
    sprite = ElementTree.fromstring(assets.sprite_of(assets.icons()))  # noqa: S314  (our own text)
    symbols = sprite.findall(f"{SVG}symbol")
    assert [symbol.get("id") for symbol in symbols] == assets.icons()
    assert all(len(symbol) for symbol in symbols)


def test_an_icon_may_be_asked_for_by_its_former_name() -> None:
    assert 'id="edit-2"' in assets.sprite_of(["edit-2"])  # lucide calls it pen now


def test_an_unknown_icon_is_named() -> None:
    with pytest.raises(SetupError, match="no icon 'unicorn-horn'"):
        assets.sprite_of(["unicorn-horn"])


def test_without_npm_packages_one_line_says_what_to_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assets, "INSTALLED", tmp_path / "nothing")
    with pytest.raises(SystemExit) as stopped:
        assets.main()
    assert stopped.value.code == "The npm packages are not installed: run `make setup`."


def test_a_lost_package_is_named(tmp_path: Path) -> None:
    lost = Asset(tmp_path / "target", (tmp_path / "lost",), lambda draft: draft.touch())
    lost.target.touch()
    with pytest.raises(SetupError, match="lost is missing: run `make clean setup`"):
        assets.refresh([lost])
