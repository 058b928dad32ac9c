"""One Limn paints for another through the OpenAI dialect, everything real, queues and workers on both sides."""

from collections.abc import Iterator
from io import BytesIO

import httpx
import numpy as np
import pytest
from PIL import Image

from tests.cast import png
from tests.sites import Site, running_site

Headers = dict[str, str]


@pytest.fixture(scope="module")
def painter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The one that paints, with its illustrator."""
    with running_site(tmp_path_factory.mktemp("painter")) as site:
        yield site


@pytest.fixture(scope="module")
def key(painter: Site) -> str:
    return painter.register("limn@limn.example")["X-API-Key"]


@pytest.fixture(scope="module")
def site(painter: Site, key: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The one that people use."""
    settings = {"ENGINE": "openai", "OPENAI_BASE_URL": f"{painter.address}/v1", "OPENAI_API_KEY": key}
    with running_site(tmp_path_factory.mktemp("site"), **settings, OPENAI_MODEL="illustrator") as site:
        yield site


@pytest.fixture(scope="module")
def ann(site: Site) -> Headers:
    return site.register("ann@limn.example")


def test_a_picture_is_painted_there_and_shown_here(site: Site, ann: Headers) -> None:
    asked = {"prompt": "a red fox in the snow", "style": "comic", "aspect_ratio": "3:2", "seed": 7}
    job = _done(site, ann, site.client.post("/api/generate", json=asked, headers=ann))

    assert _file(site, job).size == (1248, 832)
    assert job["credits"] == 80


def test_a_picture_becomes_another(site: Site, ann: Headers) -> None:
    sent = {"image": ("hill.png", png(400, 300, "teal"))}
    asked = {"prompt": "a green hill at dawn", "strength": "0.3"}
    job = _done(site, ann, site.client.post("/api/image-to-image", files=sent, data=asked, headers=ann))

    assert _file(site, job).size == (400, 300)


def test_only_the_marked_part_changes(site: Site, ann: Headers) -> None:
    noise = Image.fromarray(np.random.default_rng(7).integers(0, 255, (240, 320, 3), np.uint8))
    mask = Image.new("L", noise.size)
    mask.paste(255, (200, 60, 280, 140))
    sent = {"image": ("noise.png", _png(noise)), "mask": ("mask.png", _png(mask))}
    asked = {"prompt": "a red ball"}
    job = _done(site, ann, site.client.post("/api/magic-edit", files=sent, data=asked, headers=ann))

    painted, before, hole = (np.asarray(each) for each in (_file(site, job), noise, mask))
    corner = np.s_[:150, :]  # a small watermark stands below
    assert (painted[corner][hole[corner] == 0] == before[corner][hole[corner] == 0]).all()
    assert (painted[hole > 0] != before[hole > 0]).any()


def test_what_is_against_its_rules_there_is_refused_here(painter: Site, key: str) -> None:
    """Ours would refuse it before it asked: so it is asked directly, and says it as our engine reads it."""
    asked = {"prompt": "a naked woman"}
    answer = httpx.post(f"{painter.address}/v1/images/generations", json=asked, headers={"X-API-Key": key}, timeout=30)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "content_policy_violation")


def test_nobody_here_learns_the_key(site: Site, ann: Headers, key: str) -> None:
    pages = [site.client.get(path, headers=ann).text for path in ("/", "/pricing", "/v1/models", "/health/ready")]

    assert key not in "".join(pages) + site.output.read_text()


def _done(site: Site, person: Headers, answer: httpx.Response) -> dict[str, object]:
    """The job once it is done."""
    assert answer.status_code in (200, 202), answer.text
    path = f"/api/job/{answer.json()['job_id']}"
    site.wait_until(lambda: site.client.get(path, headers=person).json()["status"] in ("succeeded", "failed"))
    job: dict[str, object] = site.client.get(path, headers=person).json()
    assert job["status"] == "succeeded", job
    return job


def _file(site: Site, job: dict[str, object]) -> Image.Image:
    return Image.open(BytesIO(site.client.get(str(job["image_url"])).content)).convert("RGB")


def _png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
