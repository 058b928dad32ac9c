"""What is known of each family of models, and of which family a folder is."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.engines.diffusers.canvas import canvas_for, like
from app.engines.diffusers.families import Family, _made, _table, family_of, tasks_of
from app.engines.diffusers.manner import manner_of
from app.engines.protocol import PaintRequest, Source, Task
from app.tools.generate import SIZES

FAMILIES = [_made(name, told) for name, told in _table()["families"].items()]
every_family = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)

LEADING, TRAILING = {"timestep_spacing": "leading"}, {"timestep_spacing": "trailing"}


def lay(folder: Path, pipeline: str, **configs: dict[str, Any]) -> Path:
    folder.mkdir()
    (folder / "model_index.json").write_text(json.dumps({"_class_name": pipeline}))
    for part, config in configs.items():
        (folder / part).mkdir()
        name = "scheduler_config.json" if part == "scheduler" else "config.json"
        (folder / part / name).write_text(json.dumps(config))
    return folder


@pytest.mark.parametrize(
    ("folder", "pipeline", "configs", "family"),
    [
        ("v1-5", "StableDiffusionPipeline", {"scheduler": {}}, "sd"),
        ("any", "StableDiffusionPipeline", {"scheduler": TRAILING}, "sd-turbo"),
        ("zero", "StableDiffusionPipeline", {"scheduler": {**TRAILING, "rescale_betas_zero_snr": True}}, "sd"),
        ("base", "StableDiffusionXLPipeline", {"scheduler": LEADING}, "sdxl"),
        ("any", "StableDiffusionXLPipeline", {"scheduler": TRAILING}, "sdxl-turbo"),
        ("owner--SDXL-Lightning", "StableDiffusionXLPipeline", {"scheduler": LEADING}, "sdxl-turbo"),
        ("lcm", "StableDiffusionXLPipeline", {"scheduler": {"_class_name": "LCMScheduler"}}, "sdxl-turbo"),
        ("stable-diffusion-3.5-large", "StableDiffusion3Pipeline", {}, "sd3"),
        ("stable-diffusion-3.5-large-turbo", "StableDiffusion3Pipeline", {}, "sd3-turbo"),
        ("dev", "FluxPipeline", {"transformer": {"guidance_embeds": True}}, "flux"),
        ("any", "FluxPipeline", {"transformer": {"guidance_embeds": False}}, "flux-schnell"),
        ("Tongyi-MAI--Z-Image", "ZImagePipeline", {}, "z-image"),
        ("Tongyi-MAI--Z-Image-Turbo", "ZImagePipeline", {}, "z-image-turbo"),
        ("turbo", "SomethingNewPipeline", {}, "other"),
    ],
)
def test_a_folder_tells_its_family(
    tmp_path: Path, folder: str, pipeline: str, configs: dict[str, dict[str, Any]], family: str
) -> None:
    assert family_of(lay(tmp_path / folder, pipeline, **configs)).name == family


def test_a_folder_that_is_not_there_is_of_no_family(tmp_path: Path) -> None:
    assert family_of(tmp_path / "none").name == "other"
    assert tasks_of(tmp_path / "none") == frozenset(Task)


def test_a_model_for_words_alone_says_so(tmp_path: Path) -> None:
    assert tasks_of(lay(tmp_path / "sigma", "PixArtSigmaPipeline")) == {Task.WORDS}


@every_family
def test_better_quality_takes_no_fewer_steps(family: Family) -> None:
    steps = family.steps or (0, 0, 0)
    assert list(steps) == sorted(steps)
    assert [family.steps_for(quality) or 0 for quality in ("standard", "high", "ultra")] == list(steps)


@every_family
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_every_shape_has_a_size_of_the_familys_own(family: Family, size: tuple[int, int]) -> None:
    for quality in ("standard", "high", "ultra"):
        width, height = canvas_for(family, family.side, size, quality)
        assert (width % family.multiple, height % family.multiple) == (0, 0)
        assert abs((width / height) / (size[0] / size[1]) - 1) < 0.08
        assert 0.7 < width * height / family.area_for(quality) <= 1.5


@every_family
def test_a_model_of_half_the_side_paints_a_quarter_of_it(family: Family) -> None:
    whole, half = (canvas_for(family, side, (1280, 720), "standard") for side in (family.side, family.side // 2))
    assert half[0] * half[1] == pytest.approx(whole[0] * whole[1] / 4, rel=0.1)


@every_family
def test_a_given_picture_keeps_its_shape(family: Family) -> None:
    width, height = like(family, family.side, (1000, 700), "standard")
    assert width / height == pytest.approx(1000 / 700, rel=0.05)


def test_of_steps_that_a_pipeline_chooses_itself_a_tenth_is_walked_at_least() -> None:
    """LCM has four, of fifty it was taught: with less it refuses to begin."""
    told, untold = (next(each for each in FAMILIES if each.name == name) for name in ("sd", "other"))
    slight = PaintRequest.of(Source(Image.new("RGB", (64, 64)), strength=0.05))
    assert [manner_of(slight, family, 512).strength for family in (told, untold)] == [0.05, 0.1]


def test_the_narrowest_picture_has_a_canvas_too() -> None:
    assert all(min(like(family, family.side, (5000, 10), "standard")) >= family.multiple for family in FAMILIES)


def test_every_pipeline_of_a_family_tells_its_tasks() -> None:
    named = {name for told in _table()["families"].values() for name in told.get("pipelines", [])}
    assert named <= set(_table()["pipelines"])


@pytest.mark.needs("diffusers")
def test_the_tasks_are_those_that_diffusers_knows() -> None:
    from diffusers.pipelines import auto_pipeline

    known = {
        Task.WORDS: auto_pipeline.AUTO_TEXT2IMAGE_PIPELINES_MAPPING,
        Task.PICTURE: auto_pipeline.AUTO_IMAGE2IMAGE_PIPELINES_MAPPING,
        Task.PART: auto_pipeline.AUTO_INPAINT_PIPELINES_MAPPING,
    }
    for pipeline, tasks in _table()["pipelines"].items():
        for task, mapping in known.items():
            key = next((key for key, kind in known[Task.WORDS].items() if kind.__name__ == pipeline), None)
            if key is not None:
                assert (key in mapping) == (task in tasks), f"{pipeline}: {task}"
