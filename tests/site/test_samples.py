"""The manual's samples: every one can be read by its language, and those at hand run against a real site."""

import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from flask import Flask
from PIL import Image
from standardwebhooks import Webhook

from app.site.manual.reference import view
from app.site.openapi.operations import operations
from app.site.samples import BY_NAME, LANGUAGES
from app.site.samples.programs import FOLDER, program
from tests.cast import png
from tests.services import free_port
from tests.site.conftest import Served
from tests.skips import node, require
from tests.skips import program as installed

NEEDS = {"curl": "curl", "javascript": "node", "php": "php", "ruby": "ruby", "go": "go"}
COMMANDS: dict[str, Callable[[], list[str]]] = {
    "curl": lambda: ["bash", "-eu"],
    "requests": lambda: [sys.executable, "-W", "error"],
    "httpx": lambda: [sys.executable, "-W", "error"],
    "javascript": lambda: [node()],
    "php": lambda: ["php"],
    "ruby": lambda: ["ruby"],
    "go": lambda: ["go", "run"],
}
PARSE = "for (const file of process.argv.slice(1)) new vm.SourceTextModule(fs.readFileSync(file, 'utf8'))"


def each(*command: str) -> Callable[[list[Path]], list[list[str]]]:
    return lambda files: [[*command, str(file)] for file in files]


def together(*command: str) -> Callable[[list[Path]], list[list[str]]]:
    return lambda files: [[*command, *map(str, files)]]


CHECKS: dict[str, Callable[[list[Path]], list[list[str]]]] = {  # commands that read files without running them
    "curl": each("bash", "-n"),
    "requests": together(sys.executable, "-m", "compileall", "-q"),
    "httpx": together(sys.executable, "-m", "compileall", "-q"),
    "javascript": together(node(), "--no-warnings", "--experimental-vm-modules", "-e", PARSE),
    "php": each("php", "-l"),
    "ruby": each("ruby", "-c"),
    "go": each("gofmt", "-e"),
}
CALLS = ("account_me", "tools_list", "tools_rotate", "keys_list", "webhooks_show", "openai_list_models", "key_history")
PATIENCE = 150  # seconds


def there_is(language: str) -> None:
    if need := NEEDS.get(language):
        require(need)


def languages_of(kind: str) -> list[str]:
    return [file.stem for file in sorted((FOLDER / kind).glob("*.txt"))]


def run(language: str, code: str, folder: Path, site: Served) -> str:
    """What the program says. It may not fail."""
    file = written(language, code, folder)
    command = [*COMMANDS[language](), str(file)]
    done = subprocess.run(
        command, cwd=folder, env=site.environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def written(language: str, code: str, folder: Path) -> Path:
    file = folder / f"sample.{BY_NAME[language].ending}"
    file.write_text(code)
    return file


def picture(file: Path) -> tuple[str | None, tuple[int, int]]:
    with Image.open(file) as found:
        return found.format, found.size


def code_of(app: Flask, kind: str, language: str, address: str) -> str:
    with app.test_request_context():
        found = program(kind, language, address)
    assert found.language.name == language
    return found.code


@pytest.mark.parametrize("language", [language.name for language in LANGUAGES])
def test_every_call_can_be_read_by_its_language(app: Flask, tmp_path: Path, language: str) -> None:
    there_is(language)
    calls = [BY_NAME[language].write(view(operation, "https://limn.example").call) for operation in operations()]
    readable(language, calls, tmp_path)


@pytest.mark.parametrize(
    ("kind", "language"), [(path.parent.name, path.stem) for path in sorted(FOLDER.glob("*/*.txt"))]
)
def test_every_program_can_be_read_by_its_language(app: Flask, tmp_path: Path, kind: str, language: str) -> None:
    there_is(language)
    readable(language, [code_of(app, kind, language, "https://limn.example")], tmp_path)


def readable(language: str, codes: list[str], folder: Path) -> None:
    assert codes
    files = []
    for number, code in enumerate(codes):
        (folder / str(number)).mkdir()
        files.append(written(language, code, folder / str(number)))
    for command in CHECKS[language](files):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("language", [language.name for language in LANGUAGES])
def test_calls_are_answered(app: Flask, served_site: Served, tmp_path: Path, language: str) -> None:
    there_is(language)
    Image.new("RGB", (60, 40), "teal").save(tmp_path / "photo.jpg")
    called = [operation for operation in operations() if operation.id in CALLS]
    assert len(called) == len(CALLS)
    for operation in called:
        code = BY_NAME[language].write(view(operation, served_site.address).call)
        told = run(language, code, tmp_path, served_site)
        assert "error" not in told.lower().replace('"error":null', ""), f"{operation.title}: {told}"


@pytest.mark.slow
@pytest.mark.parametrize("language", languages_of("picture"))
def test_a_picture_is_painted_and_fetched(app: Flask, served_site: Served, tmp_path: Path, language: str) -> None:
    there_is(language)
    run(language, code_of(app, "picture", language, served_site.address), tmp_path, served_site)
    assert picture(tmp_path / "picture.png") == ("PNG", (1280, 720))


@pytest.mark.slow
@pytest.mark.parametrize("language", languages_of("convert"))
def test_a_file_is_converted(app: Flask, served_site: Served, tmp_path: Path, language: str) -> None:
    there_is(language)
    (tmp_path / "photo.png").write_bytes(png())
    run(language, code_of(app, "convert", language, served_site.address), tmp_path, served_site)
    assert picture(tmp_path / "photo.jpg") == ("JPEG", (40, 30))


@pytest.mark.slow
@pytest.mark.parametrize("language", languages_of("retry"))
def test_a_request_that_may_be_tried_again_is_answered(
    app: Flask, served_site: Served, tmp_path: Path, language: str
) -> None:
    there_is(language)
    told = run(language, code_of(app, "retry", language, served_site.address), tmp_path, served_site)
    assert "queued" in told


@pytest.mark.slow
@pytest.mark.parametrize("language", languages_of("batch"))
def test_a_batch_is_painted(app: Flask, served_site: Served, tmp_path: Path, language: str) -> None:
    there_is(language)
    (tmp_path / "wishes.txt").write_text("a red fox\na lighthouse\n")
    run(language, code_of(app, "batch", language, served_site.address), tmp_path, served_site)
    names = {path.name for path in tmp_path.glob("*.png")}
    assert names == ({"a red fox.png", "a lighthouse.png"} if language == "curl" else {"0.png", "1.png", "2.png"})


@pytest.mark.slow
def test_openais_library_paints_with_another_address_and_key(app: Flask, served_site: Served, tmp_path: Path) -> None:
    run("requests", code_of(app, "openai", "requests", served_site.address), tmp_path, served_site)
    assert picture(tmp_path / "picture.png") == ("PNG", (1024, 1024))


SECRET = "whsec_" + b64encode(b"a secret of twenty-four b").decode()
BODY = '{"type": "job.succeeded", "timestamp": "2026-11-21T12:00:00Z", "data": {"job_id": "…"}}'


@contextmanager
def receiving(language: str, code: str, folder: Path) -> Iterator[httpx.Client]:
    """The sample's receiver, and somebody who calls it."""
    port = str(free_port())
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "PORT": port, "LIMN_WEBHOOK_SECRET": SECRET}
    command = [*COMMANDS[language](), str(written(language, code, folder))]
    if language == "php":
        command = ["php", "-S", f"127.0.0.1:{port}", command[-1]]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
                answers(client)
                yield client
        finally:
            process.kill()


def answers(client: httpx.Client) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            client.post("/", content="")
            return
        time.sleep(0.05)
    raise TimeoutError("the receiver does not answer")


def signed(body: str, at: datetime, secret: str = SECRET) -> dict[str, str]:
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", at, body),
    }


@pytest.mark.slow
@pytest.mark.parametrize("language", ["requests", "javascript", "php"])
def test_a_message_is_taken_that_we_signed_and_no_other(app: Flask, tmp_path: Path, language: str) -> None:
    there_is(language)
    now = datetime.now(UTC)
    with receiving(language, code_of(app, "verify", language, ""), tmp_path) as receiver:

        def told(headers: dict[str, str], body: str = BODY) -> int:
            return receiver.post("/", content=body.encode(), headers=headers).status_code

        ours = signed(BODY, now)
        assert told(ours) == 204
        rotated = signed(BODY, now, "whsec_" + b64encode(b"another secret of some b").decode())
        both = f"{rotated['webhook-signature']} {ours['webhook-signature']}"
        assert told({**ours, "webhook-signature": both}) == 204
        assert told(rotated) == 400
        assert told(ours, BODY.replace("succeeded", "failed")) == 400
        assert told(signed(BODY, now - timedelta(minutes=10))) == 400
        assert told({}) == 400


def test_the_receivers_secret_is_that_of_standard_webhooks() -> None:
    assert Webhook(SECRET).verify(BODY, signed(BODY, datetime.now(UTC)))
    assert installed("bash")
