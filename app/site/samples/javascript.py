"""JavaScript with fetch, in Node and Deno; browsers keep no key secret."""

from app.site.samples.call import Call
from app.site.samples.literals import JAVASCRIPT, double, literal


def write(call: Call) -> str:
    lines = [*_form(call), f"const answer = await fetch({double(call.url)}{_options(call)});"]
    lines += ["if (!answer.ok) throw new Error(await answer.text());", "console.log(await answer.json());"]
    return "\n".join(lines)


def _form(call: Call) -> list[str]:
    if not call.has_form:
        return []
    files = [
        f"form.append({double(name)}, await openAsBlob({double(path)}), {double(path)});"
        for name, path in call.files.items()
    ]
    fields = [f"form.append({double(name)}, {double(value)});" for name, value in call.fields.items()]
    return ['import { openAsBlob } from "node:fs";', "", "const form = new FormData();", *files, *fields, ""]


def _options(call: Call) -> str:
    headers = []
    if key := call.credential:
        value = f"process.env.{key.variable}"
        said = f"`{key.before}${{{value}}}`" if key.before else value
        headers.append(f'"{key.header}": {said}')
    if call.json is not None:
        headers.append('"Content-Type": "application/json"')
    lines = [f'method: "{call.method}"'] if call.method != "GET" else []
    lines += [f"headers: {{ {', '.join(headers)} }}"] if headers else []
    lines += [f"body: JSON.stringify({literal(dict(call.json), JAVASCRIPT)})"] if call.json is not None else []
    lines += ["body: form"] if call.has_form else []
    return ", {\n" + "".join(f"  {line},\n" for line in lines) + "}" if lines else ""
