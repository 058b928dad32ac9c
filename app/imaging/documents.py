"""Office documents as PDF, by LibreOffice. For sandboxed children only, and only where they have no network."""

import io
import re
import subprocess
import tempfile
import zipfile
from pathlib import Path
from shutil import which

from app.imaging.bounds import MB, Bounds
from app.imaging.kinds import KINDS, Kind
from app.imaging.sandbox.isolation import network_cut
from app.imaging.sniff import HEAD, OLE, sniff
from app.refusals import Refusal

PLACES = ("/usr/bin", "/usr/local/bin", "/usr/lib/libreoffice/program", "/opt/*/program")
ZIP = b"PK\3\4"
ENCRYPTED_SLIDES = bytes.fromhex("dfc4d1f3")
MOST_ENTRIES = 10_000
PIECE = 1024 * 1024
OPEN_XML = {"wordprocessingml": "docx", "spreadsheetml": "xlsx", "presentationml": "pptx"}
OPEN_DOCUMENT = {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}
STREAMS = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls", "PowerPoint Document": "ppt"}
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
</oor:items>
"""


def to_pdf(source: bytes, kind: Kind, *, bounds: Bounds) -> bytes:
    """A document as PDF. `kind` is what it was taken for; what it is, its content tells.

    Refuses with `helper_missing`, `not_a_picture`, `unreadable`, `password_needed` or `too_large`.
    """
    office = _soffice()
    kind = settle(source, bounds=bounds)
    if pdf := _convert(office, source, kind):
        return pdf
    if _locked(source, kind):
        raise Refusal("password_needed", "This document is locked with a password. Save it without one and try again.")
    raise Refusal("unreadable", f"LibreOffice cannot read this {kind.title} document. Save it anew and try again.")


def settle(source: bytes, *, bounds: Bounds) -> Kind:
    """Which kind of document this is, by its content. Refuses what is none, what has macros, what unpacks too large."""
    if source.startswith(ZIP):
        return _settle_zip(source, bounds)
    if source.startswith(OLE):
        return _settle_ole(source)
    kind = sniff(source[:HEAD])  # RTF, and Word and Excel from before they were packed
    if kind and kind.document:
        return kind
    raise Refusal(
        "not_a_picture", "This is no document that Limn can read. Word, Excel, PowerPoint and OpenDocument work."
    )


def _soffice() -> str:
    """The program. Documents fetch what they link to, hence never with a network."""
    found = which("soffice") or next(
        (str(path) for place in PLACES for path in Path("/").glob(f"{place[1:]}/soffice")), ""
    )
    if not found:
        raise Refusal(
            "helper_missing", "Documents need LibreOffice, which is not installed here. Save it as PDF instead."
        )
    if not network_cut():
        raise Refusal(
            "helper_missing",
            "Documents can only be opened where they cannot reach the network, which needs bubblewrap. "
            "It does not work here. Save it as PDF instead.",
        )
    return found


def _convert(office: str, source: bytes, kind: Kind) -> bytes:
    """Empty if no PDF comes out: LibreOffice ends well in either case. Its time is that of the child."""
    folder = Path(tempfile.mkdtemp())
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(SETTINGS)
    file = folder / f"document.{kind.extension}"
    file.write_bytes(source)
    command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", "pdf", "--outdir", str(folder), str(file)]
    subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False)  # noqa: S603
    pdf = file.with_suffix(".pdf")
    data = pdf.read_bytes() if pdf.exists() else b""
    return data if data.startswith(b"%PDF-") else b""


def _settle_zip(source: bytes, bounds: Bounds) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(source)) as archive:
            _weigh(archive, bounds)
            types = _text(archive, "[Content_Types].xml")
            mimetype = _text(archive, "mimetype").strip()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise Refusal("unreadable", "This document is damaged. Save it anew and try again.") from error
    return _open_xml(types) if types else _open_document(mimetype)


def _open_xml(types: str) -> Kind:
    if re.search(r"macroEnabled|vbaProject", types):
        raise Refusal("not_a_picture", "This document has macros, which Limn does not open. Save it without them.")
    if main := re.search(r"(wordprocessingml|spreadsheetml|presentationml)\.\w+\.main\+xml", types):
        return KINDS[OPEN_XML[main[1]]]
    raise Refusal("not_a_picture", "This is no Word, Excel or PowerPoint document, though it is packed like one.")


def _open_document(mimetype: str) -> Kind:
    name = mimetype.removeprefix("application/vnd.oasis.opendocument.").removesuffix("-template")
    if mimetype == name or name not in OPEN_DOCUMENT:
        what = f"a ZIP file of the type {mimetype[:60]}" if mimetype.isprintable() and mimetype else "a ZIP file"
        raise Refusal("not_a_picture", f"This is {what}, no document that Limn can read.")
    return KINDS[OPEN_DOCUMENT[name]]


def _weigh(archive: zipfile.ZipFile, bounds: Bounds) -> None:
    """By the directory first, then by what is really in there: either may lie."""
    entries = archive.infolist()
    heavy = len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > bounds.unzipped
    if heavy or _unpacked(archive, entries, bounds.unzipped) > bounds.unzipped:
        raise Refusal(
            "too_large",
            f"Unpacked, this document is larger than {bounds.unzipped // MB} MB. Try one with fewer pictures.",
        )


def _unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], most: int) -> int:
    total = 0
    for entry in entries:
        with archive.open(entry) as packed:
            while total <= most and (piece := packed.read(PIECE)):
                total += len(piece)
    return total


def _text(archive: zipfile.ZipFile, name: str) -> str:
    return archive.read(name).decode("utf-8", "replace") if name in archive.namelist() else ""


def _settle_ole(source: bytes) -> Kind:
    import olefile

    try:
        with olefile.OleFileIO(source) as ole:
            names = ["/".join(path) for path in ole.listdir()]
    except (OSError, ValueError, IndexError) as error:
        raise Refusal("unreadable", "This document is damaged. Save it anew and try again.") from error
    if "EncryptedPackage" in names:
        raise Refusal("password_needed", "This document is locked with a password. Save it without one and try again.")
    for name, kind in STREAMS.items():
        if name in names:
            return KINDS[kind]
    raise Refusal("not_a_picture", "This is a file of another office program, no document that Limn can read.")


def _locked(source: bytes, kind: Kind) -> bool:
    """Asked when LibreOffice gave up: some locks open with a password that everybody knows."""
    if source.startswith(ZIP):
        with zipfile.ZipFile(io.BytesIO(source)) as archive:
            return "encryption-data" in _text(archive, "META-INF/manifest.xml")
    if not source.startswith(OLE):
        return False
    import olefile

    with olefile.OleFileIO(source) as ole:
        if kind.name == "doc":
            return bool(ole.openstream("WordDocument").read(12)[11] & 1)
        if kind.name == "ppt" and ole.exists("Current User"):
            return bool(ole.openstream("Current User").read(16)[12:] == ENCRYPTED_SLIDES)
        name = next((name for name in ("Workbook", "Book") if ole.exists(name)), "")
        return bool(name) and _file_pass(ole.openstream(name).read(4096))


def _file_pass(records: bytes) -> bool:
    """Whether one of the first records of a workbook says that the rest is encrypted."""
    at = 0
    while at + 4 <= len(records):
        if records[at : at + 2] == b"\x2f\0":
            return True
        at += 4 + int.from_bytes(records[at + 2 : at + 4], "little")
    return False
