"""GET /api/images/history, and the addresses it tells."""

from io import BytesIO

import pytest
from flask import Flask
from PIL import Image

from app.jobs import retention
from tests.cast import Actor, Cast, Program, Studio
from tests.conftest import Clock

HISTORY = "/api/images/history"


def makes(program: Program, *prompts: str) -> list[str]:
    answers = [program.post("/api/images/generate", json={"prompt": prompt}) for prompt in prompts]
    return [str(answer.json["image"]["id"]) for answer in answers]


def path(actor: Actor, number: int = 0) -> str:
    return str(actor.get(HISTORY).json["images"][number]["url"]).removeprefix("http://localhost")


def test_it_is_empty_at_first(program: Program) -> None:
    empty = {"page": 1, "limit": 20, "total": 0, "pages": 0}
    assert program.get(HISTORY).json == {"success": True, "images": [], "pagination": empty}


def test_the_newest_comes_first_page_by_page(program: Program, painted: Studio, time: Clock) -> None:
    made = []
    for number in range(5):
        made += makes(program, f"fox {number}")
        time.forward(seconds=1)
    first = program.get(f"{HISTORY}?limit=2").json
    last = program.get(f"{HISTORY}?page=3&limit=2").json
    assert [image["id"] for image in first["images"]] == [made[4], made[3]]
    assert [image["prompt"] for image in last["images"]] == ["fox 0"]
    assert last["pagination"] == {"page": 3, "limit": 2, "total": 5, "pages": 3}
    assert program.get(f"{HISTORY}?page=4&limit=2").json["images"] == []


def test_an_entry_is_what_its_request_was_answered_with(program: Program, painted: Studio) -> None:
    answer = program.post("/api/images/generate", json={"prompt": "a fox", "size": "1792x1024", "style": "vivid"})
    assert program.get(HISTORY).json["images"] == [answer.json["image"]]


def test_pictures_made_elsewhere_are_there_too(cast: Cast, program: Program, painted: Studio) -> None:
    cast.ann.starts("two foxes", count=2, style="oil", aspect_ratio="16:9")
    painted.works()
    images = program.get(HISTORY).json["images"]
    assert [(image["size"], image["style"]) for image in images] == [("1280x720", "oil")] * 2
    assert images[1]["id"] == f"{images[0]['id']}-2"
    assert cast.guest().get(path(program, 1)).status_code == 200


def test_a_stranger_sees_nothing_of_it(cast: Cast, program: Program, painted: Studio) -> None:
    makes(program, "a fox")
    assert cast.ben.program().get(HISTORY).json["images"] == []
    assert cast.guest().get(HISTORY).json == {"error": "Authentication required"}


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=-1", "page=99999999999", "limit=0", "limit=101", "limit="])
def test_a_page_that_is_none_is_refused_by_name(program: Program, query: str) -> None:
    answer = program.get(f"{HISTORY}?{query}")
    assert answer.status_code == 400
    assert query.split("=")[0] in answer.json["error"].lower()


def test_the_address_needs_no_credentials_and_holds_a_png(cast: Cast, program: Program, painted: Studio) -> None:
    makes(program, "a fox")
    answer = cast.guest().get(path(program))
    assert answer.headers["Content-Type"] == "image/png"
    with Image.open(BytesIO(answer.data)) as image:
        assert (image.format, image.size) == ("PNG", (1024, 1024))


def test_sharing_that_is_off_hides_it_from_all_but_its_owner(cast: Cast, program: Program, painted: Studio) -> None:
    [job_id] = makes(program, "a fox")
    address = path(program)
    cast.ann.post(f"/api/job/{job_id}/sharing", json={"on": False})
    assert cast.guest().get(address).status_code == 404
    assert cast.ben.get(address).status_code == 404
    assert program.get(address).status_code == 200


def test_on_free_the_file_goes_after_a_day_and_with_it_the_entry(cast: Cast, painted: Studio, time: Clock) -> None:
    program = cast.ann.program()
    makes(program, "a fox")
    address = path(program)
    retention.prune(time.forward(hours=25))
    assert cast.guest().get(address).status_code == 404
    assert program.get(HISTORY).json["pagination"]["total"] == 0


@pytest.mark.parametrize("address", ["/images/{id}-2.png", "/images/{id}.jpeg", "/images/{id}.gif", "/images/x.png"])
def test_other_addresses_lead_nowhere(cast: Cast, program: Program, painted: Studio, address: str) -> None:
    [job_id] = makes(program, "a fox")
    assert cast.guest().get(address.format(id=job_id)).status_code == 404


def test_a_picture_that_is_not_ready_has_no_address(cast: Cast) -> None:
    assert cast.guest().get(f"/images/{cast.ann.starts()}.png").status_code == 404


def test_both_databases_page_alike(any_app: Flask, time: Clock) -> None:
    cast, studio = Cast(any_app), Studio(any_app)
    for number in range(3):
        cast.ann.starts(f"fox {number}")
        time.forward(seconds=1)
    cast.ben.starts("an owl")
    studio.works()
    page = cast.ann.program().get(f"{HISTORY}?page=1&limit=2").json
    assert [image["prompt"] for image in page["images"]] == ["fox 2", "fox 1"]
    assert page["pagination"] == {"page": 1, "limit": 2, "total": 3, "pages": 2}
