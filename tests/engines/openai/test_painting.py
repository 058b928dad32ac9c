"""An endpoint paints: what is asked of it, and what becomes of its answers."""

from base64 import encodebytes
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from app.engines.openai.engine import Endpoint
from app.engines.protocol import PaintRequest, Source, quiet
from tests.engines.openai.conftest import KEY, MakeEngine
from tests.engines.openai.stub import Stub, data, error, picture, pictures

FOX = PaintRequest("a red fox", 96, 64, seed=7)


def test_words_become_a_picture_of_the_exact_size(engine: Endpoint) -> None:
    painting = engine.paint(FOX, quiet)[0]

    assert (painting.image.size, painting.image.mode, painting.seed) == ((96, 64), "RGB", 7)
    assert painting.image.getpixel((48, 32)) == (0, 128, 128)


def test_it_is_asked_as_the_images_api_has_it(engine: Endpoint, stub: Stub) -> None:
    engine.paint(PaintRequest("a red fox", 1280, 720, seed=7, negative_prompt="snow"), quiet)

    asked = stub.asked[0]
    assert (asked.method, asked.path) == ("POST", "/v1/images/generations")
    assert asked.headers["Authorization"] == f"Bearer {KEY}"
    assert asked.fields == {
        "prompt": "a red fox",
        "size": "1280x720",
        "response_format": "b64_json",
        "negative_prompt": "snow",
        "seed": 7,
        "model": "sdxl",
        "stream": True,
        "partial_images": 3,
    }


def test_without_key_and_model_neither_is_sent(endpoint: MakeEngine, stub: Stub) -> None:
    endpoint("", key="").paint(FOX, quiet)

    assert "Authorization" not in stub.asked[0].headers
    assert "model" not in stub.asked[0].fields


def test_a_style_is_said_in_words(engine: Endpoint, stub: Stub) -> None:
    painting = engine.paint(PaintRequest("a red fox", 64, 64, 7, style="pencil"), quiet)[0]

    assert painting.style == "pencil"
    assert stub.asked[0].fields["prompt"].startswith("pencil drawing, a red fox, graphite")


def test_models_of_openai_are_asked_for_what_they_know(endpoint: MakeEngine, stub: Stub) -> None:
    wide = PaintRequest("a fox", 1280, 720, 7, count=2, quality="high", negative_prompt="snow")
    stub.does(pictures(picture(), picture()))
    endpoint("gpt-image-1.5").paint(wide, quiet)

    assert stub.asked[0].fields == {
        "prompt": "a fox. Leave out: snow",
        "size": "1536x1024",
        "quality": "high",
        "n": 2,
        "model": "gpt-image-1.5",
    }


def test_several_pictures_are_asked_for_together(engine: Endpoint, stub: Stub) -> None:
    stub.does(pictures(picture(colour="red"), picture(colour="blue")))
    paintings = engine.paint(PaintRequest("a fox", 64, 64, 7, count=2), quiet)

    assert len(stub.asked) == 1
    assert [painting.seed for painting in paintings] == [7, 8]
    assert [painting.image.getpixel((0, 0)) for painting in paintings] == [(255, 0, 0), (0, 0, 255)]


def test_who_gives_fewer_is_asked_for_the_rest(engine: Endpoint, stub: Stub) -> None:
    paintings = engine.paint(PaintRequest("a fox", 64, 64, 7, count=3), quiet)

    assert len(paintings) == 3
    assert [asked.fields.get("n", 1) for asked in stub.asked] == [3, 2, 1]
    assert [asked.fields["seed"] for asked in stub.asked] == [7, 8, 9]


def test_more_than_asked_for_is_left(engine: Endpoint, stub: Stub) -> None:
    stub.does(pictures(picture(), picture()))

    assert len(engine.paint(FOX, quiet)) == 1


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_another_size_and_kind_is_cut_to_the_one_wanted(engine: Endpoint, stub: Stub, kind: str) -> None:
    stub.does(pictures(picture((200, 500), kind=kind)))

    assert engine.paint(FOX, quiet)[0].image.size == (96, 64)


def test_what_is_see_through_gets_white_paper(engine: Endpoint, stub: Stub) -> None:
    stub.does(pictures(picture(colour=(0, 0, 0, 0))))

    assert engine.paint(FOX, quiet)[0].image.getpixel((0, 0)) == (255, 255, 255)


def test_a_picture_can_come_by_its_address_at_the_endpoint(engine: Endpoint, stub: Stub) -> None:
    stub.does(data({"url": f"{stub.root}/files/1.png"}), lambda handler: handler.say(200, picture(colour="red")))
    painting = engine.paint(FOX, quiet)[0]

    assert painting.image.getpixel((0, 0)) == (255, 0, 0)
    assert (stub.asked[1].method, stub.asked[1].path) == ("GET", "/files/1.png")


@pytest.mark.parametrize(
    "how", [{"url": "data:image/png;base64,{}"}, {"b64_json": "data:image/png;base64,{}"}, {"b64_json": "{}\n"}]
)
def test_a_picture_can_be_written_in_several_ways(engine: Endpoint, stub: Stub, how: dict[str, str]) -> None:
    written = encodebytes(picture(colour="red")).decode()
    stub.does(data({name: value.format(written) for name, value in how.items()}))

    assert engine.paint(FOX, quiet)[0].image.getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.parametrize("name", ["response_format", "seed", "negative_prompt"])
def test_what_it_does_not_take_is_left_out_from_then_on(engine: Endpoint, stub: Stub, name: str) -> None:
    stub.does(error(400, "unknown_parameter", f"Unknown parameter: '{name}'.", param=name))
    request = PaintRequest("a fox", 64, 64, 7, negative_prompt="snow")
    engine.paint(request, quiet)
    engine.paint(request, quiet)

    assert [name in asked.fields for asked in stub.asked] == [True, False, False]


def test_what_its_words_name_is_left_out_too(engine: Endpoint, stub: Stub) -> None:
    stub.does(error(422, message="seed is not supported by this backend"))
    engine.paint(FOX, quiet)

    assert [("seed" in asked.fields) for asked in stub.asked] == [True, False]


def test_what_it_cannot_leave_out_is_said_in_words(engine: Endpoint, stub: Stub) -> None:
    stub.does(error(400, param="negative_prompt"))
    engine.paint(PaintRequest("a fox", 64, 64, 7, negative_prompt="snow"), quiet)

    assert stub.asked[1].fields["prompt"] == "a fox. Leave out: snow"


def test_sizes_that_its_refusal_names_are_asked_for(engine: Endpoint, stub: Stub) -> None:
    told = "Invalid value: '384x256'. Supported values are: '512x512', '768x512', '512x768' and 'auto'."
    stub.does(error(400, "invalid_value", told, param="size"))
    painting = engine.paint(FOX, quiet)[0]

    assert [asked.fields["size"] for asked in stub.asked] == ["384x256", "768x512"]
    assert painting.image.size == (96, 64)


@pytest.mark.parametrize(("told", "then"), [("At most 1024x1024.", "1024x1024"), ("It is too large.", None)])
def test_a_size_that_is_refused_says_nothing_of_others(
    engine: Endpoint, stub: Stub, told: str, then: str | None
) -> None:
    stub.does(error(400, message=told, param="size"))
    engine.paint(PaintRequest("a fox", 2048, 2048, 7), quiet)
    engine.paint(PaintRequest("a fox", 512, 256, 7), quiet)

    assert [asked.fields.get("size") for asked in stub.asked] == ["2048x2048", then, "512x256"]


def test_a_refusal_that_taught_nothing_good_is_not_remembered(engine: Endpoint, stub: Stub) -> None:
    stub.does(error(400, param="seed"), error(400, message="The moon is wrong."))
    with pytest.raises(Exception, match="The moon is wrong"):
        engine.paint(FOX, quiet)
    engine.paint(FOX, quiet)

    assert "seed" in stub.asked[2].fields


def test_several_threads_paint_at_once(engine: Endpoint, stub: Stub) -> None:
    stub.refuses = {"seed", "response_format"}
    with ThreadPoolExecutor(4) as threads:
        painted = list(threads.map(lambda seed: engine.paint(PaintRequest("a fox", 64, 64, seed), quiet), range(8)))

    assert [paintings[0].seed for paintings in painted] == list(range(8))
    assert not stub.refuses & set(stub.asked[-1].fields)


GREEN = Image.new("RGB", (120, 80), "green")


def test_a_given_picture_is_sent_whole_and_comes_back_at_its_size(engine: Endpoint, stub: Stub) -> None:
    stub.does(pictures(picture((256, 176), "red")))
    painting = engine.paint(PaintRequest.of(Source(GREEN, 0.3), "a meadow", 7), quiet)[0]

    asked = stub.asked[0]
    assert asked.path == "/v1/images/edits"
    assert asked.fields["prompt"].startswith("a meadow. Change the given picture only a little")
    assert asked.fields["input_fidelity"] == "high"
    sent = _opened(asked.files["image"])
    assert f"{sent.width}x{sent.height}" == asked.fields["size"]
    assert sent.getpixel((0, 0)) == sent.getpixel((sent.width - 1, sent.height - 1)) == (0, 128, 0)
    assert (painting.image.size, painting.image.getpixel((60, 40))) == ((120, 80), (255, 0, 0))


def test_without_strength_the_picture_stays_and_nobody_is_asked(engine: Endpoint, stub: Stub) -> None:
    noise = Image.fromarray(np.random.default_rng(7).integers(0, 255, (80, 120, 3), np.uint8))
    painting = engine.paint(PaintRequest.of(Source(noise, 0.0), "a meadow"), quiet)[0]

    assert (painting.image.tobytes(), stub.asked) == (noise.tobytes(), [])


def test_a_style_without_words_paints_the_same_again(engine: Endpoint, stub: Stub) -> None:
    engine.paint(PaintRequest.of(Source(GREEN), style="oil"), quiet)

    assert stub.asked[0].fields["prompt"].startswith("The given picture, painted again as this: oil painting")


def test_a_picture_alone_asks_for_another_like_it(engine: Endpoint, stub: Stub) -> None:
    engine.paint(PaintRequest.of(Source(GREEN)), quiet)

    assert stub.asked[0].fields["prompt"].startswith("Another picture like the given one.")


@pytest.mark.parametrize("name", ["sdxl", "gpt-image-1.5"])
def test_only_what_the_mask_marks_is_painted(endpoint: MakeEngine, stub: Stub, name: str) -> None:
    noise = Image.fromarray(np.random.default_rng(7).integers(0, 255, (80, 120, 3), np.uint8))
    mask = Image.new("L", (120, 80))
    mask.paste(255, (30, 20, 60, 50))
    stub.does(pictures(picture((1024, 1024), "red")))
    painting = endpoint(name).paint(PaintRequest.of(Source(noise, mask=mask), "a red ball"), quiet)[0]

    painted, hole = np.asarray(painting.image), np.asarray(mask) > 0
    assert (painted[~hole] == np.asarray(noise)[~hole]).all()
    assert (painted[hole] == (255, 0, 0)).all()


def test_its_mask_is_see_through_where_to_repaint(engine: Endpoint, stub: Stub) -> None:
    mask = Image.new("L", (120, 80))
    mask.paste(255, (0, 0, 60, 80))
    engine.paint(PaintRequest.of(Source(GREEN, mask=mask), "a tree"), quiet)

    asked = stub.asked[0]
    sent, canvas = _opened(asked.files["mask"]), _opened(asked.files["image"]).size
    assert (sent.mode, sent.size) == ("RGBA", canvas)
    assert sent.getpixel((80, canvas[1] // 2)) == (255, 255, 255, 0)
    assert sent.getpixel((canvas[0] - 10, canvas[1] // 2)) == (0, 0, 0, 255)
    assert asked.fields["prompt"] == "a tree"


def test_transparency_stays(engine: Endpoint, stub: Stub) -> None:
    clear = Image.new("RGBA", (64, 64), (0, 128, 0, 255))
    clear.putpixel((0, 0), (0, 0, 0, 0))
    painting = engine.paint(PaintRequest.of(Source(clear), "a meadow"), quiet)[0]

    assert painting.image.mode == "RGBA"
    assert [painting.image.getchannel("A").getpixel(place) for place in ((0, 0), (5, 5))] == [0, 255]
    assert _opened(stub.asked[0].files["image"]).mode == "RGB"


def test_progress_is_told_all_the_time_and_never_goes_back(engine: Endpoint, stub: Stub) -> None:
    told: list[float] = []

    def on_progress(share: float, previews: Sequence[Image.Image] | None = None) -> None:
        told.append(share)

    engine.paint(PaintRequest("a fox", 64, 64, 7, count=2), on_progress)

    assert told == sorted(told)
    assert told[0] < 0.5
    assert told[-1] == 1.0


def _opened(file: bytes) -> Image.Image:
    return Image.open(BytesIO(file))
