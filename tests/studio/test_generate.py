"""POST /api/generate and GET /api/job/<id>, as the contract has them."""

import pytest

from app.engines.illustrator import gallery
from app.studio.generate import SUGGESTIONS
from tests.cast import Cast, Studio
from tests.conftest import Clock


def test_the_answer_says_what_was_queued(cast: Cast) -> None:
    answer = cast.ann.generate("  a red fox  ")
    assert answer.status_code == 200
    body = answer.json
    job_id = body.pop("job_id")
    assert len(job_id) == 22
    assert body == {
        "ok": True,
        "message": "Generation queued.",
        "status": "queued",
        "queue_position": 1,
        "watermarked": True,
        "plan": "free",
        "prompt": "a red fox",
        "retention": "24 hours",
        "anon": False,
    }


def test_a_finished_job_tells_where_its_picture_is(cast: Cast, studio: Studio) -> None:
    job_id = cast.ann.starts()
    studio.works()
    assert cast.ann.job(job_id) == {
        "ok": True,
        "job_id": job_id,
        "status": "succeeded",
        "watermarked": True,
        "count": 1,
        "plan": "free",
        "credits": 80,
        "retention": "24 hours",
        "images": [f"/{job_id}?raw=1"],
        "image_url": f"/{job_id}?raw=1",
        "share_urls": [f"http://localhost/{job_id}"],
        "share_url": f"http://localhost/{job_id}",
    }


def test_several_pictures_are_numbered(cast: Cast, studio: Studio) -> None:
    job_id = cast.ann.starts(count=3)
    studio.works()
    assert cast.ann.job(job_id)["images"] == [f"/{job_id}?raw=1", f"/{job_id}/2?raw=1", f"/{job_id}/3?raw=1"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "prompt"),
        ({"prompt": "  ab "}, "prompt"),
        ({"prompt": "a" * 1001}, "prompt"),
        ({"prompt": 5}, "prompt"),
        ({"prompt": ["a red fox"]}, "prompt"),
        ({"prompt": "a red fox", "style": "cubism"}, "style"),
        ({"prompt": "a red fox", "aspect_ratio": "5:4"}, "aspect_ratio"),
        ({"prompt": "a red fox", "quality": "best"}, "quality"),
        ({"prompt": "a red fox", "count": 5}, "count"),
        ({"prompt": "a red fox", "count": True}, "count"),
        ({"prompt": "a red fox", "count": "2"}, "count"),
        ({"prompt": "a red fox", "seed": -1}, "seed"),
        ({"prompt": "a red fox", "sead": 1}, "sead"),
    ],
)
def test_a_field_that_is_wrong_is_named_and_nothing_is_charged(
    cast: Cast, given: dict[str, object], field: str
) -> None:
    answer = cast.ann.post("/api/generate", json=given)
    assert answer.status_code == 400
    assert (answer.json["error"]["code"], answer.json["error"]["field"]) == ("invalid", field)
    assert cast.ann.credits == 100


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"fox"', "\xff"])
def test_a_body_that_is_no_json_object_is_refused(cast: Cast, body: str) -> None:
    answer = cast.ann.post("/api/generate", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json["error"]["code"] == "invalid"


def test_names_of_choices_are_taken_in_any_case(cast: Cast) -> None:
    assert cast.ann.generate(style="Line-Art", quality="HIGH").status_code == 200


def test_the_price_follows_quality_and_count(cast: Cast) -> None:
    cast.ann.starts(quality="ultra")
    assert cast.ann.credits == 50
    cast.ann.starts(quality="high")
    assert cast.ann.credits == 20
    cast.ann.starts()
    assert cast.ann.credits == 0


def test_too_few_credits_are_told_and_nothing_is_charged(cast: Cast) -> None:
    answer = cast.ann.generate(quality="high", count=4)
    assert answer.status_code == 402
    error = answer.json["error"]
    assert (error["code"], error["credits"], error["credit_cost"]) == ("out_of_credits", 100, 120)
    assert cast.ann.credits == 100


def test_a_job_is_private_to_its_owner(cast: Cast) -> None:
    job_id = cast.ann.starts()
    strangers = [cast.ben.get(f"/api/job/{job_id}"), cast.guest().get(f"/api/job/{job_id}")]
    nobodys = cast.ben.get("/api/job/" + "0" * 22)
    assert [answer.status_code for answer in strangers] == [404, 404]
    assert strangers[0].json == strangers[1].json == nobodys.json


def test_one_picture_is_free_without_an_account(cast: Cast, studio: Studio) -> None:
    guest = cast.guest()
    first = guest.generate()
    assert first.status_code == 200
    assert (first.json["anon"], first.json["watermarked"], first.json["plan"]) == (True, True, "free")
    second = guest.generate()
    assert (second.status_code, second.json["error"]["code"]) == (401, "login_required")
    studio.works()
    job = guest.job(first.json["job_id"])
    assert (job["status"], job["plan"], job["credits"]) == ("succeeded", "free", None)


def test_a_paid_plan_has_no_watermark_and_keeps_its_files(cast: Cast) -> None:
    answer = cast.pia.generate().json
    assert (answer["watermarked"], answer["plan"], answer["retention"]) == (False, "pro", "while your plan is active")


def test_the_queue_tells_the_place(cast: Cast, time: Clock) -> None:
    for place in (1, 2, 3):
        time.forward(seconds=1)
        assert cast.ann.generate().json["queue_position"] == place


def test_a_paid_job_stands_before_a_free_one(cast: Cast) -> None:
    cast.ann.starts()
    assert cast.pia.generate().json["queue_position"] == 1


def test_only_so_many_jobs_may_wait(cast: Cast) -> None:
    for _ in range(100):
        cast.pia.starts()
    answer = cast.pia.generate()
    assert (answer.status_code, answer.json["error"]["code"]) == (429, "rate_limited")
    assert answer.headers["Retry-After"]
    assert cast.pia.credits == 5100 - 100 * 20


def test_the_same_seed_is_kept_with_the_job_and_another_run_gets_another(cast: Cast, studio: Studio) -> None:
    job_id = cast.ann.starts(seed=7)
    studio.works()
    cast.ann.press(f"/jobs/{job_id}/repeat")
    studio.works()
    page = cast.ann.get("/history").text
    assert cast.ann.get(f"/jobs/{job_id}").text.count("seed 7") == 1
    assert page.count(job_id) >= 1


def test_the_suggestions_are_the_words_that_painted_their_pictures(cast: Cast) -> None:
    assert {name: prompt for name, prompt, _, _ in gallery.README} == SUGGESTIONS
    page = cast.guest().get("/generate").text
    assert page.count("data-suggestion=") == len(SUGGESTIONS)
    assert cast.guest().get("/generate?prompt=a+big+city").text.count(">a big city</textarea>") == 1
