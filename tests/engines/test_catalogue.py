"""The models of a site, as its settings name them."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.engines.catalogue import OPENAI, Catalogue, Model, folder_of, overlooked, read
from app.engines.protocol import Task
from config import ROOT, BadSetting, Settings

KEY = "sk-of-the-operator"
FIRST = '[[model]]\nname = "illustrator"\nengine = "illustrator"\n'
Listed = Callable[..., Catalogue]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a diffusers model, as far as the web process looks."""
    folder = tmp_path / "SD-Turbo"
    folder.mkdir()
    (folder / "model_index.json").write_text(json.dumps({"_class_name": "StableDiffusionPipeline"}))
    return folder


@pytest.fixture
def listed(tmp_path: Path) -> Listed:
    """Read a list of models as an operator wrote it."""

    def read_list(text: str, environ: dict[str, str] | None = None, **given: object) -> Catalogue:
        path = tmp_path / "models.toml"
        path.write_text(text)
        return read(Settings.model_validate({"MODEL_LIST": path, "DATA_DIR": tmp_path, **given}), environ or {})

    return read_list


def only(**given: object) -> Model:
    [model] = read(Settings.model_validate(given)).values()
    return model


def test_without_a_setting_the_illustrator_paints() -> None:
    assert (only().name, only().kind, only().title) == ("illustrator", "illustrator", "the built-in illustrator")


@pytest.mark.parametrize("given", [{"OPENAI_API_KEY": KEY}, {"OPENAI_BASE_URL": "http://gpu:8080/v1"}])
def test_an_endpoint_comes_before_a_folder(folder: Path, given: dict[str, str]) -> None:
    assert only(MODEL=str(folder), **given).kind == "openai"


def test_a_folder_that_is_there_comes_before_the_illustrator(folder: Path) -> None:
    model = only(MODEL=str(folder))
    assert (model.name, model.kind, model.title) == ("sd-turbo", "diffusers", "SD-Turbo")


def test_a_folder_that_is_not_there_leaves_the_illustrator(tmp_path: Path) -> None:
    assert only(MODEL=str(tmp_path / "nothing")).kind == "illustrator"


def test_what_is_named_outright_is_taken(folder: Path) -> None:
    everything = {"MODEL": str(folder), "OPENAI_API_KEY": KEY}
    kinds = [only(ENGINE=kind, **everything).kind for kind in ("illustrator", "diffusers", "openai")]
    assert kinds == ["illustrator", "diffusers", "openai"]


def test_a_key_alone_means_openai_itself() -> None:
    assert only(OPENAI_API_KEY=KEY).base_url == OPENAI


def test_an_endpoints_model_is_how_it_is_called() -> None:
    assert only(OPENAI_API_KEY=KEY, OPENAI_MODEL="GPT Image/2.5").name == "2.5"
    assert only(OPENAI_API_KEY=KEY, OPENAI_MODEL="tools").name == "openai"


@pytest.mark.parametrize(("engine", "setting"), [("diffusers", "MODEL"), ("openai", "OPENAI_BASE_URL")])
def test_an_engine_without_what_it_needs_names_the_setting(engine: str, setting: str) -> None:
    with pytest.raises(BadSetting, match=f"^{setting}: "):
        only(ENGINE=engine)


def test_what_was_fetched_by_its_hub_name_is_found(tmp_path: Path) -> None:
    there = Settings(DATA_DIR=tmp_path)
    assert folder_of("stabilityai/sd-turbo", there) == tmp_path / "models/stabilityai--sd-turbo"


@pytest.mark.parametrize("source", ["~nobody-of-this-name/model", "x" * 5_000])
def test_a_folder_that_cannot_be_looked_for_is_not_there(tmp_path: Path, source: str) -> None:
    assert only(MODEL=source, DATA_DIR=tmp_path).kind == "illustrator"


def test_no_key_shows(tmp_path: Path) -> None:
    model = only(OPENAI_API_KEY=KEY, OPENAI_BASE_URL="http://limn:pass-word@gpu/v1")
    assert (model.api_key, KEY in repr(model), "pass-word" in repr(model)) == (KEY, False, False)


def test_a_list_keeps_its_order(listed: Listed) -> None:
    models = listed(f"""{FIRST}good_at = "Drawings"
        [[model]]
        name = "sdxl"
        engine = "diffusers"
        model = "stabilityai/sdxl"
        price = 1.5
        plans = ["pro", "max"]
        tasks = ["words", "picture"]
    """)
    assert list(models) == ["illustrator", "sdxl"]
    sdxl = models["sdxl"]
    assert (sdxl.title, sdxl.price, sorted(sdxl.tasks)) == ("sdxl", 1.5, ["picture", "words"])
    assert [sdxl.open_to(plan) for plan in ("free", "pro", "max")] == [False, True, True]


def test_the_first_that_can_is_the_sites_own_choice(listed: Listed) -> None:
    models = listed(f"""{FIRST}tasks = ["words"]
        [[model]]
        name = "sdxl"
        engine = "diffusers"
        model = "sdxl"
        plans = ["max"]
    """)
    asked = [("max", Task.WORDS), ("max", Task.PART), ("free", Task.PART)]
    found = [models.first(plan, task) for plan, task in asked]
    assert [model and model.name for model in found] == ["illustrator", "sdxl", None]


def test_the_list_of_the_manual_is_one(listed: Listed) -> None:
    page = (ROOT / "docs/model-list.md").read_text()
    models = listed("\n".join(re.findall(r"^    (.*)", page, re.MULTILINE)), {"OPENAI_KEY": KEY})
    assert [model.kind for model in models.values()] == ["illustrator", "diffusers", "openai"]


def test_who_stands_in_costs_the_same(listed: Listed) -> None:
    more = "".join(
        f'[[model]]\nname = "{name}"\nengine = "illustrator"\nprice = {price}\n'
        for name, price in (("dear", 2), ("second", 1), ("third", 1))
    )
    models = listed(FIRST + more)
    assert getattr(models.next_to("illustrator", "free", Task.WORDS), "name", None) == "second"
    assert getattr(models.next_to("illustrator", "free", Task.WORDS, out=["second"]), "name", None) == "third"
    assert models.next_to("dear", "free", Task.WORDS) is None


def test_the_sites_own_key_goes_to_no_other_address(listed: Listed) -> None:
    models = listed(
        f"""{FIRST}
        [[model]]
        name = "here"
        engine = "openai"
        [[model]]
        name = "elsewhere"
        engine = "openai"
        base_url = "http://gpu:8080/v1"
        [[model]]
        name = "with-its-own"
        engine = "openai"
        base_url = "http://gpu:8081/v1"
        key_from = "GPU_KEY"
        """,
        {"GPU_KEY": "another"},
        OPENAI_API_KEY=KEY,
    )
    assert [model.api_key for model in models.values()] == ["", KEY, "", "another"]


SECOND = f"{FIRST}[[model]]\nname = "


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name = ", "cannot be read"),
        ("", "lists models as [[model]]"),
        ("model = []", "lists models as [[model]]"),
        ('model = ["sdxl"]', "lists models as [[model]]"),
        (f"{FIRST}[other]\nx = 1", "and nothing else"),
        ("x = " + 5_000 * "[", "cannot be read"),
        ('[[model]]\nengine = "illustrator"', "model 1: name: is needed"),
        (SECOND + '"x"', "model 2: engine: is needed"),
        (SECOND + '"SDXL"\nengine = "illustrator"', "model 2: name: 40 lower-case letters"),
        (SECOND + '"x"\nengine = "crayons"', "model 2: engine: input should be 'illustrator', 'diffusers' or 'openai'"),
        (SECOND + '"x"\nengine = "illustrator"\nprice = 0', "model 2: price: input should be greater than 0"),
        (SECOND + '"x"\nengine = "illustrator"\nprice = nan', "model 2: price: "),
        (SECOND + '"x"\nengine = "illustrator"\nprice = inf', "model 2: price: "),
        (SECOND + '"x"\nengine = "illustrator"\nplans = ["gold"]', "model 2: plans.0: "),
        (SECOND + '"x"\nengine = "illustrator"\ntasks = ["film"]', "model 2: tasks.0: "),
        (SECOND + '"x"\nengine = "illustrator"\napi_key = "sk"', "model 2: api_key: there is no such field"),
        (SECOND + '"x"\nengine = "illustrator"\nmodel = "y"', "(“x”): model: means nothing with engine"),
        (SECOND + '"x"\nengine = "openai"\nbase_url = "gpu:8080"', "model 2: base_url: an address such as"),
        (SECOND + '"x"\nengine = "openai"\nkey_from = "NO_KEY"', "no environment variable NO_KEY"),
        (SECOND + '"x"\nengine = "diffusers"', "(“x”): model: the folder of a diffusers model"),
        (SECOND + '"illustrator"\nengine = "illustrator"', "this name is taken"),
        (SECOND + '"tools"\nengine = "illustrator"', "this name is taken"),
        (FIRST + "price = 2", "the first model paints from words"),
        (FIRST + 'plans = ["max"]', "the first model paints from words"),
        (FIRST + 'tasks = ["part"]', "the first model paints from words"),
    ],
)
def test_a_bad_list_is_one_line_that_names_the_setting(listed: Listed, text: str, told: str) -> None:
    with pytest.raises(BadSetting) as bad:
        listed(text)
    assert str(bad.value).startswith("MODEL_LIST: ")
    assert told in str(bad.value)
    assert "\n" not in str(bad.value)


def test_a_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"MODEL_LIST: .*nothing\.toml cannot be read"):
        read(Settings(MODEL_LIST=tmp_path / "nothing.toml"))


def test_what_a_model_cannot_do_is_not_promised(listed: Listed, tmp_path: Path) -> None:
    (tmp_path / "only-words").mkdir()
    (tmp_path / "only-words/model_index.json").write_text('{"_class_name": "PixArtAlphaPipeline"}')
    entry = f'{FIRST}[[model]]\nname = "x"\nengine = "diffusers"\nmodel = "{tmp_path}/only-words"\n'
    assert listed(entry)["x"].tasks == {Task.WORDS}
    with pytest.raises(BadSetting, match="tasks: a model of this kind cannot do “part”"):
        listed(entry + 'tasks = ["words", "part"]')


VALUES = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["illustrator", "diffusers", "openai", "words", "max", "http://gpu/v1", "~nobody/x", "\0", ""]),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.lists(st.sampled_from(["words", "part", "free", "pro", "film"]), max_size=3),
)
NAMES = ("name", "engine", "title", "good_at", "price", "plans", "tasks", "model", "base_url", "key_from", "other")
ENTRIES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6)


def as_toml(entry: dict[str, object]) -> str:
    lines = (f"{name} = {value if isinstance(value, float) else json.dumps(value)}" for name, value in entry.items())
    return "[[model]]\n" + "\n".join(lines) + "\n"


def said_or_read(reading: Callable[[], Catalogue]) -> Catalogue | str:
    try:
        return reading()
    except BadSetting as bad:
        return str(bad)


@given(entries=st.lists(ENTRIES, max_size=3), well=st.booleans())
@hypothesis_settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_listed_is_a_list_or_one_line(
    listed: Listed, entries: list[dict[str, object]], *, well: bool
) -> None:
    begun = FIRST if well else ""
    made_up = [{"name": f"model-{n}", "engine": "openai", **entry} for n, entry in enumerate(entries)]
    found = said_or_read(lambda: listed(begun + "".join(as_toml(entry) for entry in made_up)))
    if isinstance(found, str):
        assert found.startswith("MODEL_LIST: ")
        assert "\n" not in found
    else:
        assert len(found) == len(entries) + well
        assert next(iter(found.values())).open_to("free")


def test_a_model_that_auto_does_not_find_is_said_at_the_start(tmp_path: Path) -> None:
    def said(**given: object) -> str:
        return overlooked(Settings.model_validate({"DATA_DIR": tmp_path, **given}))

    assert said(MODEL="stabilityai/sd-turbo").startswith("MODEL: neither stabilityai/sd-turbo nor ")
    assert said() == said(MODEL=str(tmp_path)) == ""
    assert said(MODEL="/nowhere", OPENAI_API_KEY="sk-1") == said(MODEL="/nowhere", ENGINE="illustrator") == ""
