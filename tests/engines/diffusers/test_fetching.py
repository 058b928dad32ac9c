"""Models from a hub, which here is a small server of our own."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from app.engines.diffusers import fetching
from app.engines.diffusers.fetching import NotFetched, fetch, needed
from tests.services import free_port

MODEL = [
    "README.md",
    "model_index.json",
    "v1-5-pruned.safetensors",
    "scheduler/scheduler_config.json",
    "tokenizer/merges.txt",
    "text_encoder/config.json",
    "text_encoder/model.safetensors",
    "text_encoder/model.fp16.safetensors",
    "text_encoder/pytorch_model.bin",
    "unet/config.json",
    "unet/diffusion_pytorch_model.safetensors",
    "unet/diffusion_pytorch_model.non_ema.safetensors",
    "vae/config.json",
    "vae/diffusion_pytorch_model.bin",
    "vae/diffusion_flax_model.msgpack",
]


def test_of_a_model_only_what_is_needed_comes() -> None:
    assert set(needed(MODEL, half=False)) == {
        "model_index.json",
        "scheduler/scheduler_config.json",
        "tokenizer/merges.txt",
        "text_encoder/config.json",
        "text_encoder/model.safetensors",
        "unet/config.json",
        "unet/diffusion_pytorch_model.safetensors",
        "vae/config.json",
        "vae/diffusion_pytorch_model.bin",
    }


def test_half_precision_comes_where_it_is_there() -> None:
    chosen = set(needed(MODEL, half=True))
    assert "text_encoder/model.fp16.safetensors" in chosen
    assert "text_encoder/model.safetensors" not in chosen
    assert "unet/diffusion_pytorch_model.safetensors" in chosen


def test_a_checker_or_a_small_decoder_is_a_part_of_its_own() -> None:
    assert needed(["README.md", "config.json", "model.safetensors"], half=False) == ["config.json", "model.safetensors"]


def test_what_is_no_model_brings_nothing() -> None:
    assert needed(["README.md", "data.csv", "weights.safetensors"], half=False) == []


class Hub(BaseHTTPRequestHandler):
    """As much of the hub's interface as fetching a model takes."""

    files: ClassVar[dict[str, bytes]] = {
        "model_index.json": b'{"_class_name": "StableDiffusionPipeline"}',
        "unet/config.json": b"{}",
        "unet/diffusion_pytorch_model.safetensors": b"numbers",
        "whole.safetensors": b"far too much",
    }
    commit = "a" * 40

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if not path.startswith(("/api/models/owner/name", "/owner/name/")):
            self.answer(404, b"{}", {"X-Error-Code": "RepoNotFound"})
        elif path.startswith("/api/") and "/tree/" in path:
            entries = [
                {"type": "file", "path": name, "size": len(data), "oid": name} for name, data in self.files.items()
            ]
            self.answer(200, json.dumps(entries).encode())
        elif path.startswith("/api/"):
            siblings = [{"rfilename": name} for name in self.files]
            self.answer(200, json.dumps({"id": "owner/name", "sha": self.commit, "siblings": siblings}).encode())
        else:
            name = path.split(f"/resolve/{self.commit}/")[-1]
            self.answer(200, self.files[name], {"ETag": f'"{name.encode().hex()}"', "X-Repo-Commit": self.commit})

    do_HEAD = do_GET  # noqa: N815  (so http.server calls it)

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    constants = pytest.importorskip("huggingface_hub.constants", reason="PyTorch and diffusers are not installed")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.needs("diffusers")
def test_a_model_is_fetched_into_a_folder_of_its_name(hub: str, tmp_path: Path) -> None:
    folder = fetch("owner/name", tmp_path, address=hub)
    assert folder == tmp_path / "owner--name"
    assert (folder / "unet/diffusion_pytorch_model.safetensors").read_bytes() == b"numbers"
    assert not (folder / "whole.safetensors").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["owner--name"]


@pytest.mark.needs("diffusers")
def test_a_model_that_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    (tmp_path / "owner--name").mkdir()
    nobody = f"http://127.0.0.1:{free_port()}"
    assert fetch("owner/name", tmp_path, address=nobody) == tmp_path / "owner--name"


@pytest.mark.needs("diffusers")
def test_a_model_that_the_hub_does_not_know_is_told(hub: str, tmp_path: Path) -> None:
    with pytest.raises(NotFetched, match="the hub knows no such model"):
        fetch("owner/other", tmp_path, address=hub)
    assert not (tmp_path / "owner--other").exists()


@pytest.mark.needs("diffusers")
def test_a_disk_that_is_full_is_not_taken_for_a_hub_that_does_not_answer(
    tmp_path: Path, hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(NotFetched, match=r"^owner/name: .*No space left on device: mend it or try later"):
        fetch("owner/name", tmp_path, address=hub)


def test_without_the_extra_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "huggingface_hub", None)
    with pytest.raises(NotFetched, match="run `make diffusers`"):
        fetching.fetch("owner/name", tmp_path)
