"""The pictures that come with an edit or a variation: in a form, or in JSON as data."""

import base64
import binascii
from typing import Any

from flask import request

from app.extensions import settings
from app.imaging.bounds import MB
from app.imaging.sniff import HEAD, describe, sniff
from app.jobs.inputs import Upload
from app.refusals import Refusal

FORM = "multipart/form-data"
PICTURES = ("image", "image[]")
MASK = "mask"
BASE64 = 4 / 3  # as long as what it holds
REST = MB  # of a request, beside its files


def most_bytes() -> int:
    """Of a request: a picture and a mask, which JSON writes longer."""
    return round(2 * settings().UPLOAD_MB * MB * BASE64) + REST


def sent() -> list[Upload]:
    """The picture and, if there is one, the mask of a form. Refuses what else is a file."""
    for name in set(request.files) - {*PICTURES, MASK}:
        raise Refusal("invalid", f"“{name[:60]}” is no file here.", field=name[:60], reason="unsupported_parameter")
    pictures = [file for name in PICTURES for file in request.files.getlist(name)]
    masks = request.files.getlist(MASK)
    _refuse_other_than_one("image", len(pictures))
    if len(masks) > 1:
        raise Refusal("invalid", "Send one mask.", field=MASK)
    most = settings().UPLOAD_MB * MB
    return [
        _upload("image", pictures[0].stream.read(most + 1)),
        *(_upload(MASK, mask.stream.read(most + 1)) for mask in masks),
    ]


def written_out(given: dict[str, Any]) -> list[Upload]:
    """The same from `images` and `mask` of a JSON object, which are taken out of it."""
    pictures, mask = given.pop("images", None), given.pop(MASK, None)
    _refuse_other_than_one("images", len(pictures) if isinstance(pictures, list) else 0)
    found = [_upload("image", _data(pictures[0], "images"))]
    return found if mask is None else [*found, _upload(MASK, _data(mask, MASK))]


def _data(reference: Any, field: str) -> bytes:
    """Of `{"image_url": "data:image/png;base64,…"}`."""
    if not isinstance(reference, dict) or len(reference) != 1:
        raise Refusal("invalid", f"{field} is written as an object with image_url.", field=field)
    if "file_id" in reference:
        told = "No files are kept here, so there is no file_id: send the picture itself."
        raise Refusal("invalid", told, field=f"{field}.file_id", reason="unsupported_parameter")
    head, comma, data = str(reference.get("image_url", "")).partition(",")
    if not (comma and head.startswith("data:") and head.endswith(";base64")):
        told = "Pictures are not fetched from other sites: send this one in a form, or as a data: address in base64."
        raise Refusal("invalid", told, field=f"{field}.image_url", reason="unsupported_value")
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal("invalid", f"{field}.image_url is no base64.", field=f"{field}.image_url") from None


def _refuse_other_than_one(field: str, count: int) -> None:
    if count == 0:
        raise Refusal("invalid", f"{field} is required.", field=field, reason="missing_required_parameter")
    if count > 1:
        told = "One picture at a time is worked on here: send one image."
        raise Refusal("invalid", told, field=field, reason="unsupported_value")


def _upload(field: str, data: bytes) -> Upload:
    """A file by what it holds, whatever its name says."""
    most = settings().UPLOAD_MB * MB
    if len(data) > most:
        raise Refusal("too_large", f"A file can have {settings().UPLOAD_MB} MB.", field=field, max_bytes=most)
    kind = sniff(data[:HEAD])
    if kind is None:
        raise Refusal("not_a_picture", f"The {field} is {describe(data[:HEAD])}.", field=field)
    return Upload(field, data, kind.type, kind.extension)
