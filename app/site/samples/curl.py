"""curl, in a shell."""

import json

from app.site.samples.call import Call
from app.site.samples.literals import double, shell


def write(call: Call) -> str:
    parts = [
        f"curl -sS -X {call.method} {double(call.url)}" if call.method != "GET" else f"curl -sS {double(call.url)}"
    ]
    if found := call.credential:
        parts.append(f'-H "{found.header}: {found.before}${found.variable}"')
    if call.json is not None:
        parts.append('-H "Content-Type: application/json"')
        parts.append(f"-d {shell(json.dumps(call.json, ensure_ascii=False))}")
    parts += [f"-F {shell(f'{name}=@{path}')}" for name, path in call.files.items()]
    parts += [f"-F {shell(f'{name}={value}')}" for name, value in call.fields.items()]
    return " \\\n  ".join(parts)
