"""Python with requests."""

from app.site.samples.call import Call
from app.site.samples.literals import PYTHON, double, literal


def write(call: Call) -> str:
    imports = ["import os", ""] if call.credential else []
    lines = [*imports, "import requests", "", *opening(call)]
    lines += [*_call(call, "    " if call.files else ""), "answer.raise_for_status()", "print(answer.json())"]
    return "\n".join(lines)


def _call(call: Call, indent: str) -> list[str]:
    lines = [
        f"answer = requests.{call.method.lower()}(",
        f"    {double(call.url)},",
        *(f"    {line}," for line in arguments(call)),
        "    timeout=90,",
        ")",
    ]
    return [indent + line for line in lines]


def arguments(call: Call) -> list[str]:
    """What follows the address: httpx takes the same."""
    found = []
    if key := call.credential:
        value = f"f\"{key.before}{{os.environ['{key.variable}']}}\"" if key.before else f'os.environ["{key.variable}"]'
        found.append(f'headers={{"{key.header}": {value}}}')
    if call.json is not None:
        found.append(f"json={literal(dict(call.json), PYTHON)}")
    if call.fields:
        found.append(f"data={literal(dict(call.fields), PYTHON)}")
    if call.files:
        found.append("files={" + ", ".join(f"{double(name)}: {name}" for name in call.files) + "}")
    return found


def opening(call: Call) -> list[str]:
    opened = ", ".join(f'open({double(path)}, "rb") as {name}' for name, path in call.files.items())
    return [f"with {opened}:"] if opened else []
