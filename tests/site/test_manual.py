"""The manual at /docs: open to all, complete, every link leads somewhere, and every endpoint can be tried."""

import re
from html import unescape
from io import BytesIO
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask

from app import moderation
from app.refusals import STATUS
from app.site.manual.pages import GUIDES
from app.site.manual.reference import view
from app.site.manual.stable_diffusion import IMG2IMG, OTHERS, TXT2IMG
from app.site.openapi.operations import operations
from app.site.openapi.sections import SECTIONS
from app.site.samples import LANGUAGES
from app.site.samples.call import Language
from app.studio.options import prices
from app.tools import TOOLS
from tests.cast import Actor, Cast, Studio, png

PAGES = ["/docs", *(f"/docs/{guide.slug}" for guide in GUIDES)]


def sections() -> list[str]:
    told = {operation.endpoint.section for operation in operations()}
    return [f"/docs/reference/{section.slug}" for section in SECTIONS if section.name in told]


def text(page: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", page))


@pytest.mark.parametrize("path", PAGES)
def test_a_guide_is_open_to_all(cast: Cast, path: str) -> None:
    assert cast.guest().get(path).status_code == 200


def test_every_endpoint_has_its_place(cast: Cast) -> None:
    pages = "".join(cast.guest().get(path).text for path in sections())
    for operation in operations():
        assert f'id="{operation.id}"' in pages
        assert f"<b>{operation.method}</b> <code>{operation.path}</code>" in pages


def test_every_link_leads_somewhere(cast: Cast) -> None:
    guest = cast.guest()
    pages = {path: guest.get(path).text for path in [*PAGES, *sections()]}
    for path, page in pages.items():
        for link in re.findall(r'href="([^"]+)"', page.split("<main", 1)[1]):
            where = urlsplit(urljoin(path, unescape(link)))
            if where.netloc or where.query:
                continue
            target = pages.get(where.path) or guest.get(where.path)
            if isinstance(target, str):
                assert not where.fragment or f'id="{where.fragment}"' in target, f"{path}: {link}"
            else:
                assert target.status_code in (200, 302), f"{path}: {link}"


def test_a_page_that_is_not_there(cast: Cast) -> None:
    assert cast.guest().get("/docs/nothing").status_code == 404
    assert cast.guest().get("/docs/reference/nothing").status_code == 404


def test_what_is_refused_stands_with_another_way(cast: Cast) -> None:
    page = cast.guest().get("/docs/reference/content-policy").text
    assert {category for category in moderation.categories() if f"<code>{category}</code>" not in page} == set()


def test_every_error_stands_with_what_to_do(cast: Cast) -> None:
    page = cast.guest().get("/docs/errors").text
    assert {code for code in STATUS if f'id="{code}"' not in page} == set()


def test_the_fields_of_an_endpoint_stand_with_bounds_and_defaults(cast: Cast) -> None:
    page = text(cast.guest().get("/docs/reference/pictures").text)
    for told in ("3 to 1,000 characters", "standard, high, ultra", "0 to 4,294,967,295", "Default: 1:1."):
        assert told in page


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_samples_are_in_the_language_that_was_chosen(cast: Cast, language: Language) -> None:
    guest = cast.guest()
    guest.get(f"/docs?in={language.name}")
    page = guest.get("/docs/reference/account").text
    call = view(next(one for one in operations() if one.id == "account_me"), "http://localhost").call
    assert language.write(call) in text(page)
    assert f'href="?in={language.name}#account_me-sample" aria-current="true"' in page


def test_an_unknown_language_is_none(cast: Cast) -> None:
    assert "curl -sS" in text(cast.guest().get("/docs/quick-start?in=cobol").text)


def test_looking_sets_no_cookie(cast: Cast) -> None:
    assert "Set-Cookie" not in cast.guest().get("/docs/quick-start").headers


def test_what_stable_diffusion_calls_a_field_is_one_of_ours(app: Flask) -> None:
    known = {name for tool in TOOLS.values() for name in tool.Params.model_fields}
    known |= {file.name for tool in TOOLS.values() for file in tool.files} | {"mask", "image", "X-API-Key", ""}
    known |= {operation.title for operation in operations()}
    named = {word for pair in (*TXT2IMG, *IMG2IMG, *OTHERS) for word in pair.here.split(", ")}
    assert named <= known


def test_programs_that_read_find_everything(cast: Cast) -> None:
    answer = cast.guest().get("/llms.txt")
    assert answer.mimetype == "text/plain"
    assert answer.text.startswith("# limn\n\n> ")
    assert {one.title for one in operations() if f"- {one.method} {one.path}: " not in answer.text} == set()


def test_the_footer_leads_to_it(cast: Cast) -> None:
    assert '<a href="/docs">the API</a>' in cast.guest().get("/generate").text


def tries(person: Actor, operation: str, **fields: object) -> str:
    answer = person.press(f"/docs/try/{operation}", **fields)
    assert answer.status_code == 200, answer.text
    return text(answer.text)


def test_an_endpoint_is_called_as_who_is_signed_in(cast: Cast) -> None:
    told = tries(cast.ann, "account_me")
    assert "200 OK" in told
    assert '"email": "ann@limn.example"' in told
    assert "RateLimit" in told


def test_trying_starts_a_job_and_costs_as_any_other(cast: Cast, studio: Studio) -> None:
    before = cast.ann.credits
    assert '"status": "queued"' in tries(cast.ann, "generate_create", prompt="a red fox", count="2", style="neon")
    studio.works()
    assert cast.ann.credits == before - 40


def test_a_file_can_be_tried(cast: Cast, studio: Studio) -> None:
    assert '"job_id"' in tries(cast.ann, "tools_rotate", image=(BytesIO(png()), "photo.png"), angle="90")
    assert studio.works("tools") == 1


def test_what_is_wrong_is_told_by_the_api_itself(cast: Cast) -> None:
    told = tries(cast.ann, "generate_create", prompt="a red fox", count="many")
    assert "400 BAD REQUEST" in told
    assert "How many is a whole number." in told


def test_parts_of_an_address_and_of_a_query_are_filled_in(cast: Cast) -> None:
    job = cast.ann.starts()
    assert f'"job_id": "{job}"' in tries(cast.ann, "jobs_show", job_id=job)
    assert '"limit": 5' in tries(cast.ann, "key_history", limit="5")


def test_another_persons_job_is_not_there(cast: Cast) -> None:
    assert "404 NOT FOUND" in tries(cast.ben, "jobs_show", job_id=cast.ann.starts())


def test_what_shows_a_secret_cannot_be_tried(cast: Cast) -> None:
    page = cast.ann.get("/docs/reference/keys").text
    for operation in operations():
        if not operation.keys_may:
            assert cast.ann.press(f"/docs/try/{operation.id}").status_code == 404
            assert f'action="/docs/try/{operation.id}"' not in page


def test_a_guest_signs_in_first(cast: Cast) -> None:
    assert "Sign in" in cast.guest().get("/docs/reference/pictures").text
    assert cast.guest().press("/docs/try/account_me").status_code == 401


def test_trying_needs_the_token_of_the_page(cast: Cast) -> None:
    assert cast.ann.post("/docs/try/account_me").status_code == 400


def test_what_it_costs_stands_on_the_button(cast: Cast) -> None:
    page = cast.ann.get("/docs/reference/tools").text
    assert f"Send it <span>{prices(TOOLS['upscale'])}</span>" in page
