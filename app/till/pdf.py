"""An invoice as a PDF: one page of plain text, so that the link to it leads somewhere."""

from collections.abc import Iterable

A4 = "[0 0 595 842]"
LINE = 18  # points
LONGEST = 90  # letters


def page(lines: Iterable[str]) -> bytes:
    """A PDF with these lines on an A4 page."""
    text = "\n".join(f"({_safe(line)}) Tj T*" for line in lines)
    stream = f"BT /F1 11 Tf {LINE} TL 60 780 Td\n{text}\nET"
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox {A4} /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< /Length {len(_bytes(stream))} >>\nstream\n{stream}\nendstream",
    ]
    return _file(bodies)


def _file(bodies: list[str]) -> bytes:
    """The objects with the table of where each begins."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += _bytes(f"{number} 0 obj\n{body}\nendobj\n")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count, begins = len(bodies) + 1, len(out)
    end = f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<< /Size {count} /Root 1 0 R >>\n"
    return out + _bytes(f"{end}startxref\n{begins}\n%%EOF\n")


def _safe(line: str) -> str:
    return line[:LONGEST].replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _bytes(text: str) -> bytes:
    return text.encode("cp1252", "replace")
