"""The command line at a real server: what it writes, says and returns."""

import json
from pathlib import Path

import pytest

from tests.client.conftest import Programmer, format_of, size_of

pytestmark = pytest.mark.slow


def test_a_prompt_becomes_a_file(ann: Programmer) -> None:
    done = ann.limn("generate", "a red fox beside a river", "-o", "fox.png", "--aspect-ratio", "16:9", "--seed", "7")

    assert (done.returncode, done.stdout, done.stderr) == (0, "fox.png\n", "")
    assert size_of(ann.folder / "fox.png") == (1280, 720)
    assert ann.credits == 80


def test_without_a_name_the_prompt_is_the_name_and_nothing_is_replaced(ann: Programmer) -> None:
    first, second = ann.limn("generate", "A red fox!"), ann.limn("generate", "A red fox!")

    assert (first.stdout, second.stdout) == ("a-red-fox.png\n", "a-red-fox-2.png\n")
    assert (ann.folder / "a-red-fox.png").read_bytes() != (ann.folder / "a-red-fox-2.png").read_bytes()


def test_a_batch_goes_through_several_at_once(ann: Programmer) -> None:
    photos = ann.has(*(f"{number}.png" for number in range(6)))
    done = ann.limn("convert", *photos, "--to", "jpg", "--jobs", "3")

    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.split()) == [str(photo.with_suffix(".jpg")) for photo in photos]
    assert done.stderr == "6 done, 60 credits. 40 credits left.\n"
    assert {format_of(photo.with_suffix(".jpg")) for photo in photos} == {"JPEG"}
    assert ann.credits == 40


def test_the_same_content_is_paid_once(ann: Programmer) -> None:
    [photo] = ann.has("photo.png")
    (ann.folder / "copy.png").write_bytes(photo.read_bytes())
    done = ann.limn("convert", "photo.png", "copy.png", "--to", "jpg")

    assert done.stdout.split() == ["photo.jpg", "copy.jpg"]
    assert ann.credits == 90


def test_results_are_called_by_what_was_done(ann: Programmer) -> None:
    ann.has("photo.png")
    assert ann.limn("remove-background", "photo.png").stdout == "photo-no-background.png\n"
    assert ann.limn("upscale", "photo.png", "--scale", "4", "--out-dir", "large").stdout == "large/photo-4x.png\n"
    assert size_of(ann.folder / "large/photo-4x.png") == (160, 120)


def test_the_format_follows_from_the_name(ann: Programmer) -> None:
    ann.has("photo.png")
    assert ann.limn("convert", "photo.png", "-o", "photo.webp").returncode == 0
    assert format_of(ann.folder / "photo.webp") == "WEBP"


def test_a_file_that_is_there_costs_nothing_and_stays(ann: Programmer) -> None:
    ann.has("photo.png", "photo.jpg")
    before = (ann.folder / "photo.jpg").read_bytes()
    refused = ann.limn("convert", "photo.png", "--to", "jpg")

    assert refused.returncode == 1
    assert refused.stderr == "photo.png: photo.jpg is there already. Use --force to replace it.\n"
    assert (ann.folder / "photo.jpg").read_bytes() == before
    assert ann.credits == 100

    assert ann.limn("convert", "photo.png", "--to", "jpg", "--force").returncode == 0
    assert format_of(ann.folder / "photo.jpg") == "JPEG"


def test_what_is_done_is_not_done_again_and_comes_back_when_it_is_lost(ann: Programmer) -> None:
    ann.has("a.png", "b.png")
    ann.limn("convert", "a.png", "b.png", "--to", "jpg")
    again = ann.limn("convert", "a.png", "b.png", "--to", "jpg")
    assert again.stdout == "a.jpg, done before\nb.jpg, done before\n"

    (ann.folder / "b.jpg").unlink()
    lost = ann.limn("convert", "a.png", "b.png", "--to", "jpg")
    assert lost.stdout == "a.jpg, done before\nb.jpg\n"
    assert ann.credits == 80


def test_a_fresh_start_is_paid_anew(ann: Programmer) -> None:
    ann.has("a.png")
    ann.limn("restyle", "a.png", "--style", "comic")
    done = ann.limn("restyle", "a.png", "--style", "comic", "--fresh", "--force")

    assert done.returncode == 0, done.stderr
    assert ann.credits == 40


def test_scripts_read_json(ann: Programmer) -> None:
    ann.has("photo.png")
    (ann.folder / "letter.txt").write_text("no picture")
    done = ann.limn("convert", "photo.png", "letter.txt", "--to", "gif", "--json", "--jobs", "1")

    good, bad = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 1
    assert good["status"] == "done"
    assert good["saved"] == ["photo.gif"]
    assert (good["credit_cost"], good["credits"], good["width_out"]) == (10, 90, 40)
    assert (bad["status"], bad["error"]["code"]) == ("failed", "not_a_picture")


def test_a_free_look_writes_no_file(ann: Programmer) -> None:
    ann.has("photo.png")
    assert ann.limn("metadata", "photo.png").stdout == "photo.png: metadata: nothing is hidden in it\n"


def test_a_price_is_told_before_anything_starts(ann: Programmer) -> None:
    ann.has("a.png", "b.png")
    done = ann.limn("upscale", "a.png", "b.png", "--scale", "8", "--dry-run")

    assert done.stdout == "40 credits; you have 100. Nothing was started.\n"
    assert ann.credits == 100


def test_without_credits_the_batch_stops(ann: Programmer) -> None:
    photos = ann.has(*(f"{number}.png" for number in range(5)))
    done = ann.limn("restyle", *photos, "--style", "oil", "--jobs", "1")

    assert done.returncode == 4
    assert done.stdout.count("-oil.png") == 3
    assert done.stderr.endswith("3 done, 1 failed, 1 not begun, 90 credits. 10 credits left.\n")


def test_jobs_are_told_of_and_stopped(ann: Programmer) -> None:
    with ann.client() as limn:
        job = limn.generate("a big city at night", quality="ultra")
    stopped = ann.limn("cancel", job.id)
    told = ann.limn("job", job.id)
    twice = ann.limn("cancel", job.id)

    assert (stopped.returncode, told.returncode, twice.returncode) == (0, 0, 1)
    assert told.stdout == f"{job.id}: canceled: The job was canceled. Nothing was charged.\n"
    assert twice.stderr == "limn: This job has canceled already.\n"


def test_a_finished_job_can_be_fetched(ann: Programmer) -> None:
    with ann.client() as limn:
        job = limn.generate("a red fox")
    done = ann.limn("job", job.id, "-o", "fox.png", "--json")

    assert json.loads(done.stdout)["status"] == "succeeded"
    assert size_of(ann.folder / "fox.png") == (1024, 1024)
    assert f"/images/{job.id}.png  a red fox\n" in ann.limn("history").stdout


def test_a_login_is_noted_for_its_owner_alone_and_forgotten(ann: Programmer) -> None:
    key, ann.key = ann.key, ""
    assert ann.limn("me").returncode == 3

    signed_in = ann.limn("login", "--url", ann.url, "--key", key)
    noted = ann.folder / ".home" / "login.json"
    assert signed_in.returncode == 0, signed_in.stderr
    assert noted.stat().st_mode & 0o777 == 0o600
    assert key not in signed_in.stdout
    assert "100 credits" in ann.limn("me").stdout

    assert ann.limn("logout").stdout == "Forgotten.\n"
    assert not noted.exists()


def test_a_key_that_is_none_is_not_noted(ann: Programmer) -> None:
    refused = ann.limn("login", "--url", ann.url, "--key", "limn_no_such_key")

    assert refused.returncode == 3
    assert not (ann.folder / ".home" / "login.json").exists()


def test_a_noted_key_goes_to_no_other_server(ann: Programmer, site: str) -> None:
    ann.limn("login", "--url", ann.url, "--key", ann.key)
    ann.key = ""
    assert ann.at(site.replace("127.0.0.1", "localhost")).limn("me").returncode == 3


def test_prices_are_told_to_whoever_asks(ann: Programmer) -> None:
    ann.key = ""
    said = ann.limn("pricing").stdout.splitlines()

    assert said[0] == "Free: 100 credits a month"
    assert said[1] == "Pro: 5,000 credits a month, $14.99 a month or $149.99 a year, 7 days free"
    assert said[-1] == "pack-500: 10,000 credits, $150.00 once"
    assert json.loads(ann.limn("pricing", "--json").stdout)["packs"][0] == {"id": "pack-10", "usd": 5, "credits": 200}


def test_a_wrong_key_stops_everything_in_one_line(ann: Programmer) -> None:
    photos = ann.has("a.png", "b.png")
    ann.limn("tools")
    ann.key = "limn_no_such_key"
    done = ann.limn("convert", *photos, "--to", "jpg", "--jobs", "1")

    assert done.returncode == 3
    assert done.stderr.startswith("limn: This API key is not valid")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no-such-tool"], "There is no command and no tool “no-such-tool”."),
        (["convert", "nowhere.png", "--to", "jpg"], "'nowhere.png' does not exist"),
        (["convert", "photo.png"], "Say what it should become: --to png|jpg|"),
        (["convert", "photo.png", "--to", "exe"], "'exe' is not one of"),
        (["upscale", "photo.png", "--scale", "3"], "'3' is not one of"),
        (["upscale", "photo.png", "photo.png", "-o", "one.png"], "-o names one file"),
        (["generate"], "Missing argument 'PROMPT'"),
    ],
)
def test_a_misunderstanding_is_told_before_anything_starts(ann: Programmer, words: list[str], said: str) -> None:
    ann.has("photo.png")
    done = ann.limn(*words)

    assert done.returncode == 2
    assert said in done.stderr
    assert ann.credits == 100


def test_a_server_out_of_reach_is_named(ann: Programmer, tmp_path: Path) -> None:
    nowhere = ann.at("http://127.0.0.1:9")
    done = nowhere.limn("convert", *ann.has("photo.png"), "--to", "jpg")

    assert done.returncode == 5
    assert done.stderr == "limn: No answer from http://127.0.0.1:9. Is this the address, and is it running?\n"
    assert nowhere.limn("--help").returncode == 0


def test_the_help_of_a_tool_is_the_servers(ann: Programmer) -> None:
    told = " ".join(ann.limn("restyle", "--help").stdout.split())

    assert "--style [photographic|illustration|3d|anime|" in told
    assert "30 credits." in told
