"""The server's tools over the Model Context Protocol: each with its own JSON Schema, on files of one folder.

Results are written into the folder, and shown as well where they are small enough to be part of an answer.
"""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from mcp import MCPError
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp_types import (
    INTERNAL_ERROR,
    CallToolRequestParams,
    CallToolResult,
    ImageContent,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp_types import Tool as Offer

from limn import flows
from limn.aio import AsyncJob, AsyncLimn
from limn.answers import Tool
from limn.commands.naming import stem_for, stem_of_prompt
from limn.effects import Ask
from limn.errors import Invalid, LimnError, NotFound
from limn.given import File, Given, refuse_too_large
from limn.retrying import Retrying
from limn.saving import Naming
from limn.version import __version__

ACCOUNT = "account"
INSTRUCTIONS = """Paint pictures from words and work on pictures. Files are read from and written to {folder}; nothing
outside it is touched and nothing is replaced. Runs cost credits: each tool names its price, `account` the balance."""
SHOWN = {".png": "image/png", ".jpg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp"}
MOST_SHOWN = 700_000  # bytes of a picture that is part of an answer; clients take a megabyte, in base64
BRIEFLY = Retrying(tries=3)  # somebody waits for the answer
EVERY = 1.0  # seconds between two looks at a job
FACTS = ("credit_cost", "credits", "share_urls", "width_out", "height_out", "bytes_out", "metadata")


def serve(folder: Path) -> None:
    """Until standard input ends."""
    asyncio.run(_serve(folder))


async def _serve(folder: Path) -> None:
    async with AsyncLimn(retrying=BRIEFLY) as limn, stdio_server() as (reading, writing):
        server = Desk(limn, folder.resolve()).server()
        await server.run(reading, writing, server.create_initialization_options())


@dataclass
class Desk:
    """Answers what is asked, with one server's tools and one folder's files."""

    limn: AsyncLimn
    folder: Path
    tools: dict[str, Tool] = field(default_factory=dict)  # as last listed

    def server(self) -> Server[Any]:
        instructions = INSTRUCTIONS.format(folder=self.folder)
        return Server(
            "limn",
            version=__version__,
            title="Limn",
            instructions=instructions,
            on_list_tools=self.list_tools,
            on_call_tool=self.call_tool,
        )

    async def list_tools(
        self, _context: ServerRequestContext[Any], _params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        try:
            await self._look_for_tools()
        except LimnError as error:
            raise MCPError(INTERNAL_ERROR, error.message, {"code": error.code}) from None
        return ListToolsResult(tools=[*map(offer_of, self.tools.values()), ACCOUNT_OFFER])

    async def call_tool(self, context: ServerRequestContext[Any], params: CallToolRequestParams) -> CallToolResult:
        try:
            if params.name == ACCOUNT:
                return _told(asdict(await self.limn.me()))
            tool = await self._tool(params.name)
            return await self._run(context, tool, dict(params.arguments or {}))
        except LimnError as error:
            return _refused(error)
        except OSError as error:
            return _refused(LimnError("file", f"{error.strerror or error}: {error.filename or self.folder}"))

    async def _tool(self, name: str) -> Tool:
        if name not in self.tools:
            await self._look_for_tools()
        if tool := self.tools.get(name):
            return tool
        raise NotFound("not_found", f"There is no tool “{name}” here.")

    async def _look_for_tools(self) -> None:
        self.tools = {tool.name: tool for tool in await self.limn.tools()}

    async def _run(self, context: ServerRequestContext[Any], tool: Tool, given: dict[str, Any]) -> CallToolResult:
        naming = self._naming(tool, given)
        given.pop("save_as", None)
        file = self._file(tool, given)
        options: dict[str, Given] = {
            name: self._path(str(value)) if name in _files_beside(tool) else value for name, value in given.items()
        }
        job = await self.limn.run(tool.name, file, **options)
        try:
            saved = await self._await(context, job, naming)
        except LimnError as error:
            error.facts.setdefault("job_id", job.id)  # by which it can be asked for still
            raise
        shown = [await self._shown(path, job, number) for number, path in enumerate(saved)]
        return _made(job, saved, [picture for picture in shown if picture])

    async def _await(self, context: ServerRequestContext[Any], job: AsyncJob, naming: Naming) -> list[Path]:
        """Where its pictures lie, once it is done. Tells meanwhile how far it is."""
        while not job.done:
            await asyncio.sleep(EVERY)
            await job.refresh()
            await context.session.report_progress(job.progress, 100)
        return await job.save(naming)

    def _file(self, tool: Tool, given: dict[str, Any]) -> File | None:
        """The picture to work on, taken out of what was given."""
        if not tool.files:
            return None
        path, earlier = given.pop(tool.files[0].name, None), given.pop("job", None)
        if bool(path) == bool(earlier):
            raise Invalid("invalid", f"Give “{tool.files[0].name}”, a file, or “job”, an earlier job's id.")
        if earlier:
            return Earlier(str(earlier))
        found = self._path(str(path))
        refuse_too_large(tool, found)
        return found

    def _path(self, name: str) -> Path:
        """A file of the folder. Whatever leads out of it is refused, links too."""
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder):
            raise Invalid("invalid", f"{name} lies outside {self.folder}, which is all that may be read and written.")
        return path

    def _naming(self, tool: Tool, given: Mapping[str, Any]) -> Naming:
        """What was asked for, else a name that tells what was done. A name that is taken is counted up."""
        if name := given.get("save_as"):
            path = self._path(str(name))
            return Naming(path.parent, path.stem, path.suffix or None, count_up=True)
        if not tool.files:
            return Naming(self.folder, stem_of_prompt(str(given.get("prompt", ""))), count_up=True)
        source = self._path(str(given.get(tool.files[0].name) or given.get("job") or "picture"))
        return Naming(self.folder, stem_for(tool.name, given, source, self.folder), count_up=True)

    async def _shown(self, path: Path, job: AsyncJob, number: int) -> ImageContent | None:
        """The picture itself, or the small one that the server has of it."""
        kind = SHOWN.get(path.suffix)
        if kind and path.stat().st_size <= MOST_SHOWN:
            return _image(path.read_bytes(), kind)
        small = Ask("GET", job.images[number].replace("?raw=1", "?thumb=1"))
        try:
            answer = await self.limn.follow(flows.opened(small, self.limn.retrying))
        except LimnError:  # not everything can be shown; it is made and paid all the same
            return None
        return _image(answer.body, answer.headers.get("content-type", "image/webp"))


@dataclass(frozen=True)
class Earlier:
    """An earlier job, known by its id alone."""

    id: str


def offer_of(tool: Tool) -> Offer:
    """A tool as the protocol tells of it."""
    properties = dict(tool.options.get("properties", {}))
    required = [*tool.options.get("required", ()), *(file.name for file in tool.files[1:] if file.required)]
    for number, file in enumerate(tool.files):
        properties[file.name] = {"type": "string", "description": f"{file.help} The path of a file."}
        if number == 0:
            help_ = f"Instead of “{file.name}”: the id of an earlier job, whose result is worked on."
            properties["job"] = {"type": "string", "description": help_}
    properties["save_as"] = {"type": "string", "description": "The file to write. Left out, a name is found."}
    return Offer(
        name=tool.name,
        title=tool.title,
        description=f"{tool.description} {tool.price} credits.",
        input_schema={"type": "object", "properties": properties, "required": required, "additionalProperties": False},
        annotations=ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=True),
    )


ACCOUNT_OFFER = Offer(
    name=ACCOUNT,
    title="Account",
    description="Whose key this is, and how many credits it can spend. Free.",
    input_schema={"type": "object", "properties": {}, "additionalProperties": False},
    annotations=ToolAnnotations(read_only_hint=True),
)


def _files_beside(tool: Tool) -> list[str]:
    return [file.name for file in tool.files[1:]]


def _made(job: AsyncJob, saved: list[Path], shown: list[ImageContent]) -> CallToolResult:
    facts = {name: job.facts[name] for name in FACTS if name in job.facts}
    told = {"job_id": job.id, "saved": [str(path) for path in saved], **facts}
    return CallToolResult(content=[*_told(told).content, *shown], structured_content=told)


def _told(facts: Mapping[str, Any]) -> CallToolResult:
    """Facts, as data and as lines to read."""
    lines = [f"{name}: {', '.join(map(str, one)) if isinstance(one, list) else one}" for name, one in facts.items()]
    return CallToolResult(content=[TextContent(text="\n".join(lines))], structured_content=dict(facts))


def _refused(error: LimnError) -> CallToolResult:
    told = {"error": {"code": error.code, "message": error.message, **error.facts}}
    text = TextContent(text=f"{error.code}: {error.message}")
    return CallToolResult(content=[text], structured_content=told, is_error=True)


def _image(data: bytes, kind: str) -> ImageContent:
    return ImageContent(data=base64.b64encode(data).decode(), mime_type=kind)
