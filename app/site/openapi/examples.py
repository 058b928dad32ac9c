"""An example of whatever a schema describes, for the manual and its samples."""

from typing import Any

from app.site.openapi.schemas import Schema, resolved

MOMENT = "2026-11-21T12:00:00Z"
JOB = "8mKq2ZpXv0LrT5cYwN1aBd"
BY_NAME: dict[str, Any] = {  # what a field of this name usually holds
    "prompt": "a red fox in the snow",
    "email": "ann@limn.example",
    "password": "correct horse battery",
    "job_id": JOB,
    "job": JOB,
    "id": JOB,
    "image_url": f"/{JOB}?raw=1",
    "images": [f"/{JOB}?raw=1"],
    "share_url": f"https://limn.example/{JOB}",
    "share_urls": [f"https://limn.example/{JOB}"],
    "before_url": f"/jobs/{JOB}/before",
    "url": f"https://limn.example/images/{JOB}.png",
    "webhook_url": "https://example.com/hooks/limn",
    "plan": "free",
    "credits": 80,
    "credit_cost": 20,
    "message": "Generation queued.",
    "status": "succeeded",
    "mask": "mask.png",
    "image": "photo.jpg",
    "seed": 7,
    "width": 1200,
    "height": 800,
    "name": "my program",
    "title": "Convert",
    "retention": "24 hours",
    "format_in": "HEIC",
    "format_out": "JPG",
    "bytes_in": 2348112,
    "bytes_out": 1985004,
    "width_in": 4032,
    "height_in": 3024,
    "width_out": 4032,
    "height_out": 3024,
    "credits_remaining": 80,
    "low_credits": False,
    "anon": False,
    "created": 1795262400,
    "owned_by": "limn",
    "style": "vivid",
    "key": "limn_3fK9…",
    "token": "eyJhbGciOi…",
    "message_id": "msg_2f6c1d…",
    "total": 57,
    "limit": 20,
    "pages": 3,
    "total_tokens": 0,
    "input_tokens": 0,
    "output_tokens": 0,
    "text_tokens": 0,
    "image_tokens": 0,
    "monthly_cap": 1000,
    "spent_this_month": 120,
    "max_bytes": 26214400,
    "label": "Picture",
    "help": "The picture to work on.",
    "description": "Photos and drawings into ten formats.",
    "endpoint": "/api/convert",
    "contest": "eyJ3b3JkcyI6…",
    "ratio": "1:1",
}
BY_MODEL: dict[str, dict[str, Any]] = {  # where a field of this model holds something else than usual
    "Started": {"status": "queued", "queue_position": 2},
    "ToolAnswer": {"message": "Converted file complete.", "credit_cost": 10},
    "Quote": {"credit_cost": 20},
    "ModelAnswer": {"id": "illustrator"},
    "SiteModel": {
        "name": "sdxl",
        "title": "Stable Diffusion XL",
        "good_at": "Photographs with much detail",
        "tools": ["generate", "restyle"],
        "price_factor": 1.5,
        "plans": ["pro", "max"],
    },
    "DeliveryDescription": {
        "type": "job.succeeded",
        "url": "https://example.com/hooks/limn",
        "state": "delivered",
        "next_try_at": None,
        "body": '{"type": "job.succeeded", …}',
    },
    "Try": {"status": 204, "answer": "", "error": "", "seconds": 0.2},
    "WebhookAnswer": {"url": "https://example.com/hooks/limn", "previous_secret_until": None},
    "KeyDescription": {"scopes": ["generate", "read"], "previous_until": None},
    "ToolDescription": {"name": "convert", "credits": 10, "priced_by": None},
    "ToolFile": {"name": "image"},
    "JobFacts": {"tool": "generate"},
    "Filed": {"message": "Thank you. Somebody will look at it."},
    "AddressParams": {"url": "https://example.com/hooks/limn"},
}
DEPTH = 6


def example(schema: Schema, components: dict[str, Schema], name: str = "", depth: int = 0) -> Any:
    """Valid under the schema as far as simple schemas go; of an object all that is required and what is usual."""
    schema = resolved(schema, components)
    if "const" in schema:
        return schema["const"]
    if name in BY_NAME and schema.get("default") not in ("", [], 0, None):
        return schema["default"]
    if schema.get("examples"):
        return schema["examples"][0]
    if "enum" in schema:
        return BY_NAME[name] if BY_NAME.get(name) in schema["enum"] else schema["enum"][0]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return example(schema[choice][0], components, name, depth)
    return _of_type(schema, components, name, depth)


def _of_type(schema: Schema, components: dict[str, Schema], name: str, depth: int) -> Any:
    match schema.get("type"):
        case "object" if depth < DEPTH:
            return _object(schema, components, depth)
        case "array" if depth < DEPTH:
            usual = BY_NAME.get(name)
            if isinstance(usual, list) and schema.get("items", {}).get("type") == "string":
                return usual
            return [example(schema.get("items", {}), components, name.removesuffix("s"), depth + 1)]
        case "string":
            return _text(schema, name)
        case "integer" | "number":
            usual = BY_NAME.get(name)
            return usual if isinstance(usual, int) else schema.get("minimum", schema.get("default", 1))
        case "boolean":
            return bool(BY_NAME.get(name, schema.get("default", True)))
        case "null":
            return None
    return {}


def _object(schema: Schema, components: dict[str, Schema], depth: int) -> dict[str, Any]:
    required = schema.get("required", [])
    shown = {
        name: part
        for name, part in schema.get("properties", {}).items()
        if name in required or name in BY_NAME or "examples" in part
    }
    own = BY_MODEL.get(schema.get("title", ""), {})
    return {
        name: own[name] if name in own else example(part, components, name, depth + 1) for name, part in shown.items()
    }


def _text(schema: Schema, name: str) -> str:
    if schema.get("format") == "date-time":
        return MOMENT
    usual = BY_NAME.get(name)
    return usual if isinstance(usual, str) else str(schema.get("default") or "…")
