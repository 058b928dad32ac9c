"""OpenAI's official libraries at a real site: only the address and the key are changed."""

import asyncio
import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types import ImagesResponse
from PIL import Image

from config import ROOT
from tests.cast import png
from tests.dialects.calls import mask
from tests.sites import running_site
from tests.skips import node, require

PATIENCE = 240  # seconds
SCRIPT = Path(__file__).with_name("sdk.mjs")
pytestmark = pytest.mark.slow


@dataclass
class People:
    """A site, the key of somebody with enough to spend, and that of somebody without."""

    address: str
    key: str
    poor_key: str

    def client(self, key: str | None = None, **options: Any) -> OpenAI:
        return OpenAI(base_url=f"{self.address}/v1", api_key=key or self.key, **options)

    def credits(self) -> int:
        return int(httpx.get(f"{self.address}/api/me", headers={"X-API-Key": self.key}).json()["credits"])


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    folder = tmp_path_factory.mktemp("site")
    with running_site(folder, REQUESTS_PER_MINUTE_FREE="1000") as site:
        rich, poor = (site.register(f"{name}@limn.example")["X-API-Key"] for name in ("pia", "ann"))
        environment = {"DATA_DIR": str(folder / "my data"), "PATH": ""}
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "people", "set-plan", "pia@limn.example", "max"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
        yield People(site.address, rich, poor)


@pytest.fixture(scope="module")
def client(people: People) -> Iterator[OpenAI]:
    with people.client(max_retries=0) as opened:
        yield opened


def file(data: bytes, name: str = "a.png") -> BytesIO:
    found = BytesIO(data)
    found.name = name
    return found


def opened(response: ImagesResponse) -> list[Image.Image]:
    """Whichever way they came."""
    found: list[Image.Image] = []
    for image in response.data or []:
        data = base64.b64decode(image.b64_json) if image.b64_json else httpx.get(image.url or "").content
        found.append(Image.open(BytesIO(data)))
    return found


def test_it_lists_the_models(client: OpenAI) -> None:
    names = [model.id for model in client.models.list()]
    assert names[0] == "illustrator"
    assert "dall-e-3" in names
    assert client.models.retrieve("dall-e-3").object == "model"


def test_it_paints_by_address(people: People, client: OpenAI) -> None:
    before = people.credits()
    response = client.images.generate(
        prompt="a lighthouse", model="dall-e-3", n=3, size="512x512", quality="standard", style="vivid", user="user-1"
    )
    assert [image.size for image in opened(response)] == [(512, 512)] * 3
    assert before - people.credits() == 60


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_it_paints_by_value_in_every_kind(client: OpenAI, kind: Any) -> None:
    compression: dict[str, Any] = {} if kind == "png" else {"output_compression": 70}
    response = client.images.generate(
        prompt="a lighthouse", model="gpt-image-1", size="1536x1024", quality="low", output_format=kind, **compression
    )
    [image] = opened(response)
    assert (image.format, image.size) == (kind.upper(), (1536, 1024))
    assert (response.size, response.output_format, response.quality) == ("1536x1024", kind, "low")


@pytest.mark.parametrize("size", ["1024x1024", "1792x1024", "1024x1792", "256x256"])
def test_it_paints_every_size_at_high_quality(people: People, client: OpenAI, size: Any) -> None:
    before = people.credits()
    [image] = opened(client.images.generate(prompt="a lighthouse", size=size, quality="hd", style="natural"))
    assert f"{image.width}x{image.height}" == size
    assert before - people.credits() == 30


def test_it_edits_what_a_mask_leaves_see_through(client: OpenAI) -> None:
    picture, hole = file(png(400, 300)), file(mask(400, 300))
    [image] = opened(client.images.edit(image=picture, mask=hole, prompt="a red balloon", model="gpt-image-1"))
    assert image.size == (400, 300)
    assert image.getpixel((390, 290)) == (0, 128, 128)


def test_it_edits_a_whole_picture(client: OpenAI) -> None:
    response = client.images.edit(image=[file(png(400, 300))], prompt="at night", n=2, size="512x512")
    assert [image.size for image in opened(response)] == [(512, 512)] * 2


def test_it_paints_variations(client: OpenAI) -> None:
    with pytest.warns(DeprecationWarning, match="deprecated"):
        response = client.images.create_variation(image=file(png(400, 300)), n=2, size="256x256")
    assert [image.size for image in opened(response)] == [(256, 256)] * 2


def test_it_streams(client: OpenAI) -> None:
    painted = list(client.images.generate(prompt="a lighthouse", model="gpt-image-1", stream=True, partial_images=2))
    edited = list(client.images.edit(image=file(png()), prompt="at night", stream=True))
    assert [event.type for event in painted] == ["image_generation.completed"]
    assert [event.type for event in edited] == ["image_edit.completed"]
    assert Image.open(BytesIO(base64.b64decode(painted[0].b64_json))).size == (1024, 1024)


def test_many_at_once_are_all_answered(people: People) -> None:
    async def all_of_them() -> list[ImagesResponse]:
        async with AsyncOpenAI(base_url=f"{people.address}/v1", api_key=people.key) as client:
            calls = (client.images.generate(prompt=f"a lighthouse {n}", size="256x256") for n in range(8))
            return await asyncio.gather(*calls)

    assert [len(response.data or []) for response in asyncio.run(all_of_them())] == [1] * 8


@pytest.mark.parametrize(
    ("options", "error", "code"),
    [
        ({"size": "333x333"}, openai.BadRequestError, "invalid_value"),
        ({"n": 11}, openai.BadRequestError, "invalid_value"),
        ({"background": "transparent"}, openai.BadRequestError, "unsupported_value"),
        ({"output_format": "svg"}, openai.BadRequestError, "unsupported_value"),
        ({"extra_body": {"sampler": "euler"}}, openai.BadRequestError, "unknown_parameter"),
        ({"model": "gpt-5"}, openai.NotFoundError, "model_not_found"),
    ],
)
def test_errors_are_of_the_right_class(
    client: OpenAI, options: dict[str, Any], error: type[openai.APIStatusError], code: str
) -> None:
    with pytest.raises(error) as refused:
        client.images.generate(**{"prompt": "a lighthouse", **options})
    assert refused.value.code == code


def test_a_wrong_key_is_an_authentication_error(people: People) -> None:
    with people.client("sk-1234") as stranger, pytest.raises(openai.AuthenticationError) as refused:
        stranger.models.list()
    assert refused.value.code == "invalid_api_key"


def test_out_of_credits_is_told_at_once(people: People) -> None:
    with people.client(people.poor_key) as poor, pytest.raises(openai.RateLimitError) as refused:
        poor.images.generate(prompt="a lighthouse", n=10)
    assert refused.value.code == "insufficient_quota"
    assert refused.value.request.headers["x-stainless-retry-count"] == "0"  # it would have tried twice more


@pytest.fixture(scope="module")
def said(people: People, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the JavaScript library made of everything."""
    require("openai-js")
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "a.png").write_bytes(png(400, 300))
    (folder / "mask.png").write_bytes(mask(400, 300))
    given = [people.address, people.key, people.poor_key, str(folder / "a.png"), str(folder / "mask.png")]
    done = subprocess.run([node(), SCRIPT, *given], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_javascript_lists_the_models(said: dict[str, Any]) -> None:
    assert said["models"][0] == "illustrator"
    assert said["model"]["id"] == "gpt-image-1"


@pytest.mark.parametrize(
    ("call", "sizes"),
    [
        ("url", [(512, 512)] * 2),
        ("b64", [(1536, 1024)]),
        ("edit", [(400, 300)]),
        ("listed", [(256, 256)]),
        ("variation", [(256, 256)] * 2),
    ],
)
def test_javascript_paints_and_edits(said: dict[str, Any], call: str, sizes: list[tuple[int, int]]) -> None:
    assert [image.size for image in opened(ImagesResponse.model_validate(said[call]))] == sizes


def test_javascript_streams(said: dict[str, Any]) -> None:
    assert [event["type"] for event in said["painted"]] == ["image_generation.completed"]
    assert [event["type"] for event in said["edited"]] == ["image_edit.completed"]


@pytest.mark.parametrize(
    ("call", "error", "code"),
    [
        ("wrong", "BadRequestError", "invalid_value"),
        ("unknown", "BadRequestError", "unknown_parameter"),
        ("nobody", "AuthenticationError", "invalid_api_key"),
        ("nowhere", "NotFoundError", "model_not_found"),
        ("poor", "RateLimitError", "insufficient_quota"),
        ("broken", "BadRequestError", "invalid_image_file"),
    ],
)
def test_javascript_raises_the_right_class(said: dict[str, Any], call: str, error: str, code: str) -> None:
    assert (said[call]["class"], said[call]["code"]) == (error, code)
