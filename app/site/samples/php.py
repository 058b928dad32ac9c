"""PHP with its curl extension."""

from app.site.samples.call import Call
from app.site.samples.literals import PHP, literal, single


def write(call: Call) -> str:
    options = [f"CURLOPT_CUSTOMREQUEST => {single(call.method)}"] if call.method != "GET" else []
    options += ["CURLOPT_RETURNTRANSFER => true", "CURLOPT_TIMEOUT => 90"]
    options += [f"CURLOPT_HTTPHEADER => [{', '.join(headers)}]"] if (headers := _headers(call)) else []
    if call.json is not None:
        options.append(f"CURLOPT_POSTFIELDS => json_encode({literal(dict(call.json), PHP)})")
    if call.has_form:
        options.append(f"CURLOPT_POSTFIELDS => [{', '.join(_parts(call))}]")
    return "\n".join(
        [
            "<?php",
            f"$curl = curl_init({single(call.url)});",
            "curl_setopt_array($curl, [",
            *(f"    {option}," for option in options),
            "]);",
            "$answer = curl_exec($curl);",
            "if (curl_getinfo($curl, CURLINFO_RESPONSE_CODE) >= 400) {",
            "    throw new Exception($answer);",
            "}",
            "print_r(json_decode($answer, true));",
        ]
    )


def _headers(call: Call) -> list[str]:
    found = []
    if key := call.credential:
        found.append(f"{single(f'{key.header}: {key.before}')} . getenv({single(key.variable)})")
    if call.json is not None:
        found.append(single("Content-Type: application/json"))
    return found


def _parts(call: Call) -> list[str]:
    files = [f"{single(name)} => new CURLFile({single(path)})" for name, path in call.files.items()]
    return files + [f"{single(name)} => {single(value)}" for name, value in call.fields.items()]
