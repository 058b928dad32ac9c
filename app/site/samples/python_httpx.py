"""Python with httpx, for programs that do more than wait."""

from app.site.samples.call import Call
from app.site.samples.literals import double
from app.site.samples.python_requests import arguments, opening


def write(call: Call) -> str:
    return "\n".join(
        [
            *["import asyncio", *(["import os"] if call.credential else []), "", "import httpx", "", ""],
            "async def main():",
            *(f"    {line}" for line in _sent(call)),
            "    answer.raise_for_status()",
            "    print(answer.json())",
            "",
            "",
            "asyncio.run(main())",
        ]
    )


def _sent(call: Call) -> list[str]:
    opened, indent = opening(call), "    " if call.files else ""
    lines = [
        "async with httpx.AsyncClient(timeout=90) as client:",
        f"    answer = await client.{_method(call)}",
        *(f"        {line}," for line in [double(call.url), *arguments(call)]),
        "    )",
    ]
    return [*opened, *(indent + line for line in lines)]


def _method(call: Call) -> str:
    """Its `delete` takes no body."""
    return f'request("{call.method}",' if call.method == "DELETE" and call.json else f"{call.method.lower()}("
