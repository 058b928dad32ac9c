"""`limn mcp`, spoken to by the official client over standard input and output."""

import asyncio
import base64
import sys
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any

import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp_types import CallToolResult, ImageContent, ListToolsResult
from PIL import Image

from tests.client.conftest import Programmer, size_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def session(of: Programmer, talk: Callable[[Client], Awaitable[Any]]) -> Any:
    """What a talk with a freshly started server came to."""
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "limn", "mcp", "--folder", str(of.folder)], env=of.env()
    )

    async def run() -> Any:
        async with Client(command, read_timeout_seconds=60) as client:
            return await talk(client)

    return asyncio.run(run())


def call(of: Programmer, name: str, **arguments: Any) -> CallToolResult:
    result: CallToolResult = session(of, lambda client: client.call_tool(name, arguments))
    return result


def shown(result: CallToolResult) -> tuple[str | None, tuple[int, int]]:
    """The picture in an answer."""
    [content] = [one for one in result.content if isinstance(one, ImageContent)]
    with Image.open(BytesIO(base64.b64decode(content.data))) as image:
        assert image.format is not None
        assert content.mime_type == f"image/{image.format.lower()}"
        return image.format, image.size


def test_every_tool_of_the_server_is_offered_with_its_schema(ann: Programmer) -> None:
    offered: ListToolsResult = session(ann, lambda client: client.list_tools())
    tools = {tool.name: tool for tool in offered.tools}

    assert {"generate", "convert", "remove-background", "upscale", "account"} <= set(tools)
    convert, edit = tools["convert"].input_schema, tools["magic-edit"].input_schema
    assert convert["required"] == ["option"]
    assert convert["properties"]["option"]["enum"][:2] == ["png", "jpg"]
    assert {"image", "job", "save_as"} <= set(convert["properties"])
    assert edit["required"] == ["prompt", "mask"]
    assert "image" not in tools["generate"].input_schema["properties"]
    assert tools["upscale"].description is not None
    assert tools["upscale"].description.endswith("10, 15 or 20 credits.")


def test_words_become_a_file_and_a_picture_to_look_at(ann: Programmer) -> None:
    result = call(ann, "generate", prompt="a red fox", save_as="fox.png")

    assert not result.is_error
    assert result.structured_content["saved"] == [str(ann.folder / "fox.png")]
    assert result.structured_content["share_urls"][0].startswith(ann.url)
    assert result.structured_content["credits"] == 80
    assert size_of(ann.folder / "fox.png") == (1024, 1024)
    assert shown(result)[1][0] <= 1024


def test_a_file_becomes_another(ann: Programmer) -> None:
    ann.has("photo.png")
    result = call(ann, "convert", image="photo.png", option="jpg")

    assert result.structured_content["saved"] == [str(ann.folder / "photo.jpg")]
    assert result.structured_content["credit_cost"] == 10
    assert shown(result) == ("JPEG", (40, 30))


def test_a_result_can_be_worked_on_further(ann: Programmer) -> None:
    ann.has("photo.png")

    async def twice(client: Client) -> CallToolResult:
        first = await client.call_tool("upscale", {"image": "photo.png", "scale": "2"})
        return await client.call_tool("rotate", {"job": first.structured_content["job_id"], "angle": 90})

    assert shown(session(ann, twice))[1] == (60, 80)


def test_a_file_that_is_there_stays(ann: Programmer) -> None:
    [_, there] = ann.has("photo.png", "photo.jpg")
    before = there.read_bytes()
    result = call(ann, "convert", image="photo.png", option="jpg", save_as="photo.jpg")

    assert result.structured_content["saved"] == [str(ann.folder / "photo-2.jpg")]
    assert there.read_bytes() == before


@pytest.mark.parametrize("path", ["/etc/hostname", "../secret.png", "link.png"])
def test_nothing_outside_the_folder_is_read(ann: Programmer, path: str) -> None:
    (ann.folder / "link.png").symlink_to("/etc/hostname")
    result = call(ann, "convert", image=path, option="jpg")

    assert result.is_error
    assert "lies outside" in result.structured_content["error"]["message"]
    assert ann.credits == 100


def test_nothing_outside_the_folder_is_written(ann: Programmer) -> None:
    result = call(ann, "generate", prompt="a red fox", save_as="../fox.png")

    assert result.is_error
    assert not (ann.folder.parent / "fox.png").exists()
    assert ann.credits == 100


@pytest.mark.parametrize(
    ("tool", "arguments", "code"),
    [
        ("generate", {"prompt": "a fox", "quality": "ultra", "count": 4}, "out_of_credits"),
        ("generate", {"prompt": "a fox", "style": "baroque"}, "invalid"),
        ("convert", {"option": "jpg"}, "invalid"),
        ("convert", {"image": "nowhere.png", "option": "jpg"}, "file"),
        ("no-such-tool", {}, "not_found"),
    ],
)
def test_a_refusal_is_an_error_with_its_code(ann: Programmer, tool: str, arguments: dict[str, Any], code: str) -> None:
    result = call(ann, tool, **arguments)

    assert result.is_error
    assert result.structured_content["error"]["code"] == code


def test_the_balance_can_be_asked_for(ann: Programmer) -> None:
    assert call(ann, "account").structured_content["credits"] == 100


def test_without_a_server_nothing_is_offered(ann: Programmer) -> None:
    async def ask(client: Client) -> str:
        with pytest.raises(MCPError) as refused:
            await client.list_tools()
        return refused.value.message

    assert session(ann.at("http://127.0.0.1:9"), ask).startswith("No answer from the server")
