"""Settings: strict, and loud about bad values."""

import stat
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from app import create_app
from app.imaging.cutout.models import BUILT_IN, MODELS
from config import ROOT, BadSetting, Settings, load, settings_page

SECRET = "0123456789abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("ENGINE", "crayons"),
        ("OPENAI_BASE_URL", "gpu:8080/v1"),
        ("OPENAI_SECONDS", "0"),
        ("OPENAI_AT_ONCE", "0"),
        ("MODEL_DOWN", "panic"),
        ("BATCH", "0"),
        ("COMPILE_MODEL", "perhaps"),
        ("CHECK_PICTURES", "perhaps"),
        ("ENVIRONMENT", "staging"),
        ("MODEL_WORKERS", "0"),
        ("DATABASE_URL", "mysql://localhost/limn"),
        ("QUEUE_URL", "amqp://localhost"),
        ("PUBLIC_URL", "limn.example"),
        ("MAIL_URL", "http://mail.example"),
        ("MAIL_URL", "smtp://limn:secret@"),
        ("MAIL_URL", "smtp://mail.example:99999"),
        ("MAIL_URL", "smtp://mail.example:submission"),
        ("MAIL_FROM", "limn"),
        ("MAIL_FROM", "Limn hello@limn.example"),
        ("MAIL_FROM", "hello@limn.example, eve@limn.example"),
        ("MAIL_FROM", "Limn\n<hello@limn.example>"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    ],
)
def test_a_bad_value_is_one_line_that_names_the_setting(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting) as bad:
        load({"DATA_DIR": str(tmp_path), name: value})
    assert str(bad.value).startswith(f"{name}: ")
    assert "\n" not in str(bad.value)


@pytest.mark.parametrize("sender", ["hello@limn.example", "Limn <hello@limn.example>", "<hello@limn.example>"])
def test_mail_has_a_sender(tmp_path: Path, sender: str) -> None:

    assert sender == load({"DATA_DIR": str(tmp_path), "MAIL_FROM": sender}).MAIL_FROM


def test_the_password_of_a_mail_server_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(BadSetting) as bad:
        load({"DATA_DIR": str(tmp_path), "MAIL_URL": "smtp://limn:secret@mail.example:99999"})
    assert "secret" not in str(bad.value)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("OPENAI_BASE_URL", "ftp://limn:secret@gpu/v1"),
        ("DATABASE_URL", "postgres://limn:secret@db/limn"),
        ("QUEUE_URL", "redis+tls://limn:secret@queue"),
    ],
)
def test_the_password_in_an_address_that_is_none_is_not_shown(tmp_path: Path, name: str, address: str) -> None:
    with pytest.raises(BadSetting, match=f"^{name}: ") as bad:
        load({"DATA_DIR": str(tmp_path), name: address})
    assert "secret" not in str(bad.value)


def test_a_bad_value_stops_the_start_with_that_line(tmp_path: Path) -> None:
    environ = {"DATA_DIR": str(tmp_path), "PORT": "eighty"}
    started = subprocess.run(
        [sys.executable, "-c", "import wsgi"], env=environ, cwd=ROOT, capture_output=True, text=True
    )
    assert started.returncode != 0
    assert started.stderr.strip() == (
        "PORT: input should be a valid integer, unable to parse string as an integer, not 'eighty'"
    )


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"ENGINE": "diffusers"}, "MODEL"),
        ({"ENGINE": "openai"}, "OPENAI_BASE_URL"),
        ({"MODEL_LIST": "/nowhere/models.toml"}, "MODEL_LIST"),
    ],
)
def test_an_engine_without_what_it_needs_stops_the_start(tmp_path: Path, given: dict[str, str], named: str) -> None:
    with pytest.raises(BadSetting, match=f"^{named}: ") as bad:
        create_app(load({"DATA_DIR": str(tmp_path), **given}))
    assert "\n" not in str(bad.value)


def test_an_empty_value_counts_as_unset(tmp_path: Path) -> None:
    assert load({"DATA_DIR": str(tmp_path), "PORT": ""}).PORT == 8000


def test_what_the_defaults_need_is_in_the_data_folder(tmp_path: Path) -> None:
    settings = load({"DATA_DIR": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/limn.sqlite"
    assert settings.files == tmp_path / "files"


def test_a_secret_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    first, second = (load({"DATA_DIR": str(tmp_path / "new")}).SECRET_KEY for _ in range(2))
    assert first == second
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "new/secret").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret"]


@pytest.mark.parametrize("missing", ["SECRET_KEY", "PUBLIC_URL"])
def test_production_starts_with_nothing_made_up(tmp_path: Path, missing: str) -> None:
    given = {"SECRET_KEY": SECRET, "PUBLIC_URL": "https://limn.example"}
    production = {"ENVIRONMENT": "production", "DATA_DIR": str(tmp_path), **given}
    assert load(production).ENVIRONMENT == "production"
    with pytest.raises(BadSetting, match=f"{missing}: production needs its own"):
        load({name: value for name, value in production.items() if name != missing})


def test_the_settings_page_is_the_settings() -> None:
    assert (ROOT / "docs/settings.md").read_text() == settings_page(), (
        "write it with `flask --app wsgi settings --write`"
    )


def test_every_setting_says_what_it_does() -> None:
    assert all(len(field.description or "") > 10 for field in Settings.model_fields.values())


def test_every_background_model_that_can_be_set_can_be_fetched() -> None:
    assert set(get_args(Settings.model_fields["REMOVE_BACKGROUND_MODEL"].annotation)) == {BUILT_IN, *MODELS}
