"""The tools: a file in, a result out, paid when it succeeds, and refused by name when it cannot be."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask

from app.jobs import retention
from tests.cast import Actor, Cast, Studio, png
from tests.conftest import Clock, MakeApp


def files_of(app: Flask) -> list[str]:
    return sorted(path.name for path in app.extensions["settings"].files.rglob("*") if path.is_file())


def finished(who: Actor, job_id: str, studio: Studio, lane: str = "tools") -> dict[str, object]:
    studio.works(lane)
    return who.job(job_id)


@contextmanager
def working(studio: Studio) -> Iterator[None]:
    """The worker works beside the request, as in life."""
    done = threading.Event()

    def work() -> None:
        with studio.app.app_context():
            while not done.wait(0.02):
                studio.works("tools")

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


class TestTheApi:
    def test_a_picture_comes_back_converted_with_the_facts_of_the_contract(
        self, make_app: MakeApp, time: Clock
    ) -> None:
        app = make_app(WAIT_SECONDS=20)
        with app.app_context():
            ann = Cast(app).ann
            with working(Studio(app)):
                answer = ann.sends("convert", png(), option="webp")
        assert answer.status_code == 200, answer.text
        body = answer.json
        expected = {
            "ok": True,
            "status": "succeeded",
            "message": "Converted file complete.",
            "credits": 90,
            "credit_cost": 10,
            "bytes_in": len(png()),
            "width_out": 40,
            "height_out": 30,
            "low_credits": False,
        }
        assert {name: body[name] for name in expected} == expected
        assert body["image_url"] == f"/{body['job_id']}?raw=1"
        assert body["share_url"].endswith(f"/{body['job_id']}")
        file = ann.get(body["image_url"])
        assert (file.headers["Content-Type"], len(file.data)) == ("image/webp", body["bytes_out"])

    def test_what_takes_longer_is_answered_with_the_id_and_comes_later(self, cast: Cast, studio: Studio) -> None:
        answer = cast.ann.sends("convert", png(), option="png")
        assert answer.status_code == 202
        assert answer.json["status"] == "queued"
        job = finished(cast.ann, answer.json["job_id"], studio)
        assert (job["status"], job["message"], job["width_out"]) == ("succeeded", "Converted file complete.", 40)

    def test_a_guest_is_asked_to_sign_in(self, cast: Cast) -> None:
        answer = cast.guest().sends("convert", png(), option="png")
        assert (answer.status_code, answer.json["error"]["code"]) == (401, "login_required")

    def test_without_a_file_the_field_is_named(self, cast: Cast) -> None:
        answer = cast.ann.sends("convert", option="png")
        assert (answer.status_code, answer.json["error"]["field"]) == (400, "image")

    def test_an_unknown_field_is_refused(self, cast: Cast) -> None:
        answer = cast.ann.sends("convert", png(), option="png", colour="red")
        assert (answer.status_code, answer.json["error"]["field"]) == (400, "colour")

    def test_an_unknown_file_is_refused(self, cast: Cast) -> None:
        answer = cast.ann.sends("convert", png(), option="png", mask=(png(), "mask.png"))
        assert (answer.status_code, answer.json["error"]["field"]) == (400, "mask")

    def test_two_files_are_two_requests(self, cast: Cast) -> None:
        files = [(BytesIO(png()), "a.png"), (BytesIO(png()), "b.png")]
        answer = cast.ann.post("/api/convert", data={"option": "png", "image": files})
        assert (answer.status_code, answer.json["error"]["field"]) == (400, "image")

    def test_a_wrong_option_names_the_choices(self, cast: Cast) -> None:
        answer = cast.ann.sends("convert", png(), option="docx")
        assert (answer.status_code, answer.json["error"]["field"]) == (400, "option")
        assert "png" in answer.json["error"]["message"]

    def test_options_are_taken_in_any_case(self, cast: Cast, studio: Studio) -> None:
        job = finished(cast.ann, cast.ann.uses("convert", png(), option="PnG"), studio)
        assert job["format_out"] == "PNG"

    def test_too_few_credits_are_refused_and_leave_no_file(self, cast: Cast, app: Flask) -> None:
        for _ in range(5):
            cast.ann.starts()
        answer = cast.ann.sends("convert", png(), option="png")
        assert (answer.status_code, answer.json["error"]["credit_cost"]) == (402, 10)
        assert files_of(app) == []

    def test_upscale_costs_by_its_scale(self, cast: Cast) -> None:
        prices = [cast.ann.sends("upscale", scale=scale, dry_run="1").json["credit_cost"] for scale in ("2", "4", "8")]
        assert prices == [10, 15, 20]

    def test_a_dry_run_tells_the_price_and_charges_nothing(self, cast: Cast) -> None:
        answer = cast.ann.sends("convert", option="png", dry_run="1")
        assert answer.json == {"ok": True, "dry_run": True, "credit_cost": 10, "credits": 100, "covered": True}
        assert cast.ann.credits == 100

    def test_a_dry_run_of_generate_too(self, cast: Cast) -> None:
        answer = cast.ann.generate("a red fox", quality="ultra", count=3, dry_run=True)
        assert (answer.json["credit_cost"], answer.json["covered"]) == (150, False)

    def test_the_list_tells_every_tool_with_its_options_and_prices(self, cast: Cast) -> None:
        listed = {tool["name"]: tool for tool in cast.guest().get("/api/tools").json["tools"]}
        assert listed["convert"]["credits"] == 10
        assert listed["upscale"]["credits"] == {"2": 10, "4": 15, "8": 20}
        assert listed["generate"]["credits"] == {"standard": 20, "high": 30, "ultra": 50}
        assert [listed[name]["credits"] for name in ("image-to-image", "magic-edit", "restyle")] == [30, 30, 30]
        assert "avif" in listed["convert"]["options"]["properties"]["option"]["enum"]
        assert [file["name"] for file in listed["magic-edit"]["files"]] == ["image", "mask"]


class TestGoingOn:
    def test_an_earlier_result_stands_in_for_a_file(self, cast: Cast, studio: Studio) -> None:
        first = cast.ann.uses("convert", png(), option="webp")
        studio.works("tools")
        second = cast.ann.uses("convert", job=first, option="bmp")
        assert finished(cast.ann, second, studio)["format_in"] == "WEBP"

    def test_a_painted_picture_too(self, cast: Cast, studio: Studio) -> None:
        painted = cast.ann.starts()
        studio.works()
        job = finished(cast.ann, cast.ann.uses("convert", job=painted, option="jpg"), studio)
        assert (job["width_in"], job["format_out"]) == (1024, "JPG")

    @pytest.mark.parametrize("name", ["job", "again"])
    def test_a_file_beside_an_earlier_job_is_refused(self, cast: Cast, studio: Studio, name: str) -> None:
        first = cast.ann.uses("convert", png(), option="webp")
        studio.works("tools")
        answer = cast.ann.sends("convert", png(), option="bmp", **{name: first})
        assert (answer.status_code, answer.json["error"]["field"]) == (400, "image")

    def test_a_strangers_result_does_not_exist(self, cast: Cast, studio: Studio) -> None:
        first = cast.ann.uses("convert", png(), option="webp")
        studio.works("tools")
        assert cast.ben.sends("convert", job=first, option="bmp").status_code == 404

    def test_a_job_without_a_result_is_no_picture(self, cast: Cast) -> None:
        waiting = cast.ann.uses("convert", png(), option="webp")
        answer = cast.ann.sends("convert", job=waiting, option="bmp")
        assert (answer.status_code, answer.json["error"]["field"]) == (404, "job")

    def test_another_background_is_free(self, cast: Cast, studio: Studio) -> None:
        first = cast.ann.uses("remove-background", png(200, 200))
        assert finished(cast.ann, first, studio)["credit_cost"] == 10
        assert cast.ann.sends("remove-background", again=first, dry_run="1").json["credit_cost"] == 0
        again = cast.ann.uses("remove-background", again=first, background="color", color="#102030")
        job = finished(cast.ann, again, studio)
        assert (job["status"], job["credit_cost"], cast.ann.credits) == ("succeeded", 0, 90)

    def test_only_a_run_that_kept_its_matte_is_free_again(self, cast: Cast, studio: Studio) -> None:
        first = cast.ann.uses("remove-background", png(200, 200))
        answer = cast.ann.sends("remove-background", again=first, dry_run="1")
        assert answer.json["credit_cost"] == 10

    def test_a_matte_of_ones_own_cannot_be_sent(self, cast: Cast) -> None:
        answer = cast.ann.sends("remove-background", png(), matte=(png(), "matte.png"))
        assert (answer.status_code, answer.json["error"]["field"]) == (400, "matte")


class TestFailure:
    def test_a_file_larger_than_the_limit_is_told_the_limit(self, make_app: MakeApp, time: Clock) -> None:
        app = make_app(UPLOAD_MB=1)
        with app.app_context():
            answer = Cast(app).ann.sends("convert", png() + bytes(1024 * 1024), option="png")
        assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")
        assert answer.json["error"]["max_bytes"] == 1024 * 1024

    def test_a_body_far_larger_is_not_even_read(self, make_app: MakeApp, time: Clock) -> None:
        app = make_app(UPLOAD_MB=1)
        with app.app_context():
            body = {"data": bytes(4 * 1024 * 1024), "content_type": "multipart/form-data; boundary=line"}
            answer = Cast(app).ann.post("/api/convert", **body)
        assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")
        assert answer.json["error"]["max_bytes"] == 1024 * 1024

    @pytest.mark.parametrize(
        ("data", "told"), [(b"PK\x05\x06" + bytes(18), "ZIP"), (b"#!/bin/sh\necho", ""), (b"", ""), (b"\0" * 600, "")]
    )
    def test_what_is_no_picture_is_told_what_it_is(
        self, cast: Cast, studio: Studio, app: Flask, data: bytes, told: str
    ) -> None:
        answer = cast.ann.sends("convert", data, "photo.jpg", option="png")
        if answer.status_code == 202:  # only its inside tells
            error = finished(cast.ann, answer.json["job_id"], studio)["error"]
        else:
            assert answer.status_code == 415
            error = answer.json["error"]
        assert error["code"] == "not_a_picture"  # type: ignore[index]
        assert told in error["message"]  # type: ignore[index]
        assert (cast.ann.credits, files_of(app)) == (100, [])

    def test_a_picture_that_cannot_be_read_costs_nothing_and_leaves_nothing(
        self, cast: Cast, studio: Studio, app: Flask
    ) -> None:
        job = finished(cast.ann, cast.ann.uses("convert", png()[:60], option="png"), studio)
        assert (job["status"], job["error"]["code"]) == ("failed", "unreadable")  # type: ignore[index]
        assert (cast.ann.credits, files_of(app)) == (100, [])

    def test_while_it_is_waited_for_a_failure_is_an_error_of_its_own_status(
        self, make_app: MakeApp, time: Clock
    ) -> None:
        app = make_app(WAIT_SECONDS=20, MOST_MEGAPIXELS=1)
        with app.app_context():
            ann = Cast(app).ann
            with working(Studio(app)):
                answer = ann.sends("convert", png(1200, 1200), option="png")
        assert (answer.status_code, answer.json["error"]["code"]) == (422, "too_many_pixels")

    def test_a_canceled_upload_goes_with_the_next_pruning(self, cast: Cast, app: Flask, time: Clock) -> None:
        job_id = cast.ann.uses("convert", png(), option="png")
        assert len(files_of(app)) == 1
        cast.ann.post(f"/api/job/{job_id}/cancellation")
        retention.prune(time.now())
        assert (cast.ann.credits, files_of(app)) == (100, [])


class TestThePage:
    def test_every_tool_has_a_page(self, cast: Cast) -> None:
        for tool in cast.guest().get("/api/tools").json["tools"]:
            if tool["files"]:
                page = cast.guest().get(f"/tools/{tool['name']}")
                assert page.status_code == 200
                assert tool["title"] in page.text

    def test_without_scripts_several_files_are_several_jobs_on_one_page(self, cast: Cast, studio: Studio) -> None:
        files = [(BytesIO(png()), "a.png"), (BytesIO(png(20, 20)), "b.png"), (BytesIO(png(10, 10)), "a.png")]
        batch = cast.ann.get("/tools/convert").text.split('name="batch"', 1)[1].split('value="', 1)[1][:22]
        answer = cast.ann.press("/tools/convert", image=files, option="jpg", batch=batch)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/tools/convert?batch={batch}")
        studio.works("tools")
        page = cast.ann.get(answer.headers["Location"])
        assert page.text.count("b.png") >= 1
        archive = ZipFile(BytesIO(cast.ann.get(f"/batches/{batch}.zip").data))
        assert sorted(archive.namelist()) == ["a-2.jpg", "a.jpg", "b.jpg"]
        assert archive.testzip() is None
        assert cast.ben.get(f"/batches/{batch}.zip").status_code == 404
        assert cast.ann.credits == 70

    def test_a_wrong_file_is_named_beside_the_form(self, cast: Cast) -> None:
        answer = cast.ann.press("/tools/convert", image=(BytesIO(b"words"), "words.txt"), option="jpg")
        assert answer.status_code == 415
        assert "words.txt" in answer.text

    def test_the_last_choices_are_there_again(self, cast: Cast) -> None:
        cast.ann.press("/tools/upscale", image=(BytesIO(png()), "a.png"), scale="8")
        page = cast.ann.get("/tools/upscale").text
        assert re.search(r'name="scale" value="8" [^>]*checked', page)

    def test_what_came_in_can_be_looked_at_by_its_owner_alone(self, cast: Cast, studio: Studio) -> None:
        job_id = cast.ann.uses("convert", png(), option="webp")
        studio.works("tools")
        assert cast.ann.get(f"/jobs/{job_id}/before").headers["Content-Type"].startswith("image/")
        assert cast.ben.get(f"/jobs/{job_id}/before").status_code == 404
        assert cast.guest().get(f"/{job_id}?raw=1").status_code == 200

    def test_a_guests_files_are_not_even_read(self, cast: Cast) -> None:
        body = {"data": bytes(4 * 1024 * 1024), "content_type": "multipart/form-data; boundary=line"}
        for path in ("/api/convert", "/tools/convert"):
            assert cast.guest().post(path, **body).status_code == 401

    def test_a_free_look_is_no_part_of_the_history(self, cast: Cast, studio: Studio) -> None:
        for action in ("look", "strip"):
            cast.ann.uses("metadata", png(), f"{action}.png", action=action)
        studio.works("tools")
        page = cast.ann.get("/history").text
        assert "strip.png" in page
        assert "look.png" not in page
