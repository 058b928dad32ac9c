"""A whole site whose model does not open: everything else goes on."""

from pathlib import Path

from tests.cast import png
from tests.sites import Site, running_site


def how_models_are(site: Site) -> dict[str, str]:
    return dict(site.client.get("/health/ready").json()["models"])


def test_a_site_whose_model_does_not_open_does_all_the_rest(tmp_path: Path) -> None:
    with running_site(tmp_path, ENGINE="diffusers", MODEL="/nowhere/photo") as site:
        site.wait_until(lambda: how_models_are(site) == {"photo": "down"})
        assert site.client.get("/health/ready/photo").status_code == 503
        ann = site.register("ann@limn.example")

        made = site.client.post("/api/rotate", files={"image": ("a.png", png())}, headers=ann)
        assert made.json()["status"] == "succeeded"

        painted = site.client.post("/api/generate", json={"prompt": "a red fox"}, headers=ann).json()
        page = site.client.get(f"/api/job/{painted['job_id']}", headers=ann).json()
        assert (page["status"], "does not work" in page["waiting_for"]) == ("queued", True)
        canceled = site.client.post(f"/api/job/{painted['job_id']}/cancellation", headers=ann).json()
        assert (canceled["status"], canceled["credits"]) == ("canceled", page["credits"] + 20)

        [line] = [line for line in site.output.read_text().splitlines() if "does not work" in line]
        assert "MODEL: " in line
