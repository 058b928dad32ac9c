"""The price list as a call: the contract's figures, and the data's."""

from app.billing.plans import PACKS, PLANS
from app.tools import TOOLS
from tests.cast import Cast


def test_plans_cost_what_the_contract_says(cast: Cast) -> None:
    said = cast.guest().get("/api/pricing").json
    assert said["ok"] is True
    assert said["currency"] == "usd"
    figures = [(one["id"], one["monthly_usd"], one["yearly_usd"], one["credits"]) for one in said["plans"]]
    assert figures == [("free", 0, 0, 100), ("pro", 14.99, 149.99, 5_000), ("max", 29.99, 289.99, 12_000)]
    assert [one["trial_days"] for one in said["plans"]] == [0, 7, 0]
    assert [one["daily_bonus"] for one in said["plans"]] == [40, 0, 0]
    assert [one["watermarked"] for one in said["plans"]] == [True, False, False]


def test_packs_go_from_ten_images_for_5_to_five_hundred_for_150(cast: Cast) -> None:
    packs = cast.guest().get("/api/pricing").json["packs"]
    first, last = packs[0], packs[-1]
    assert (first["images"], first["usd"], first["credits"]) == (10, 5.0, 200)
    assert (last["images"], last["usd"], last["credits"]) == (500, 150.0, 10_000)
    each = [one["usd"] / one["images"] for one in packs]
    assert each == sorted(each, reverse=True)


def test_tools_cost_what_their_own_pages_say(cast: Cast) -> None:
    said = cast.guest().get("/api/pricing").json
    costs = {one["name"]: one["credits"] for one in said["tools"]}
    assert costs["generate"] == {"standard": 20, "high": 30, "ultra": 50}
    assert costs["upscale"] == {"2": 10, "4": 15, "8": 20}
    assert (costs["convert"], costs["remove-background"], costs["image-to-image"]) == (10, 10, 30)
    told = {one["name"]: one["credits"] for one in cast.guest().get("/api/tools").json["tools"]}
    assert costs == told
    assert set(costs) == set(TOOLS)


def test_it_is_the_data_and_nothing_else(cast: Cast) -> None:
    said = cast.guest().get("/api/pricing").json
    assert [one["id"] for one in said["plans"]] == list(PLANS)
    assert [one["id"] for one in said["packs"]] == list(PACKS)


def test_every_key_may_read_it(cast: Cast) -> None:
    assert cast.ann.program(scopes=["tools"]).get("/api/pricing").status_code == 200
