"""What a worker makes of a job: stored, marked and described pictures, or a refusal that costs nothing."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from app.engines.protocol import OnProgress, Painting, PaintRequest
from app.jobs import lifecycle, results
from app.refusals import Refusal
from app.toolkit import Outcome
from tests.cast import Actor, Cast, Studio
from tests.conftest import Clock


def picture(actor: Actor, job_id: str, query: str = "raw=1") -> Image.Image:
    answer = actor.get(f"/{job_id}?{query}")
    assert answer.status_code == 200
    return Image.open(BytesIO(answer.data))


def test_the_stored_picture_has_the_size_that_was_asked_for(cast: Cast, studio: Studio) -> None:
    job_id = cast.ann.starts(aspect_ratio="16:9", quality="high")
    studio.works()
    assert picture(cast.ann, job_id).size == (1920, 1080)


def test_the_picture_says_what_it_is_and_who_painted_it(cast: Cast, studio: Studio) -> None:
    job_id = cast.ann.starts("a red fox", seed=7, style="oil")
    studio.works()
    assert picture(cast.ann, job_id).info == {
        "Title": "a red fox",
        "Software": "limn, the tests' sketcher",
        "Comment": "seed 7, style oil",
        "Copyright": "CC0 1.0",
    }


def test_a_free_picture_is_marked_in_its_corner_and_nowhere_else(cast: Cast, studio: Studio) -> None:
    marked, plain = cast.ann.starts(seed=7), cast.pia.starts(seed=7)
    studio.works()
    difference = np.any(np.asarray(picture(cast.ann, marked)) != np.asarray(picture(cast.pia, plain)), axis=2)
    rows, columns = np.nonzero(difference)
    assert difference.any()
    assert min(rows) > 1024 * 0.85
    assert min(columns) > 1024 * 0.75


def test_a_thumbnail_is_small(cast: Cast, studio: Studio) -> None:
    job_id = cast.ann.starts(aspect_ratio="16:9")
    studio.works()
    thumb = picture(cast.ann, job_id, "thumb=1")
    assert (thumb.size, thumb.format) == ((480, 270), "WEBP")


def test_a_refusal_fails_the_job_with_its_words_and_costs_nothing(cast: Cast, studio: Studio) -> None:
    job_id = cast.ann.starts()
    studio.engine.fails_with = Refusal("engine_unavailable", "The brushes are out.")
    assert studio.works() == 1
    job = cast.ann.job(job_id)
    assert job["status"] == "failed"
    assert job["error"] == {"code": "engine_unavailable", "message": "The brushes are out."}
    assert cast.ann.credits == 100


def test_a_withheld_picture_fails_the_job_and_nobody_pays_or_sees_any(
    cast: Cast, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    paint = studio.engine.paint

    def judged(request: PaintRequest, on_progress: OnProgress) -> list[Painting]:
        first, second = paint(request, on_progress)
        return [first, replace(second, withheld="sexual")]

    monkeypatch.setattr(studio.engine, "paint", judged)
    job_id = cast.ann.starts(count=2)
    assert studio.works() == 1
    job = cast.ann.job(job_id)
    assert (job["status"], job["error"]["code"]) == ("failed", "withheld")
    assert "Nothing was charged" in job["error"]["message"]
    assert cast.ann.credits == 100
    assert cast.ann.get(f"/{job_id}?raw=1").status_code == 404


def test_an_error_of_ours_is_tried_three_times_and_costs_nothing(cast: Cast, studio: Studio) -> None:
    job_id = cast.ann.starts()
    studio.engine.fails_with = ZeroDivisionError("a slip of the brush")
    assert studio.works() == 3
    job = cast.ann.job(job_id)
    assert (job["status"], job["error"]["code"]) == ("failed", "internal")
    assert "brush" not in job["error"]["message"]
    assert cast.ann.credits == 100


def test_a_canceled_job_leaves_no_files(cast: Cast, studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """Canceled at the last moment: after its files were written, before it finished."""
    job_id = cast.ann.starts()
    finish = lifecycle.finish

    def cancel_first(claim: lifecycle.Claim, *rest: object) -> bool:
        cast.ann.post(f"/api/job/{job_id}/cancellation")
        return finish(claim, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(lifecycle, "finish", cancel_first)
    studio.works()
    files = studio.app.extensions["settings"].files
    assert [path for path in files.rglob("*") if path.is_file()] == []
    assert (cast.ann.job(job_id)["status"], cast.ann.credits) == ("canceled", 100)


def test_a_late_worker_can_overwrite_nothing(cast: Cast, time: Clock) -> None:
    """Two attempts at one job write two sets of files."""
    cast.ann.starts()
    zombie = lifecycle.claim("illustrator", time.now())
    successor = lifecycle.claim("illustrator", time.forward(seconds=16))
    assert zombie is not None
    assert successor is not None
    sheet = Outcome([Painting(Image.new("RGB", (8, 8)), seed=1, style="oil")])
    written = [{picture.key for picture in results.store(claim, sheet, time.now())} for claim in (zombie, successor)]
    assert written[0] & written[1] == set()
