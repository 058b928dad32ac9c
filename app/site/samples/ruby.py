"""Ruby with its own net/http."""

from app.site.samples.call import Call
from app.site.samples.literals import RUBY, literal, single


def write(call: Call) -> str:
    lines = ["require 'json'", "require 'net/http'", "", f"uri = URI({single(call.url)})"]
    lines.append(f"request = Net::HTTP::{call.method.capitalize()}.new(uri)")
    if key := call.credential:
        value = f"ENV.fetch({single(key.variable)})"
        lines.append(f"request[{single(key.header)}] = {f'{single(key.before)} + ' if key.before else ''}{value}")
    if call.json is not None:
        lines += [
            "request['Content-Type'] = 'application/json'",
            f"request.body = {literal(dict(call.json), RUBY)}.to_json",
        ]
    if call.has_form:
        lines.append(f"request.set_form([{', '.join(_parts(call))}], 'multipart/form-data')")
    return "\n".join(
        [
            *lines,
            "answer = Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == 'https', read_timeout: 90) do |http|",
            "  http.request(request)",
            "end",
            "raise answer.body unless answer.is_a?(Net::HTTPSuccess)",
            "puts JSON.parse(answer.body)",
        ]
    )


def _parts(call: Call) -> list[str]:
    files = [f"[{single(name)}, File.open({single(path)}, 'rb')]" for name, path in call.files.items()]
    return files + [f"[{single(name)}, {single(value)}]" for name, value in call.fields.items()]
