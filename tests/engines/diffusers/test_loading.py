"""Models that cannot be opened: each is one line that names the setting and the way out."""

import json
import logging
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.engines.diffusers import loading
from app.engines.diffusers.engine import Diffusers
from app.engines.diffusers.faults import broke_down, ran_out
from app.engines.diffusers.pipes import Pipes
from app.engines.diffusers.place import Place
from app.engines.diffusers.weights import weights_of
from app.engines.protocol import EngineDown, Task
from config import Settings
from tests.engines.diffusers.conftest import Lay, model_of, settings_in


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def refused(folder: Path | str, settings: Settings) -> str:
    with pytest.raises(EngineDown) as down:
        Diffusers.opened(
            model_of(Path(folder)) if isinstance(folder, Path) else replace(MODEL, source=folder), settings
        )
    line = str(down.value)
    assert "\n" not in line
    return line


MODEL = model_of(Path("/nowhere"))


def test_a_folder_that_is_not_there(settings: Settings, tmp_path: Path) -> None:
    line = refused(tmp_path / "none", settings)
    assert line.startswith(f"MODEL: there is no folder {tmp_path / 'none'}")
    assert "models fetch OWNER/NAME" in line


def test_a_hub_name_that_was_not_fetched(settings: Settings) -> None:
    line = refused("stabilityai/sd-turbo", settings)
    assert line.endswith("no such model was fetched: run `flask --app wsgi models fetch stabilityai/sd-turbo`")


def test_a_folder_that_is_no_model(settings: Settings, tmp_path: Path) -> None:
    line = refused(tmp_path, settings)
    assert line.startswith(f"MODEL: {tmp_path} is no diffusers model, for it has no model_index.json")


def test_a_list_of_models_is_named_with_the_model(settings: Settings, tmp_path: Path) -> None:
    line = refused(tmp_path, settings.model_copy(update={"MODEL_LIST": tmp_path / "models.toml"}))
    assert line.startswith("MODEL_LIST: model “model”: ")


def test_the_extra_that_is_not_installed(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model_index.json").write_text("{}")
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setattr(loading, "QUIET", {})
    line = refused(tmp_path, settings)
    assert "run `make diffusers`, or choose another ENGINE" in line


def test_a_library_of_pytorch_that_is_missing(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_name: str) -> None:
        raise OSError("libcudart.so.13: cannot open shared object file")

    (tmp_path / "model_index.json").write_text("{}")
    monkeypatch.setattr(loading, "import_module", broken)
    monkeypatch.setattr(loading, "QUIET", {})
    assert "(libcudart.so.13: cannot open shared object file): run `make diffusers`" in refused(tmp_path, settings)


def test_too_little_memory(lay: Lay, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "free_bytes", lambda _device: 10**6)
    line = refused(lay("sd"), settings)
    assert " GB of memory and 0.0 GB are free: choose a smaller model" in line


@pytest.mark.parametrize(("free", "short"), [(10**13, False), (3 * 10**9, True)])
def test_a_gpu_that_is_short_of_memory_gets_a_part_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, short: bool
) -> None:
    monkeypatch.setattr(loading, "free_bytes", lambda device: free if device == "cuda" else 10**13)
    weights = weights_of(model_of(half_a_model(tmp_path, gigabytes=2)), settings_in(tmp_path))
    assert loading._is_short(weights, Place("cuda", "bfloat16")) is short


def test_a_gpu_with_no_room_for_a_single_part_is_too_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "free_bytes", lambda device: 10**9 if device == "cuda" else 10**13)
    weights = weights_of(model_of(half_a_model(tmp_path, gigabytes=2)), settings_in(tmp_path))
    with pytest.raises(EngineDown, match=r"takes 4\.5 GB of the GPU's memory and 1\.0 GB are free"):
        loading._is_short(weights, Place("cuda", "bfloat16"))


def half_a_model(folder: Path, gigabytes: int) -> Path:
    """Four parts of so many GB in half precision together, by what the tables at their heads say."""
    (folder / "model_index.json").write_text("{}")
    for part in ("unet", "vae", "text_encoder", "text_encoder_2"):
        (folder / part).mkdir()
        head = json.dumps({"weights": {"dtype": "F32", "shape": [gigabytes, 125_000_000], "data_offsets": [0, 0]}})
        (folder / part / "model.safetensors").write_bytes(len(head).to_bytes(8, "little") + head.encode())
    return folder


def test_weights_are_counted_in_the_precision_they_are_loaded_in(tmp_path: Path) -> None:
    weights = weights_of(model_of(half_a_model(tmp_path, gigabytes=2)), settings_in(tmp_path))
    assert (weights.bytes_of(2), weights.bytes_of(4), weights.largest(2)) == (2 * 10**9, 4 * 10**9, 5 * 10**8)


@pytest.mark.parametrize(("name", "numbers"), [("model.bin", 10), ("model.fp16.bin", 20)])
def test_weights_without_a_table_are_counted_by_their_size(tmp_path: Path, name: str, numbers: int) -> None:
    (tmp_path / "model_index.json").write_text("{}")
    (tmp_path / "unet").mkdir()
    (tmp_path / "unet" / name).write_bytes(bytes(40))
    assert weights_of(model_of(tmp_path), settings_in(tmp_path)).bytes_of(1) == numbers


def test_files_in_half_precision_are_taken_where_there_are_no_others(tmp_path: Path) -> None:
    folder = half_a_model(tmp_path, gigabytes=2)
    assert weights_of(model_of(folder), settings_in(tmp_path)).variant is None
    (folder / "unet/model.safetensors").rename(folder / "unet/model.fp16-00001-of-00002.safetensors")
    assert weights_of(model_of(folder), settings_in(tmp_path)).variant == "fp16"


@pytest.mark.parametrize("left", [None, b"", b"version https://git-lfs.github.com/spec/v1\n", b"\x40\0\0\0\0\0\0\0{"])
def test_a_file_that_is_broken(lay: Lay, settings: Settings, tmp_path: Path, left: bytes | None) -> None:
    """Missing, empty, a pointer to what was not downloaded, cut off."""
    broken = Path(shutil.copytree(lay("sd"), tmp_path / "broken"))
    [weights] = (broken / "unet").glob("*.safetensors")
    weights.unlink()
    if left is not None:
        weights.write_bytes(left)
    line = refused(broken, settings)
    assert line.startswith(f"MODEL: {broken} cannot be opened: ")
    assert "unet" in line


def test_a_checker_that_was_thrown_away_is_not_missed(lay: Lay, settings: Settings, tmp_path: Path) -> None:
    model = Path(shutil.copytree(lay("sd"), tmp_path / "model"))
    index = json.loads((model / "model_index.json").read_text())
    index["safety_checker"] = ["stable_diffusion", "StableDiffusionSafetyChecker"]
    (model / "model_index.json").write_text(json.dumps(index))
    pipes, _ = loading.load(model_of(model), settings)
    assert pipes.of(Task.WORDS).safety_checker is None


def test_a_task_that_was_named_and_is_not_known_is_told(
    lay: Lay, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("app.engines.diffusers.pipes.Pipes.knows", lambda _, task: task != Task.PART)
    loading.load(model_of(lay("sd")), settings)
    assert "MODEL: it cannot do “part”: take that out of its tasks" in caplog.text


def test_compiling_says_where_it_does_nothing(lay: Lay, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        loading.load(model_of(lay("sd")), settings_in(tmp_path, COMPILE_MODEL=True))
    assert "COMPILE_MODEL does nothing on cpu" in caplog.text


def test_compiling_happens_at_the_start_and_names_the_setting_where_it_fails(
    lay: Lay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(pipes: Pipes) -> None:
        pipes.compiled = True
        monkeypatch.setattr(pipes.network, "forward", no_compiler)

    def no_compiler(*_: object, **__: object) -> None:
        raise RuntimeError("InvalidCxxCompiler: No working C++ compiler found\nmore")

    monkeypatch.setattr(Pipes, "compile", failing)
    monkeypatch.setattr(loading, "_compile", Pipes.compile)
    with pytest.raises(EngineDown, match=r"^COMPILE_MODEL: InvalidCxx.* found: set COMPILE_MODEL=no$"):
        Diffusers.opened(model_of(lay("sd")), settings_in(tmp_path, COMPILE_MODEL=True))


@pytest.mark.parametrize(
    ("error", "full", "gone"),
    [
        (MemoryError(), True, False),
        (RuntimeError("MPS backend out of memory (MPS allocated: 8 GB)"), True, False),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"), True, False),
        (RuntimeError("CUDA error: device-side assert triggered"), False, True),
        (RuntimeError("CUDA error: out of memory\nKernel errors may be told later"), True, False),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), True, False),
        (ValueError("out of memory"), False, False),
        (RuntimeError("shapes cannot be multiplied"), False, False),
    ],
)
def test_what_went_wrong_is_told_by_what_was_raised(error: Exception, full: bool, gone: bool) -> None:
    assert (ran_out(error), broke_down(error)) == (full, gone)
