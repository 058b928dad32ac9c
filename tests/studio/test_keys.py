"""API keys as people and programs make, use and end them."""

import re

import pytest

from tests.cast import Answer, Cast, Program, Studio, png
from tests.conftest import Clock, MakeApp


def code(answer: Answer) -> str:
    return str(answer.json["error"]["code"])


class TestUsing:
    @pytest.mark.parametrize("header", ["X-API-Key", "Authorization"])
    def test_a_program_brings_it_in_either_header(self, cast: Cast, header: str) -> None:
        program = Program(cast.app, cast.ann.makes_key(), header)
        assert program.get("/api/me").json["email"] == "ann@limn.example"

    def test_a_program_paints_and_converts_on_its_persons_credits(self, cast: Cast, studio: Studio) -> None:
        program = cast.ann.program()
        job = program.starts()
        studio.works()
        assert program.job(job)["status"] == "succeeded"
        assert program.sends("convert", png(), option="jpg").status_code == 202
        assert cast.ann.credits == 70

    def test_a_private_picture_opens_with_it(self, cast: Cast, studio: Studio) -> None:
        job = cast.ann.starts()
        studio.works()
        cast.ann.post(f"/api/job/{job}/sharing", json={"on": False})
        assert cast.ann.program().get(f"/{job}?raw=1").status_code == 200
        assert cast.ben.program().get(f"/{job}?raw=1").status_code == 404

    def test_a_shared_picture_opens_with_any_key_and_a_private_one_with_one_that_reads(
        self, cast: Cast, studio: Studio
    ) -> None:
        narrow, job = cast.ann.program(scopes=["generate"]), cast.ann.starts()
        studio.works()
        assert narrow.get(f"/{job}?raw=1").status_code == 200
        assert narrow.get(f"/images/{job}.png").status_code == 200
        cast.ann.post(f"/api/job/{job}/sharing", json={"on": False})
        assert narrow.get(f"/{job}?raw=1").status_code == 404
        assert cast.ann.program(scopes=["read"]).get(f"/{job}?raw=1").status_code == 200

    def test_a_wrong_one_is_refused_even_beside_a_cookie(self, cast: Cast) -> None:
        answer = cast.ann.get("/api/me", headers={"X-API-Key": "limn_nonsense"})
        assert (answer.status_code, code(answer)) == (401, "invalid_credentials")

    def test_another_sites_page_cannot_be_behind_it(self, cast: Cast) -> None:
        """A browser adds a cookie to a request of another site, never a key: so one by key passes."""
        elsewhere = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
        body = {"prompt": "a red fox"}
        assert cast.ann.post("/api/generate", json=body, headers=elsewhere).status_code == 403
        assert cast.ann.program().post("/api/generate", json=body, headers=elsewhere).status_code == 200

    def test_it_cannot_make_keys_nor_revoke_others(self, cast: Cast) -> None:
        other = cast.ann.post("/api/keys", json={"name": "another"}).json["id"]
        program = cast.ann.program()
        assert code(program.post("/api/keys", json={"name": "more"})) == "insufficient_scope"
        assert code(program.ask("delete", f"/api/keys/{other}")) == "insufficient_scope"

    def test_one_that_only_reads_changes_nothing(self, cast: Cast, studio: Studio) -> None:
        reader, waiting = cast.ann.program(scopes=["read"]), cast.ann.starts()
        assert code(reader.post(f"/api/job/{waiting}/cancellation")) == "insufficient_scope"
        assert code(reader.post(f"/api/job/{waiting}/sharing", json={"on": False})) == "insufficient_scope"
        assert reader.job(waiting)["status"] == "queued"
        assert cast.ann.program(scopes=["generate"]).post(f"/api/job/{waiting}/cancellation").status_code == 200

    def test_guessing_keys_is_counted_and_polling_is_not(self, make_app: MakeApp) -> None:
        cast = Cast(make_app(REQUESTS_PER_MINUTE_FREE=3))
        guesser = Program(cast.app, "limn_nonsense")
        assert [guesser.get("/api/me").status_code for _ in range(4)] == [401, 401, 401, 429]
        assert guesser.get(f"/api/job/{'0' * 22}").status_code == 401

    def test_it_can_revoke_itself(self, cast: Cast) -> None:
        program = cast.ann.program()
        mine = cast.ann.get("/api/keys").json["keys"][0]["id"]
        assert program.ask("delete", f"/api/keys/{mine}").json == {"ok": True}
        assert program.get("/api/me").status_code == 401


class TestCap:
    def test_it_ends_what_a_key_can_spend_and_no_more(self, cast: Cast, studio: Studio) -> None:
        program = cast.ann.program(monthly_cap=40)
        program.starts()
        program.starts()
        refused = program.generate()
        assert (refused.status_code, code(refused)) == (402, "spending_cap")
        assert cast.ann.credits == 60
        cast.ann.starts()

    def test_what_failed_does_not_count(self, cast: Cast, studio: Studio) -> None:
        program = cast.ann.program(monthly_cap=20)
        job = program.starts()
        program.post(f"/api/job/{job}/cancellation")
        program.starts()

    def test_it_begins_anew_with_the_month(self, cast: Cast, time: Clock) -> None:
        program = cast.ann.program(monthly_cap=20)
        program.starts()
        assert program.generate().status_code == 402
        time.forward(days=11)
        program.starts()

    def test_a_rotated_key_goes_on_where_the_old_one_was(self, cast: Cast) -> None:
        program = cast.ann.program(monthly_cap=20)
        program.starts()
        mine = cast.ann.get("/api/keys").json["keys"][0]
        assert mine["spent_this_month"] == 20
        rotated = cast.ann.post(f"/api/keys/{mine['id']}/rotation", json={"overlap_hours": 1}).json
        assert rotated["id"] == mine["id"]
        assert code(Program(cast.app, rotated["key"]).generate()) == "spending_cap"
        assert code(program.generate()) == "spending_cap"


class TestCalls:
    def test_the_answer_holds_the_key_and_the_list_never_does(self, cast: Cast) -> None:
        made = cast.ann.post("/api/keys", json={"name": "newsletter", "scopes": ["read"], "monthly_cap": 500}).json
        assert set(made) == {"ok", "key", "id"}
        [listed] = cast.ann.get("/api/keys").json["keys"]
        assert made["key"] not in str(listed)
        assert (listed["name"], listed["scopes"], listed["monthly_cap"]) == ("newsletter", ["read"], 500)
        assert listed["start"] == made["key"][:9]

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "name"),
            ({"name": "x" * 81}, "name"),
            ({"name": "a", "scopes": []}, "scopes"),
            ({"name": "a", "scopes": ["everything"]}, "scopes"),
            ({"name": "a", "scopes": "read"}, "scopes"),
            ({"name": "a", "monthly_cap": 0}, "monthly_cap"),
            ({"name": "a", "monthly_cap": "5"}, "monthly_cap"),
            ({"name": "a", "expires_days": 4000}, "expires_days"),
            ({"name": "a", "colour": "red"}, "colour"),
        ],
    )
    def test_what_is_wrong_is_named(self, cast: Cast, body: dict[str, object], field: str) -> None:
        refused = cast.ann.post("/api/keys", json=body)
        assert (refused.status_code, code(refused), refused.json["error"]["field"]) == (400, "invalid", field)

    def test_it_is_revoked_by_its_address_or_in_the_body(self, cast: Cast) -> None:
        ids = [cast.ann.post("/api/keys", json={"name": "a"}).json["id"] for _ in range(2)]
        assert cast.ann.ask("delete", f"/api/keys/{ids[0]}").status_code == 200
        assert cast.ann.ask("delete", "/api/keys", json={"id": ids[1]}).status_code == 200
        assert cast.ann.get("/api/keys").json["keys"] == []
        assert cast.ann.ask("delete", f"/api/keys/{ids[0]}").status_code == 404

    def test_a_stranger_finds_none(self, cast: Cast) -> None:
        mine = cast.ann.post("/api/keys", json={"name": "a"}).json["id"]
        assert cast.ben.ask("delete", f"/api/keys/{mine}").status_code == 404
        assert cast.ben.post(f"/api/keys/{mine}/rotation", json={}).status_code == 404
        assert cast.ben.get("/api/keys").json["keys"] == []


class TestPage:
    def makes(self, cast: Cast, **fields: object) -> Answer:
        return cast.ann.press("/account/keys", name="newsletter", scopes=["read", "tools"], once="one form", **fields)

    def secret(self, answer: Answer) -> str:
        found = re.search(r'class="secret">(limn_\w+)<', answer.text)
        assert found, answer.text
        return found[1]

    def test_it_shows_the_new_key_once(self, cast: Cast) -> None:
        key = self.secret(self.makes(cast, monthly_cap="500", expires_days="30"))
        assert Program(cast.app, key).get("/api/me").status_code == 200
        page = cast.ann.get("/account/keys").text
        assert key not in page
        assert key[:9] in page
        assert "0 of 500 credits" in page

    def test_loading_it_again_shows_the_same_key(self, cast: Cast) -> None:
        assert self.secret(self.makes(cast)) == self.secret(self.makes(cast))
        assert len(cast.ann.get("/api/keys").json["keys"]) == 1

    def test_what_is_wrong_stands_beside_its_field(self, cast: Cast) -> None:
        refused = cast.ann.press("/account/keys", name="", scopes=["read"], once="one form")
        assert refused.status_code == 422
        assert "Name is required" in refused.text

    def test_rotating_and_revoking(self, cast: Cast) -> None:
        old = Program(cast.app, self.secret(self.makes(cast)))
        mine = cast.ann.get("/api/keys").json["keys"][0]["id"]
        new = Program(cast.app, self.secret(cast.ann.press(f"/account/keys/{mine}/rotation", once="another form")))
        assert (old.get("/api/me").status_code, new.get("/api/me").status_code) == (200, 200)
        assert cast.ann.press(f"/account/keys/{mine}/revocation").status_code == 303
        assert (old.get("/api/me").status_code, new.get("/api/me").status_code) == (401, 401)
        assert "No keys yet" in cast.ann.get("/account/keys").text
