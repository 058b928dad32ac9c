"""Go with its standard library."""

import json

from app.site.samples.call import Call
from app.site.samples.literals import double


def write(call: Call) -> str:
    used = {"fmt", "io", "net/http"} | ({"os"} if call.credential or call.files else set())
    used |= {"bytes", "mime/multipart"} if call.has_form else {"strings"} if call.json is not None else set()
    return "\n".join(
        [
            "package main",
            "",
            "import (",
            *(f"\t{double(name)}" for name in sorted(used)),
            ")",
            "",
            "func main() {",
            *(f"\t{line}" for line in [*_body(call), *_request(call)]),
            "\tanswer, err := http.DefaultClient.Do(request)",
            "\tif err != nil {",
            "\t\tpanic(err)",
            "\t}",
            "\tdefer answer.Body.Close()",
            "\tbody, _ := io.ReadAll(answer.Body)",
            "\tif answer.StatusCode >= 400 {",
            "\t\tpanic(string(body))",
            "\t}",
            "\tfmt.Println(string(body))",
            "}",
        ]
    )


def _body(call: Call) -> list[str]:
    if call.json is not None:
        return [f"sent := strings.NewReader(`{json.dumps(call.json, ensure_ascii=False)}`)"]
    if not call.has_form:
        return []
    lines = ["sent := &bytes.Buffer{}", "form := multipart.NewWriter(sent)"]
    for name, path in call.files.items():
        lines += [
            f"{name}, err := os.ReadFile({double(path)})",
            "if err != nil {",
            "\tpanic(err)",
            "}",
            f"{name}Part, _ := form.CreateFormFile({double(name)}, {double(path)})",
            f"{name}Part.Write({name})",
        ]
    lines += [f"form.WriteField({double(name)}, {double(value)})" for name, value in call.fields.items()]
    return [*lines, "form.Close()"]


def _request(call: Call) -> list[str]:
    body = "sent" if call.json is not None or call.has_form else "nil"
    lines = [f"request, _ := http.NewRequest({double(call.method)}, {double(call.url)}, {body})"]
    if key := call.credential:
        before = f"{double(key.before)}+" if key.before else ""
        lines.append(f"request.Header.Set({double(key.header)}, {before}os.Getenv({double(key.variable)}))")
    if call.json is not None:
        lines.append('request.Header.Set("Content-Type", "application/json")')
    if call.has_form:
        lines.append('request.Header.Set("Content-Type", form.FormDataContentType())')
    return lines
