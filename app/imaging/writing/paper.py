"""A document's own PDF, whose text can be selected, without what could act or tell in it."""

from io import BytesIO

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream

from app.imaging.kinds import KINDS
from app.imaging.stripping import rebuilt

ACTING = ("/OpenAction", "/AA", "/AcroForm")
TELLING = ("/Metadata", "/PieceInfo")
LINKS = ("/URI", "/GoTo")


def cleaned(source: bytes, *, page: int | None, keep: bool) -> bytes:
    """Of a PDF that LibreOffice wrote; all pages, or one. `keep` keeps title, author, and what pictures tell."""
    with pikepdf.open(BytesIO(source)) as pdf:
        if page:
            pdf.pages[:] = [pdf.pages[page - 1]]
        _disarm(pdf)
        if not keep:
            _strip(pdf)
        out = BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _disarm(pdf: Pdf) -> None:
    """Links stay. Forms, scripts, attachments and everything that starts by itself go."""
    _without(pdf.Root, ACTING)
    names = pdf.Root.get("/Names")
    if names is not None:
        pdf.Root.Names = Dictionary(Dests=names.Dests) if "/Dests" in names else Dictionary()
    for page in pdf.pages:
        _without(page.obj, ACTING)
        if "/Annots" in page:
            page.Annots = pikepdf.Array([each for each in page.Annots if _is_link(each)])


def _is_link(annotation: pikepdf.Object) -> bool:
    if annotation.get("/Subtype") != Name.Link:
        return False
    return "/A" not in annotation or str(annotation.A.get("/S")) in LINKS


def _strip(pdf: Pdf) -> None:
    _without(pdf.Root, TELLING)
    del pdf.docinfo
    for item in pdf.objects:
        if isinstance(item, Stream):
            _without(item, TELLING)
            _strip_picture(item)


def _strip_picture(stream: Stream) -> None:
    if stream.get("/Subtype") == Name.Image and stream.get("/Filter") == Name.DCTDecode:
        bare = rebuilt(stream.read_raw_bytes(), KINDS["jpg"])
        if bare is not None:
            stream.write(bare, filter=Name.DCTDecode)


def _without(item: pikepdf.Object, names: tuple[str, ...]) -> None:
    for name in names:
        if name in item:
            del item[name]
