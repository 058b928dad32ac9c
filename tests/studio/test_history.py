"""History: newest first, page by page."""

from tests.cast import Cast, Studio
from tests.conftest import Clock


def test_it_shows_ones_own_and_newest_first(cast: Cast, studio: Studio, time: Clock) -> None:
    first = cast.ann.starts("a red fox")
    time.forward(seconds=1)
    second = cast.ann.starts("a blue whale")
    cast.ben.starts("a green frog")
    studio.works()
    page = cast.ann.get("/history").text
    assert page.index(second) < page.index(first)
    assert "green frog" not in page


def test_pages_follow_one_another_without_gap_or_repeat(cast: Cast, time: Clock) -> None:
    made = []
    for number in range(30):
        made.append(cast.pia.starts(f"picture number {number}"))
        if number % 3:
            time.forward(seconds=1)  # some are of the same moment
    first = cast.pia.get("/history").text
    address = first.split('href="/history?after=', 1)[1].split('"', 1)[0]
    second = cast.pia.get(f"/history?after={address}", headers={"HX-Request": "true"}).text
    assert "<html" not in second
    shown = [[job_id for job_id in made if f"/jobs/{job_id}" in page] for page in (first, second)]
    assert [len(page) for page in shown] == [24, 6]
    assert sorted(shown[0] + shown[1]) == sorted(made)
    assert "after=" not in second


def test_an_empty_one_suggests_a_beginning(cast: Cast) -> None:
    assert "/generate" in cast.ben.get("/history").text


def test_a_guest_sees_the_picture_of_this_browser(cast: Cast) -> None:
    guest, other = cast.guest(), cast.guest("192.0.2.9")
    job_id = guest.starts()
    assert job_id in guest.get("/history").text
    assert job_id not in other.get("/history").text


def test_a_cursor_that_is_none_is_refused(cast: Cast) -> None:
    assert cast.ann.get("/history?after=yesterday_x").status_code == 400
