"""The library at a real server: pictures into files, and refusals as errors of their own class."""

import asyncio
from io import BytesIO
from pathlib import Path

import httpx
import pytest

from limn import AsyncLimn, BadFile, Conflict, Invalid, Limn, NotFound, NotSignedIn, OutOfCredits, StillWorking
from tests.cast import png
from tests.client.conftest import Programmer, format_of, key_of, size_of

pytestmark = pytest.mark.slow


def test_words_become_a_file(ann: Programmer) -> None:
    with ann.client() as limn:
        job = limn.generate("a red fox", aspect_ratio="3:2", seed=7)
        saved = job.save(ann.folder / "fox.png")

    assert saved == [ann.folder / "fox.png"]
    assert size_of(saved[0]) == (1248, 832)
    assert job.done
    assert job.images[0].startswith(ann.url)
    assert ann.credits == 80


def test_several_pictures_are_counted_up(ann: Programmer) -> None:
    with ann.client() as limn:
        saved = limn.generate("a red fox", count=2).save(ann.folder / "fox.png")

    assert [path.name for path in saved] == ["fox.png", "fox-2.png"]
    assert saved[0].read_bytes() != saved[1].read_bytes()


def test_a_file_becomes_another(ann: Programmer) -> None:
    [photo] = ann.has("photo.png")
    with ann.client() as limn:
        job = limn.convert(photo, to="jpg")
        [saved] = job.save(ann.folder / "new" / "photo.jpg")

    assert format_of(saved) == "JPEG"
    assert job.credit_cost == 10
    assert list(saved.parent.iterdir()) == [saved]


@pytest.mark.parametrize("given", [png(), BytesIO(png())], ids=["bytes", "an open file"])
def test_a_file_need_not_lie_on_the_disk(ann: Programmer, given: bytes | BytesIO) -> None:
    with ann.client() as limn:
        assert limn.upscale(given, scale=2).wait().facts["width_out"] == 80


def test_a_job_can_be_worked_on_further(ann: Programmer) -> None:
    with ann.client() as limn:
        painted = limn.generate("a red fox").wait()
        small = limn.resize(painted, width=100).wait()

    assert small.facts["width_out"] == 100


def test_a_mask_comes_with_its_picture(ann: Programmer) -> None:
    [photo] = ann.has("photo.png")
    with ann.client() as limn:
        edited = limn.magic_edit(photo, png(40, 30, "white"), "a red balloon").wait()

    assert edited.status == "succeeded"


def test_the_same_key_is_the_same_run(ann: Programmer) -> None:
    with ann.client() as limn:
        first = limn.generate("a red fox", idempotency_key="once")
        second = limn.generate("a red fox", idempotency_key="once")
        first.wait()

    assert first.id == second.id
    assert ann.credits == 80


def test_a_file_that_is_there_stays(ann: Programmer) -> None:
    [photo, other] = ann.has("photo.png", "other.png")
    before = other.read_bytes()
    with ann.client() as limn:
        job = limn.convert(photo, to="png").wait()
        with pytest.raises(FileExistsError):
            job.save(other)
        assert other.read_bytes() == before
        job.save(other, overwrite=True)

    assert other.read_bytes() != before


def test_a_job_can_be_stopped_once(ann: Programmer) -> None:
    with ann.client() as limn:
        jobs = [limn.generate("a big city at night", quality="high") for _ in range(3)]
        last = jobs[-1].cancel()
        assert last.status == "canceled"
        assert last.error is not None
        with pytest.raises(Conflict):
            last.cancel()
        for job in jobs[:-1]:
            job.wait()

    assert ann.credits == 40


def test_waiting_has_an_end(ann: Programmer) -> None:
    with ann.client() as limn:
        job = limn.generate("a big city at night", quality="ultra")
        with pytest.raises(StillWorking) as still:
            job.wait(timeout=0)

    assert still.value.job_id == job.id


def test_what_was_painted_is_told_newest_first(ann: Programmer) -> None:
    with ann.client() as limn:
        assert limn.history().total == 0
        jobs = [limn.generate(prompt).wait().id for prompt in ("a red fox", "a white owl")]
        history = limn.history(limit=1)

    assert [(image.id, image.prompt) for image in history.images] == [(jobs[1], "a white owl")]
    assert (history.page, history.pages, history.total) == (1, 2, 2)


def test_a_link_can_be_taken_back_and_its_owner_keeps_the_file(ann: Programmer) -> None:
    with ann.client() as limn:
        job = limn.convert(png(), to="jpg").share(False)
        assert httpx.get(job.images[0]).status_code == 404
        assert job.save(ann.folder / "photo.jpg") == [ann.folder / "photo.jpg"]
        job.share()
        assert httpx.get(job.images[0]).status_code == 200


def test_a_price_is_told_before_anything_starts(ann: Programmer) -> None:
    with ann.client() as limn:
        upscale, generate = (
            limn.price("upscale", scale=8),
            limn.price("generate", prompt="a fox", quality="ultra", count=4),
        )

    assert (upscale.credit_cost, upscale.covered) == (20, True)
    assert (generate.credit_cost, generate.covered) == (200, False)
    assert ann.credits == 100


def test_every_tool_tells_of_itself(ann: Programmer) -> None:
    with ann.client() as limn:
        tools = {tool.name: tool for tool in limn.tools()}

    assert tools["upscale"].price == "10, 15 or 20"
    assert tools["magic-edit"].files[1].name == "mask"


def test_the_price_list_is_the_servers(ann: Programmer) -> None:
    with ann.client() as limn:
        found = limn.pricing()

    assert [(plan.id, plan.monthly_usd, plan.credits) for plan in found.plans] == [
        ("free", 0, 100),
        ("pro", 14.99, 5_000),
        ("max", 29.99, 12_000),
    ]
    assert (found.packs[0].usd, found.packs[0].credits) == (5, 200)


def test_refusals_have_a_class_each(ann: Programmer) -> None:
    [photo] = ann.has("photo.png")
    with ann.client() as limn:
        with pytest.raises(Invalid) as wrong:
            limn.convert(photo, to="exe")
        with pytest.raises(BadFile):
            limn.convert(b"words, and no picture", to="png")
        with pytest.raises(OutOfCredits) as poor:
            limn.generate("a fox", quality="ultra", count=4)
        with pytest.raises(NotFound):
            limn.run("no-such-tool", photo)
        with pytest.raises(NotFound):
            limn.job("nobodys")
        with pytest.raises(NotFound):
            limn.job("../me")
        with pytest.raises(FileNotFoundError):
            limn.convert("nowhere.png", to="png")

    assert wrong.value.field == "option"
    assert poor.value.facts["credit_cost"] == 200
    assert ann.credits == 100


def test_a_key_that_is_none_opens_nothing(site: str) -> None:
    with Limn(site, "limn_no_such_key") as limn, pytest.raises(NotSignedIn):
        limn.me()


def test_a_key_for_tools_alone_gets_its_results(site: str, tmp_path: Path) -> None:
    key = key_of(site, f"cleo.{tmp_path.name}@limn.example", scopes=["tools"])
    with Limn(site, key) as limn:
        [saved] = limn.convert(png(), to="jpg").save(tmp_path / "photo.jpg")

    assert format_of(saved) == "JPEG"


def test_ben_cannot_see_anns_job(ann: Programmer, site: str) -> None:
    with ann.client() as limn, Limn(site, key_of(site, f"ben.{ann.key[-8:]}@limn.example")) as bens:
        job = limn.generate("a red fox")
        with pytest.raises(NotFound):
            bens.job(job.id)
        job.wait()


def test_many_at_once(ann: Programmer) -> None:
    photos = ann.has("a.png", "b.png", "c.png")

    async def convert_all() -> list[list[Path]]:
        async with AsyncLimn(ann.url, ann.key) as limn:
            jobs = await asyncio.gather(*(limn.convert(photo, to="webp") for photo in photos))
            return [await (await job).save(ann.folder / f"{number}.webp") for number, job in enumerate(jobs)]

    saved = asyncio.run(convert_all())
    assert [size_of(path) for [path] in saved] == [(40, 30), (41, 30), (42, 30)]
    assert ann.credits == 70
