"""The share page and the file behind it."""

import pytest

from tests.cast import Cast, Studio


@pytest.fixture
def shared(cast: Cast, studio: Studio) -> str:
    job_id = cast.ann.starts("a red fox & a river", aspect_ratio="16:9")
    studio.works()
    return job_id


def test_whoever_has_the_link_sees_page_and_file(cast: Cast, shared: str) -> None:
    for viewer in (cast.ann, cast.ben, cast.guest()):
        assert "a red fox &amp; a river" in viewer.get(f"/{shared}").text
        assert viewer.get(f"/{shared}?raw=1").data.startswith(b"\x89PNG")


def test_the_page_tells_other_sites_what_it_shows(cast: Cast, shared: str) -> None:
    page = cast.guest().get(f"/{shared}").text
    assert f'property="og:image" content="http://localhost/{shared}?raw=1"' in page
    assert 'property="og:image:width" content="1280"' in page
    assert f'property="og:url" content="http://localhost/{shared}"' in page


def test_sharing_can_be_switched_off_and_on(cast: Cast, shared: str) -> None:
    cast.ann.press(f"/jobs/{shared}/sharing", on="0")
    for path in (f"/{shared}", f"/{shared}?raw=1", f"/{shared}?thumb=1"):
        assert cast.ben.get(path).status_code == 404
        assert cast.ann.get(path).status_code == 200
    answer = cast.ann.post(f"/api/job/{shared}/sharing", json={"on": True})
    assert answer.status_code == 200
    assert cast.ben.get(f"/{shared}").status_code == 200


def test_only_the_owner_switches_sharing(cast: Cast, shared: str) -> None:
    assert cast.ben.post(f"/api/job/{shared}/sharing", json={"on": False}).status_code == 404
    assert cast.guest().post(f"/api/job/{shared}/sharing", json={"on": False}).status_code == 401
    assert cast.ben.get(f"/{shared}").status_code == 200


def test_the_file_is_sent_as_what_we_wrote_and_runs_nothing(cast: Cast, shared: str) -> None:
    headers = cast.guest().get(f"/{shared}?raw=1").headers
    assert headers["Content-Type"] == "image/png"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Content-Disposition"] == f'inline; filename="limn-{shared[:8]}.png"'
    assert not headers["ETag"].startswith("W/")


def test_the_file_is_revalidated(cast: Cast, shared: str) -> None:
    whole = cast.guest().get(f"/{shared}?raw=1")
    again = cast.guest().get(f"/{shared}?raw=1", headers={"If-None-Match": whole.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    cast.ann.press(f"/jobs/{shared}/sharing", on="0")
    revoked = cast.guest().get(f"/{shared}?raw=1", headers={"If-None-Match": whole.headers["ETag"]})
    assert revoked.status_code == 404


def test_a_part_of_the_file_can_be_asked_for(cast: Cast, shared: str) -> None:
    whole = cast.guest().get(f"/{shared}?raw=1").data
    part = cast.guest().get(f"/{shared}?raw=1", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, whole[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    assert cast.guest().get(f"/{shared}?raw=1", headers={"Range": f"bytes={len(whole)}-"}).status_code == 416


def test_a_download_is_an_attachment(cast: Cast, shared: str) -> None:
    assert cast.guest().get(f"/{shared}?download=1").headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("path", ["/{}/2", "/{}/2?raw=1", "/{}/0?raw=1", "/{}x", "/" + "0" * 22])
def test_what_is_not_there_is_not_found(cast: Cast, shared: str, path: str) -> None:
    assert cast.ann.get(path.format(shared)).status_code == 404


def test_a_waiting_job_has_no_share_page(cast: Cast) -> None:
    assert cast.ann.get(f"/{cast.ann.starts()}").status_code == 404


def test_each_of_several_pictures_has_its_own(cast: Cast, studio: Studio) -> None:
    job_id = cast.ann.starts(count=2)
    studio.works()
    first, second = (cast.ben.get(path).data for path in (f"/{job_id}?raw=1", f"/{job_id}/2?raw=1"))
    assert first != second
    assert f"/{job_id}?thumb=1" in cast.ben.get(f"/{job_id}/2").text


def test_absolute_links_use_the_public_address_when_there_is_one(cast: Cast, shared: str) -> None:
    settings = cast.app.extensions["settings"]
    cast.app.extensions["settings"] = settings.model_copy(update={"PUBLIC_URL": "https://limn.example"})
    assert cast.ann.job(shared)["share_url"] == f"https://limn.example/{shared}"
