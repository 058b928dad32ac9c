"""What docs/client.md shows, works."""

import re
import shlex
import subprocess
import sys
from textwrap import dedent

import click
import pytest

from app.tools import TOOLS
from config import ROOT
from limn import errors
from limn.answers import Tool
from limn.commands import OWN
from limn.commands import failures as statuses
from limn.commands.tool import command_for
from limn.tools import Tools
from tests.client.conftest import PATIENCE, Programmer, size_of

PAGE = (ROOT / "docs/client.md").read_text()
README = (ROOT / "client/README.md").read_text()
BLOCKS = [dedent(block) for block in re.findall(r"(?:^    .*\n|^\n(?=    ))+", PAGE + README, re.MULTILINE)]
PROGRAMS = [block for block in BLOCKS if "import " in block]
LINES = [line.split("  ")[0] for block in BLOCKS for line in block.splitlines()]
COMMANDS = sorted({line for line in LINES if re.match(r"limn \w", line)})


@pytest.mark.slow
@pytest.mark.parametrize("program", PROGRAMS, ids=range(len(PROGRAMS)))
def test_each_program_runs(ann: Programmer, program: str) -> None:
    ann.has("photo.png")
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ann.folder, env=ann.env(), capture_output=True, text=True, timeout=PATIENCE
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    saved = re.findall(r'save\(f?"([^"]+)"\)', program)
    assert saved
    assert all(size_of(ann.folder / name.replace("{number}", "1")) for name in saved)


@pytest.mark.parametrize("line", COMMANDS)
def test_each_command_is_understood(line: str) -> None:
    name, *args = shlex.split(line.replace("ID", "7"))[1:]
    command = OWN.get(name) or _tool_command(name)
    _, left, _ = command.make_parser(click.Context(command)).parse_args(args)  # raises what is not understood
    assert left == []


def test_every_option_that_all_tools_share_is_told() -> None:
    params = [param for name in TOOLS for param in _tool_command(name).params if not _is_own(param)]
    shared = {option for param in params for option in param.opts}
    told = set(re.findall(r"^\| `(--?[a-z-]+)", PAGE, re.MULTILINE))
    assert told == {option for option in shared if option.startswith("-") and option != "--output"}


def test_every_exit_status_is_told() -> None:
    told = {int(status) for status in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    assert told == {0, *(value for value in vars(statuses).values() if isinstance(value, int))}


def test_every_error_is_told() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.LimnError)]
    assert [kind.__name__ for kind in kinds if f"`{kind.__name__}`" not in PAGE] == []


@pytest.mark.parametrize("name", TOOLS)
def test_every_tool_has_a_method(name: str) -> None:
    assert callable(getattr(Tools, name.replace("-", "_"), None))


def _tool_command(name: str) -> click.Command:
    served = TOOLS[name]
    files = [{**file._asdict(), "max_bytes": 1} for file in served.files]
    return command_for(Tool.of({"name": name, "files": files, "options": served.Params.model_json_schema()}))


def _is_own(param: click.Parameter) -> bool:
    """Whether an option is one tool's alone."""
    return (param.name or "").startswith(("set_", "file_"))
