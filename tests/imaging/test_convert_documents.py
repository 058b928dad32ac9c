"""Documents become pictures, and a PDF whose text can be selected, with nothing in it that acts or tells."""

from contextlib import closing
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name

from app.imaging.bounds import Bounds, Budgets
from app.imaging.convert import convert
from app.imaging.sandbox import Sandbox
from app.imaging.writing.paper import cleaned
from tests.imaging.pictures import file_of, opened, photo, same
from tests.skips import CORPORA

MARK = b"planted-by-the-test"


def paper() -> bytes:
    """Two pages with everything a PDF should not do."""
    pdf = pikepdf.new()
    run = Dictionary(S=Name.JavaScript, JS="planted-by-the-test")
    picture = pdf.make_stream(
        file_of(photo(), "JPEG", comment=MARK),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=96,
        Height=64,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    for _ in range(2):
        page = pdf.add_blank_page(page_size=(200, 100))
        page.Resources = Dictionary(XObject=Dictionary(Picture=picture))
        page.Contents = pdf.make_stream(b"q 96 0 0 64 0 0 cm /Picture Do Q")
        page.AA = Dictionary(O=run)
        page.Annots = Array([link(run), link(Dictionary(S=Name.URI, URI="https://limn.example"))])
    pdf.Root.OpenAction = run
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["run", run])))
    pdf.docinfo["/Author"] = "planted-by-the-test"
    out = BytesIO()
    pdf.save(out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def link(action: pikepdf.Object) -> Dictionary:
    return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)


def test_nothing_in_the_pdf_acts_or_tells() -> None:
    assert MARK in paper()
    with pikepdf.open(BytesIO(cleaned(paper(), page=None, keep=False))) as pdf:
        out = BytesIO()
        pdf.save(out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        assert len(pdf.pages) == 2
    assert [word for word in (MARK, b"/JavaScript", b"/OpenAction", b"/AA") if word in out.getvalue()] == []
    assert b"https://limn.example" in out.getvalue()


def test_who_wrote_it_stays_where_that_is_asked_for() -> None:
    with pikepdf.open(BytesIO(cleaned(paper(), page=2, keep=True))) as pdf:
        assert str(pdf.docinfo["/Author"]) == MARK.decode()
        assert (len(pdf.pages), "/OpenAction" in pdf.Root) == (1, False)


def test_a_cleaned_page_looks_as_before() -> None:
    before, after = (opened(data).image for data in (paper(), cleaned(paper(), page=1, keep=False)))
    assert same(before, after)


@pytest.mark.needs("libreoffice", "bubblewrap", "corpora")
@pytest.mark.slow
def test_a_word_file_becomes_a_pdf_with_text_and_a_picture() -> None:
    source = (CORPORA / "office/SampleDoc.doc").read_bytes()
    with closing(Sandbox()) as sandbox:
        made = [
            sandbox.call(
                convert, source, budget=Budgets().document, on_wait=lambda: None, bounds=Bounds(), option=option
            )
            for option in ("pdf", "png")
        ]
    with closing(pypdfium2.PdfDocument(made[0].files[0].data)) as pdf:
        assert len(pdf) == made[0].facts["pages_in"] == 2
        with closing(pdf[0]) as page, closing(page.get_textpage()) as text:
            assert "I am a test document" in text.get_text_range()
    assert (made[1].files[0].width, made[1].files[0].height) == (1654, 2339)
    assert set(made[0].sides) == {"before", "preview", "thumb"}
