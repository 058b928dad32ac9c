"""Office documents: told by content, turned into PDF where they reach nobody."""

import io
import socket
import struct
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.imaging import documents
from app.imaging.bounds import MB, Bounds, Budgets
from app.imaging.kinds import KINDS
from app.imaging.made import Made
from app.imaging.sandbox import Sandbox
from app.refusals import Refusal
from tests.imaging.sandbox import works
from tests.skips import CORPORA

OFFICE, OPF = CORPORA / "office", CORPORA / "opf"
TYPES = '<Types><Override PartName="/x" ContentType="application/vnd.openxmlformats-officedocument.{}+xml"/></Types>'
ODF = "application/vnd.oasis.opendocument."
converts = pytest.mark.needs("libreoffice", "bubblewrap")
corpora = pytest.mark.needs("corpora")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with closing(Sandbox(shows=[Path(__file__).parents[1]])) as opened:
        yield opened


@pytest.mark.slow
@converts
@corpora
@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (OFFICE / "simple-table.doc", "doc"),
        (OFFICE / "heading123.docx", "docx"),
        (OFFICE / "namedinput.xls", "xls"),
        (OFFICE / "testPPT.pptx", "pptx"),
        (OPF / "office-examples/LibreOffice7-ODF-1.3/LibreOfficeCalc_ods_1.3.ods", "ods"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_real_document_becomes_a_pdf(sandbox: Sandbox, file: Path, kind: str) -> None:
    made = convert(sandbox, file.read_bytes())
    assert made.facts == {"kind": kind}
    assert made.files[0].data.startswith(b"%PDF-")
    assert made.files[0].data.rstrip().endswith(b"%%EOF")


@converts
def test_rtf_becomes_a_pdf(sandbox: Sandbox) -> None:
    assert convert(sandbox, rb"{\rtf1\ansi Hello}").facts == {"kind": "rtf"}


@converts
@pytest.mark.parametrize("write", ["docx", "odt"])
def test_a_linked_picture_is_never_fetched(sandbox: Sandbox, write: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.png"
        made = convert(sandbox, linking_docx(address) if write == "docx" else linking_odt(address))
        assert made.files[0].data.startswith(b"%PDF-")
        with pytest.raises(BlockingIOError):
            server.accept()


@converts
def test_a_document_that_holds_junk_is_refused(sandbox: Sandbox) -> None:
    types = TYPES.format("wordprocessingml.document.main")
    assert refused(sandbox, zipped({"[Content_Types].xml": types, "word/document.xml": "junk"})).code == "unreadable"


@converts
def test_an_open_document_with_a_password_is_told_as_such(sandbox: Sandbox) -> None:
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODF}text"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml" manifest:size="9">'
        '<manifest:encryption-data manifest:checksum-type="SHA1/1K" manifest:checksum="qqqq">'
        '<manifest:algorithm manifest:algorithm-name="Blowfish CFB" manifest:initialisation-vector="qqqqqqqqqqo="/>'
        '<manifest:key-derivation manifest:key-derivation-name="PBKDF2" manifest:iteration-count="1024" '
        'manifest:salt="qqqqqqqqqqqqqqqqqqqqqg=="/></manifest:encryption-data></manifest:file-entry></manifest:manifest>'
    )
    files = {"mimetype": f"{ODF}text", "META-INF/manifest.xml": manifest, "content.xml": "encrypted"}
    assert refused(sandbox, zipped(files)).code == "password_needed"


@converts
@corpora
def test_a_word_document_with_a_password_is_told_as_such(sandbox: Sandbox) -> None:
    locked = bytearray((OFFICE / "simple-table.doc").read_bytes())
    start = locked.index(b"\xec\xa5\xc1\x00")  # of its first stream; the flag is one bit of the twelfth byte
    locked[start + 11] |= 1
    assert refused(sandbox, bytes(locked)).code == "password_needed"


@corpora
def test_an_encrypted_package_needs_its_password() -> None:
    assert refusal((OFFICE / "namedinput.xls").read_bytes(), rename=("Workbook", "EncryptedPackage")).code == (
        "password_needed"
    )


@corpora
def test_another_office_program_is_no_document() -> None:
    assert (
        refusal((OFFICE / "namedinput.xls").read_bytes(), rename=("Workbook", "VisioDocument")).code == "not_a_picture"
    )


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("wordprocessingml.document.main", "docx"),
        ("wordprocessingml.template.main", "docx"),
        ("spreadsheetml.sheet.main", "xlsx"),
        ("presentationml.slideshow.main", "pptx"),
    ],
)
def test_open_xml_is_told_by_its_content_types(part: str, kind: str) -> None:
    assert settle(zipped({"[Content_Types].xml": TYPES.format(part)})) == kind


@pytest.mark.parametrize(("type_", "kind"), [("text", "odt"), ("spreadsheet-template", "ods"), ("presentation", "odp")])
def test_open_document_is_told_by_its_mimetype(type_: str, kind: str) -> None:
    assert settle(zipped({"mimetype": ODF + type_})) == kind


MACROS = '<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
NO_DOCUMENTS = {
    "macros": {"[Content_Types].xml": MACROS},
    "a macro project": {"[Content_Types].xml": TYPES.format("wordprocessingml.document.main") + "vbaProject"},
    "a database": {"mimetype": ODF + "base"},
    "a book": {"mimetype": "application/epub+zip"},
    "a program": {"META-INF/MANIFEST.MF": "Main-Class: x"},
    "a package": {"[Content_Types].xml": "<Types/>"},
}


@pytest.mark.parametrize("files", NO_DOCUMENTS.values(), ids=list(NO_DOCUMENTS))
def test_other_packages_are_refused(files: dict[str, str]) -> None:
    assert refusal(zipped(files)).code == "not_a_picture"


@pytest.mark.parametrize("source", [b"", b"<html><img src=http://x>", b"hello", b"%PDF-1.7"])
def test_what_is_no_document_is_refused(source: bytes) -> None:
    assert refusal(source).code == "not_a_picture"


def test_what_unpacks_too_large_is_refused_by_its_directory() -> None:
    bomb = zipped({"mimetype": ODF + "text", "content.xml": "0" * (3 * MB)})
    assert refusal(bomb, Bounds(unzipped=2 * MB)).code == "too_large"


def test_a_directory_that_lies_about_sizes_is_refused() -> None:
    bomb = bytearray(zipped({"mimetype": ODF + "text", "content.xml": "0" * (3 * MB)}))
    entry = bomb.rindex(b"PK\1\2")
    bomb[entry + 24 : entry + 28] = struct.pack("<I", 100)
    assert refusal(bytes(bomb), Bounds(unzipped=2 * MB)).code in {"unreadable", "too_large"}


def test_very_many_entries_are_refused() -> None:
    assert refusal(zipped({str(number): "" for number in range(10_001)})).code == "too_large"


@pytest.mark.parametrize("cut", [10, 200])
def test_a_package_cut_short_is_damaged(cut: int) -> None:
    assert refusal(zipped({"mimetype": ODF + "text", "content.xml": "x" * 500})[:cut]).code == "unreadable"


def test_without_libreoffice_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "which", lambda _: None)
    monkeypatch.setattr(documents, "PLACES", ())
    assert "Documents need LibreOffice" in missing_helper().message


def test_with_a_network_it_opens_no_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "which", lambda _: "/usr/bin/soffice")
    assert "network" in missing_helper().message


def convert(sandbox: Sandbox, source: bytes) -> Made:
    budget = Budgets().document
    return sandbox.call(works.document, source, budget=budget, on_wait=lambda: None, bounds=Bounds())


def refused(sandbox: Sandbox, source: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        convert(sandbox, source)
    return caught.value


def settle(source: bytes) -> str:
    return documents.settle(source, bounds=Bounds()).name


def refusal(source: bytes, bounds: Bounds = Bounds(), rename: tuple[str, str] | None = None) -> Refusal:  # noqa: B008
    with pytest.raises(Refusal) as caught:
        documents.settle(renamed(source, *rename) if rename else source, bounds=bounds)
    return caught.value


def missing_helper() -> Refusal:
    with pytest.raises(Refusal) as caught:
        documents.to_pdf(rb"{\rtf1 Hello}", KINDS["rtf"], bounds=Bounds())
    assert caught.value.code == "helper_missing"
    return caught.value


def renamed(source: bytes, old: str, new: str) -> bytes:
    """An OLE file with another name for one of its streams."""
    at = source.index(old.encode("utf-16-le") + b"\0\0")
    entry = new.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(new) + 2)
    return source[:at] + entry + source[at + len(entry) :]


def zipped(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text, zipfile.ZIP_STORED if name == "mimetype" else None)
    return packed.getvalue()


def linking_odt(address: str) -> bytes:
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{of}:1.0"'
        for name, of in (("office", "office"), ("text", "text"), ("draw", "drawing"), ("svg", "svg-compatible"))
    )
    content = (
        f'<office:document-content{spaces} xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2">'
        '<office:body><office:text><text:p>Hello <draw:frame svg:width="5cm" svg:height="5cm">'
        f'<draw:image xlink:href="{address}" xlink:type="simple"/></draw:frame></text:p></office:text></office:body>'
        "</office:document-content>"
    )
    manifest = (
        '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<m:file-entry m:full-path="/" m:media-type="{ODF}text"/>'
        '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>'
    )
    return zipped({"mimetype": f"{ODF}text", "META-INF/manifest.xml": manifest, "content.xml": content})


def linking_docx(address: str) -> bytes:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    drawing = "http://schemas.openxmlformats.org/drawingml/2006"
    types = (
        f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    link = f'<Relationship Id="r1" Type="{office}/image" Target="{address}" TargetMode="External"/>'
    main = f'<Relationship Id="r1" Type="{office}/officeDocument" Target="word/document.xml"/>'
    picture = (
        f'<wp:inline xmlns:wp="{drawing}/wordprocessingDrawing"><wp:extent cx="990000" cy="990000"/>'
        '<wp:docPr id="1" name="x"/>'
        f'<a:graphic xmlns:a="{drawing}/main"><a:graphicData uri="{drawing}/picture">'
        f'<p:pic xmlns:p="{drawing}/picture"><p:nvPicPr><p:cNvPr id="1" name="x"/><p:cNvPicPr/></p:nvPicPr>'
        f'<p:blipFill><a:blip xmlns:r="{office}" r:link="r1"/></p:blipFill><p:spPr><a:xfrm><a:off x="0" y="0"/>'
        '<a:ext cx="990000" cy="990000"/></a:xfrm><a:prstGeom prst="rect"/></p:spPr></p:pic></a:graphicData>'
        "</a:graphic></wp:inline>"
    )
    document = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        f"<w:t>Hello</w:t><w:drawing>{picture}</w:drawing></w:r></w:p></w:body></w:document>"
    )
    related = f'<Relationships xmlns="{package}/relationships">{{}}</Relationships>'
    return zipped(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": related.format(main),
            "word/_rels/document.xml.rels": related.format(link),
            "word/document.xml": document,
        }
    )
