"""GIF, block by block."""

EXTENSION, IMAGE, END = 0x21, 0x2C, 0x3B
CONTROL, APPLICATION = 0xF9, 0xFF
LOOPS = (b"\x0bNETSCAPE2.0\x03\x01", b"\x0bANIMEXTS1.0\x03\x01")  # the number of rounds follows
HEADER, DESCRIPTOR = 13, 10  # bytes


def rebuilt(source: bytes) -> bytes:
    """Raises ValueError or IndexError for what is no whole GIF."""
    if source[:6] not in (b"GIF87a", b"GIF89a"):
        raise ValueError("no GIF")
    at = HEADER + _colours(source[10])
    parts = [source[:at]]
    while source[at] != END:
        end = _end(source, at)
        if _needed(source, at, end):
            parts.append(source[at:end])
        at = end
    return b"".join((*parts, bytes([END])))


def _end(source: bytes, at: int) -> int:
    """Where the block at `at` ends."""
    if source[at] == EXTENSION:
        at += 2
    elif source[at] == IMAGE:
        at += DESCRIPTOR + _colours(source[at + 9]) + 1
    else:
        raise ValueError("no block where one has to be")
    while source[at]:
        at += source[at] + 1
    return at + 1


def _needed(source: bytes, at: int, end: int) -> bool:
    if source[at] == IMAGE:
        return True
    label = source[at + 1]
    if label == APPLICATION:
        return source.startswith(LOOPS, at + 2) and end - at == 19
    return label == CONTROL and end - at == 8


def _colours(flags: int) -> int:
    """The length of the table of colours that follows, in bytes."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0
