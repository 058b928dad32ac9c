"""A job's page and fragments; canceling and repeating it."""

import pytest

from tests.cast import Cast, Studio

HTMX = {"HX-Request": "true"}


def test_a_waiting_fragment_polls_and_a_finished_one_does_not(cast: Cast, studio: Studio) -> None:
    job_id = cast.ann.starts()
    assert f'hx-get="/jobs/{job_id}?as=frame"' in cast.ann.get(f"/jobs/{job_id}?as=frame", headers=HTMX).text
    studio.works()
    assert "hx-trigger" not in cast.ann.get(f"/jobs/{job_id}?as=frame", headers=HTMX).text


@pytest.mark.parametrize("shape", ["frame", "job", "tile"])
def test_every_shape_is_a_fragment_for_htmx_and_a_page_without(cast: Cast, shape: str) -> None:
    path = f"/jobs/{cast.ann.starts()}?as={shape}"
    assert "<html" not in cast.ann.get(path, headers=HTMX).text
    assert "<html" in cast.ann.get(path).text


def test_canceling_gives_the_credits_back_once(cast: Cast) -> None:
    job_id = cast.ann.starts()
    assert cast.ann.credits == 80
    assert cast.ann.post(f"/api/job/{job_id}/cancellation").json["status"] == "canceled"
    again = cast.ann.post(f"/api/job/{job_id}/cancellation")
    assert (again.status_code, again.json["error"]["code"]) == (409, "conflict")
    assert cast.ann.credits == 100


def test_canceling_by_the_page_shows_the_job(cast: Cast) -> None:
    job_id = cast.ann.starts()
    answer = cast.ann.press(f"/jobs/{job_id}/cancellation")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/jobs/{job_id}")
    assert cast.ann.job(job_id)["status"] == "canceled"


@pytest.mark.parametrize("path", ["/jobs/{}", "/api/job/{}", "/generate?again={}"])
def test_a_stranger_does_not_see_it(cast: Cast, path: str) -> None:
    assert cast.ben.get(path.format(cast.ann.starts())).status_code == 404


@pytest.mark.parametrize("deed", ["cancellation", "repeat", "sharing"])
def test_a_stranger_does_nothing_with_it(cast: Cast, deed: str) -> None:
    job_id = cast.ann.starts()
    assert cast.ben.press(f"/jobs/{job_id}/{deed}", on="0").status_code == 404
    assert cast.ann.job(job_id)["status"] == "queued"
    assert cast.ben.credits == 100


def test_again_paints_the_same_words_with_another_seed(cast: Cast, studio: Studio) -> None:
    job_id = cast.ann.starts("a red fox", seed=7, style="oil")
    answer = cast.ann.press(f"/jobs/{job_id}/repeat")
    repeated = answer.headers["Location"]
    studio.works()
    page = cast.ann.get(repeated).text
    assert "a red fox" in page
    assert "Oil" in page
    assert "seed 7<" not in page
    assert cast.ann.credits == 60


def test_the_page_reloads_by_itself_without_scripts_while_it_waits(cast: Cast, studio: Studio) -> None:
    job_id = cast.ann.starts()
    assert 'http-equiv="refresh"' in cast.ann.get(f"/jobs/{job_id}").text
    studio.works()
    assert 'http-equiv="refresh"' not in cast.ann.get(f"/jobs/{job_id}").text


def test_while_it_is_painted_the_frame_has_the_pictures_colours(cast: Cast, studio: Studio) -> None:
    job_id = cast.ann.starts()
    seen: list[str] = []
    paint = studio.engine.paint

    def watched(*args: object) -> object:
        seen.append(cast.ann.get(f"/jobs/{job_id}?as=frame", headers=HTMX).text)
        return paint(*args)  # type: ignore[arg-type]

    studio.engine.paint = watched  # type: ignore[method-assign, assignment]
    studio.works()
    assert 'stop-color="#d2452b"' in seen[0]


def test_too_few_credits_are_told_in_the_frame(cast: Cast) -> None:
    page = cast.ann.get("/generate").text
    token = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    form = {"csrf_token": token, "prompt": "a red fox", "quality": "ultra", "count": "4"}
    answer = cast.ann.post("/generate", data=form, headers=HTMX)
    assert answer.status_code == 402
    assert "200 credits" in answer.text
    assert cast.ann.credits == 100


def test_a_form_that_is_wrong_comes_back_with_what_was_entered(cast: Cast) -> None:
    answer = cast.ann.press("/generate", prompt="ab", quality="high")
    assert answer.status_code == 422
    assert "Prompt needs at least 3 characters." in answer.text
    assert ">ab</textarea>" in answer.text


def test_a_form_without_its_token_is_refused(cast: Cast) -> None:
    assert cast.ann.post("/generate", data={"prompt": "a red fox"}).status_code == 400
    assert cast.ann.credits == 100


def test_last_choices_are_remembered(cast: Cast) -> None:
    cast.ann.press("/generate", prompt="a red fox", style="neon", quality="high", aspect_ratio="21:9")
    page = cast.ann.get("/generate").text
    for value in ("neon", "high", "21:9"):
        chosen = page.split(f'value="{value}"', 1)[1].split(">", 1)[0]
        assert "checked" in chosen
