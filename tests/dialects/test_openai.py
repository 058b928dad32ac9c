"""The OpenAI dialect's answers, held to OpenAI's own description of them."""

import base64
from io import BytesIO

import pytest
from PIL import Image

from app.extensions import db, transaction
from app.imaging import encode
from app.jobs import retention
from app.jobs.models import Job, Picture
from app.web.idempotency import KnownRequest
from tests.cast import Cast, Program, Studio, png
from tests.conftest import Clock
from tests.dialects.calls import HOST, generates, last_job, mask, opened, pictures, sends
from tests.dialects.openapi import conforms

ALIASES = ("gpt-image-2", "gpt-image-1.5", "gpt-image-1", "gpt-image-1-mini", "chatgpt-image-latest")
SIZES = ("auto", "1024x1024", "1536x1024", "1024x1536", "256x256", "512x512", "1792x1024", "1024x1792")
BALLOON: dict[str, object] = {"prompt": "a red balloon"}


@pytest.mark.needs("corpora")
@pytest.mark.parametrize("size", SIZES)
def test_every_size_they_name_is_exact(program: Program, painted: Studio, size: str) -> None:
    body = {"prompt": "a red fox", "size": size, "model": "gpt-image-1"}
    assert conforms(body, "CreateImageRequest")
    answer = program.post("/v1/images/generations", json=body)
    [image] = pictures(program, answer)
    assert conforms(answer.json, "ImagesResponse")
    assert f"{image.width}x{image.height}" == ("1024x1024" if size == "auto" else size)


@pytest.mark.needs("corpora")
@pytest.mark.parametrize("quality", ["auto", "low", "medium", "standard", "high", "hd"])
def test_high_qualities_cost_more_and_are_as_large(cast: Cast, program: Program, painted: Studio, quality: str) -> None:
    before = cast.ann.credits
    answer = generates(program, quality=quality, size="512x512")
    assert conforms(answer.json, "ImagesResponse")
    assert [image.size for image in pictures(program, answer)] == [(512, 512)]
    assert before - cast.ann.credits == (30 if quality in ("high", "hd") else 20)


@pytest.mark.parametrize(("size", "price"), [("1536x864", 20), ("1536x1536", 30), ("2560x1440", 50)])
def test_a_size_of_ones_own_costs_what_as_many_pixels_do(
    cast: Cast, program: Program, painted: Studio, size: str, price: int
) -> None:
    before = cast.ann.credits
    [image] = pictures(program, generates(program, size=size))
    assert f"{image.width}x{image.height}" == size
    assert before - cast.ann.credits == price


@pytest.mark.parametrize("style", ["vivid", "natural"])
def test_their_styles_are_looks_of_the_tool(program: Program, painted: Studio, style: str) -> None:
    assert generates(program, style=style).status_code == 200
    assert last_job().facts["style"] == {"vivid": "vivid", "natural": "standard"}[style]


def test_several_are_one_order_and_all_different(cast: Cast, program: Program, painted: Studio) -> None:
    before = cast.ann.credits
    answer = generates(program, n=3, response_format="b64_json")
    assert len({image["b64_json"] for image in answer.json["data"]}) == 3
    assert before - cast.ann.credits == 60
    assert db.session.query(Job).count() == 1


def test_ten_cost_ten_times_as_much(cast: Cast, program: Program, painted: Studio) -> None:
    before = cast.ann.credits
    assert len(generates(program, n=10, size="256x256").json["data"]) == 10
    assert before - cast.ann.credits == 200


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
@pytest.mark.parametrize("way", ["url", "b64_json"])
@pytest.mark.needs("corpora")
def test_every_kind_of_file_comes_both_ways(program: Program, painted: Studio, kind: str, way: str) -> None:
    answer = generates(program, output_format=kind, response_format=way)
    assert conforms(answer.json, "ImagesResponse")
    assert list(answer.json["data"][0]) == [way]
    assert [image.format for image in pictures(program, answer)] == [kind.upper()]
    assert answer.json["output_format"] == kind


def test_the_png_is_there_beside_another_kind(program: Program, painted: Studio) -> None:
    url = generates(program, output_format="webp").json["data"][0]["url"].removeprefix(HOST)
    assert url.endswith(".webp")
    assert opened(program.get(url.replace(".webp", ".png")).data).format == "PNG"


@pytest.mark.parametrize("kind", ["jpeg", "webp"])
def test_output_compression_is_the_quality_of_the_file(kind: str) -> None:
    noise = Image.effect_noise((64, 64), 100).convert("RGB")
    lengths = [len(encode.as_kind(noise, kind, quality).data) for quality in (0, 50, 100)]
    assert lengths == sorted(set(lengths))


@pytest.mark.parametrize("model", ALIASES)
def test_models_that_send_pictures_do_so_unasked(program: Program, painted: Studio, model: str) -> None:
    assert "b64_json" in generates(program, model=model).json["data"][0]
    assert "url" in generates(program, model=model, response_format="url").json["data"][0]


@pytest.mark.parametrize("model", ["dall-e-3", "dall-e-2", "illustrator", None])
def test_other_models_send_addresses(program: Program, painted: Studio, model: str | None) -> None:
    assert generates(program, model=model).json["data"][0]["url"].startswith("http://localhost/images/")


def test_what_is_null_was_left_out(program: Program, painted: Studio) -> None:
    nothing = dict.fromkeys(("model", "n", "size", "quality", "style", "background", "stream", "user"))
    assert generates(program, **nothing).status_code == 200


def test_who_the_end_user_is_is_taken_and_not_kept(program: Program, painted: Studio) -> None:
    assert generates(program, user="user-1234", safety_identifier="abc").status_code == 200
    assert "user-1234" not in str(last_job().params)


@pytest.mark.needs("corpora")
def test_an_edit_without_a_mask_is_of_the_whole_picture(cast: Cast, program: Program, painted: Studio) -> None:
    before = cast.ann.credits
    answer = sends(program, "edits", prompt="at night", n="2")
    assert conforms(answer.json, "ImagesResponse")
    assert [image.size for image in pictures(program, answer)] == [(40, 30)] * 2
    assert last_job().tool == "image-to-image"
    assert before - cast.ann.credits == 60


@pytest.mark.parametrize(("fidelity", "strength"), [("low", 0.5), ("high", 0.3)])
def test_more_fidelity_leaves_the_picture_less_far(
    program: Program, painted: Studio, fidelity: str, strength: float
) -> None:
    sends(program, "edits", prompt="at night", input_fidelity=fidelity)
    assert last_job().params["strength"] == strength


def test_an_edit_with_a_mask_paints_what_is_see_through(program: Program, painted: Studio) -> None:
    answer = sends(program, "edits", png(40, 30, "teal"), mask=mask(), **BALLOON)
    [image] = pictures(program, answer)
    assert last_job().tool == "magic-edit"
    assert image.getpixel((2, 2)) == (0, 128, 128)
    assert image.getpixel((15, 15)) != (0, 128, 128)


@pytest.mark.parametrize("quality", ["auto", "high"])
def test_outside_the_mask_nothing_changes_at_any_quality(program: Program, painted: Studio, quality: str) -> None:
    [image] = pictures(program, sends(program, "edits", png(), mask=mask(), quality=quality, **BALLOON))
    rest = [image.getpixel((x, y)) for x in range(40) for y in range(30) if not (10 <= x < 25 and 5 <= y < 25)]
    assert set(rest) == {(0, 128, 128)}


@pytest.mark.parametrize("call", ["edits", "variations"])
@pytest.mark.parametrize("size", ["256x256", "512x512", "1024x1024"])
def test_a_picture_becomes_as_large_as_asked(program: Program, painted: Studio, call: str, size: str) -> None:
    words = BALLOON if call == "edits" else {}
    [image] = pictures(program, sends(program, call, size=size, **words))
    assert f"{image.width}x{image.height}" == size


def test_with_a_mask_too(program: Program, painted: Studio) -> None:
    [image] = pictures(program, sends(program, "edits", mask=mask(), size="512x512", **BALLOON))
    assert image.size == (512, 512)


def test_the_picture_may_come_as_a_list_of_one(program: Program, painted: Studio) -> None:
    form = {"image[]": (BytesIO(png()), "a.png"), "prompt": "at night"}
    answer = program.post("/v1/images/edits", data=form, content_type="multipart/form-data")
    assert answer.status_code == 200


def test_an_edit_may_be_json_with_the_pictures_as_data(program: Program, painted: Studio) -> None:
    def data(file: bytes) -> dict[str, str]:
        return {"image_url": "data:image/png;base64," + base64.b64encode(file).decode()}

    body = {**BALLOON, "images": [data(png())], "mask": data(mask()), "n": 1}
    answer = program.post("/v1/images/edits", json=body)
    assert answer.status_code == 200, answer.text
    assert last_job().tool == "magic-edit"


def see_through() -> bytes:
    out = BytesIO()
    Image.new("RGBA", (40, 30), (255, 0, 0, 0)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.needs("corpora")
def test_a_background_that_is_to_be_opaque_is_white(program: Program, painted: Studio) -> None:
    answer = sends(program, "edits", see_through(), prompt="at night", background="opaque")
    assert conforms(answer.json, "ImagesResponse")
    assert [image.mode for image in pictures(program, answer)] == ["RGB"]
    assert answer.json["background"] == "opaque"


@pytest.mark.needs("corpora")
def test_variations_need_no_words(cast: Cast, program: Program, painted: Studio) -> None:
    before = cast.ann.credits
    answer = sends(program, "variations", n="2")
    assert conforms(answer.json, "ImagesResponse")
    assert [image.size for image in pictures(program, answer)] == [(1024, 1024)] * 2
    assert before - cast.ann.credits == 60


@pytest.mark.needs("corpora")
def test_the_models_are_the_sites_own_and_the_names_it_answers_to(program: Program) -> None:
    answer = program.get("/v1/models")
    names = [model["id"] for model in answer.json["data"]]
    assert conforms(answer.json, "ListModelsResponse")
    assert names[0] == "illustrator"
    assert {*ALIASES, "dall-e-2", "dall-e-3"} < set(names)
    for name in names:
        model = program.get(f"/v1/models/{name}").json
        assert conforms(model, "Model")
        assert model["owned_by"] == "limn"


def test_a_request_that_comes_again_is_one_order(cast: Cast, program: Program, painted: Studio) -> None:
    before = cast.ann.credits
    again = {"headers": {"Idempotency-Key": "order 1"}, "json": {"prompt": "a red fox", "n": 2}}
    first, second = (program.post("/v1/images/generations", **again) for _ in range(2))
    assert first.json == second.json
    assert before - cast.ann.credits == 40


def test_what_came_by_this_dialect_can_be_repeated_on_its_page(cast: Cast, program: Program, painted: Studio) -> None:
    generates(program, size="512x512", n=5)
    answer = cast.ann.press(f"/jobs/{last_job().id}/repeat")
    assert answer.status_code == 303
    painted.works()
    assert cast.ann.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize("address", ["/generate?again={id}", "/jobs/{id}", "/{id}", "/history", "/generate"])
def test_its_pages_show_what_came_by_this_dialect(cast: Cast, program: Program, painted: Studio, address: str) -> None:
    generates(program, size="1792x1024", n=5, style="vivid", quality="hd", output_format="webp")
    page = cast.ann.get(address.format(id=last_job().id))
    assert page.status_code == 200
    assert "a red fox" in page.text
    assert "1:1 ·" not in page.text


@pytest.mark.parametrize("address", ["/tools/magic-edit?again={id}", "/tools/image-to-image?job={id}", "/jobs/{id}"])
def test_so_do_those_of_the_tools(cast: Cast, program: Program, painted: Studio, address: str) -> None:
    sends(program, "edits", mask=mask(), n="2", size="512x512", **BALLOON)
    assert cast.ann.get(address.format(id=last_job().id)).status_code == 200


@pytest.mark.parametrize("way", ["url", "b64_json"])
def test_a_server_that_died_before_it_answered_answers_for_the_same_job(
    cast: Cast, program: Program, painted: Studio, way: str
) -> None:
    before = cast.ann.credits
    again = {"headers": {"Idempotency-Key": "order 1"}, "json": {"prompt": "a red fox", "response_format": way}}
    first = program.post("/v1/images/generations", **again)
    with transaction() as tx:
        tx.query(KnownRequest).update({"answer": None, "status": None})
    assert program.post("/v1/images/generations", **again).json == first.json
    assert before - cast.ann.credits == 20


def test_a_file_that_is_gone_is_not_found_when_the_request_comes_again(
    cast: Cast, painted: Studio, time: Clock
) -> None:
    program = cast.ben.program()
    again = {"headers": {"Idempotency-Key": "order 1"}, "json": {"prompt": "a red fox", "response_format": "b64_json"}}
    assert program.post("/v1/images/generations", **again).status_code == 200
    time.forward(hours=23, minutes=59)
    with transaction() as tx:
        tx.query(Picture).update({"expires_at": time.now()})
    retention.prune(time.now())
    assert program.post("/v1/images/generations", **again).status_code == 404
