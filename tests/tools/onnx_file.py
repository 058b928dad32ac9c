"""Small network files for tests, as ONNX writes them: protocol buffers, a message being fields with their values."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Entry = tuple[int, "int | bytes | str"]
STRING, INT, INTS = 3, 2, 7  # kinds of attribute
FLOAT32 = 1  # the kind of a tensor's numbers


def model(nodes: Iterable[bytes], weights: Iterable[bytes], given: bytes, made: Iterable[bytes]) -> bytes:
    graph = message(
        *((1, node) for node in nodes), (2, "graph"), *((5, weight) for weight in weights), (11, given),
        *((12, value) for value in made),
    )  # fmt: skip
    return message((1, 8), (7, graph), (8, message((1, ""), (2, 13))))


def node(kind: str, given: Sequence[str], made: str, **attributes: "int | Sequence[int] | str") -> bytes:
    entries: list[Entry] = [(1, name) for name in given]
    return message(*entries, (2, made), (4, kind), *((5, _attribute(*each)) for each in attributes.items()))


def weight(name: str, values: NDArray[np.float32]) -> bytes:
    entries: list[Entry] = [(1, side) for side in values.shape]
    return message(*entries, (2, FLOAT32), (8, name), (9, values.astype("<f4").tobytes()))


def tensor(name: str, shape: Sequence["int | str"]) -> bytes:
    """The description of an input or output; a side that is a name is free."""
    sides: list[Entry] = [(1, message((1, side) if isinstance(side, int) else (2, side))) for side in shape]
    return message((1, name), (2, message((1, message((1, FLOAT32), (2, message(*sides)))))))


def message(*entries: Entry) -> bytes:
    return b"".join(map(_entry, entries))


def _entry(entry: Entry) -> bytes:
    number, value = entry
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _attribute(name: str, value: "int | Sequence[int] | str") -> bytes:
    if isinstance(value, int):
        return message((1, name), (3, value), (20, INT))
    if isinstance(value, str):
        return message((1, name), (4, value), (20, STRING))
    return message((1, name), *((8, each) for each in value), (20, INTS))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def matting(channels: int = 4, layers: int = 1, side: int = 320) -> bytes:
    """Shaped like U²-Net, with weights drawn by lot: 1×3×side×side in, seven maps out. More layers take longer."""
    rng = np.random.default_rng(5)
    nodes, weights, last, width = [], [], "given", 3
    for number in range(layers):
        weights.append(weight(f"w{number}", rng.normal(0, 0.2, (channels, width, 3, 3)).astype(np.float32)))
        nodes.append(node("Conv", [last, f"w{number}"], f"c{number}", pads=[1, 1, 1, 1]))
        nodes.append(node("Relu", [f"c{number}"], f"r{number}"))
        last, width = f"r{number}", channels
    weights.append(weight("w", rng.normal(0, 100, (1, width, 1, 1)).astype(np.float32)))  # sure of itself
    nodes.append(node("Conv", [last, "w"], "map"))
    nodes += [node("Sigmoid", ["map"], f"made{number}") for number in range(7)]
    made = [tensor(f"made{number}", (1, 1, side, side)) for number in range(7)]
    return model(nodes, weights, tensor("given", (1, 3, side, side)), made)


def enlarging(scale: int = 4) -> bytes:
    """Repeats each pixel `scale` times a side, for pictures of any size."""
    kernel = np.zeros((3, 3, scale, scale), np.float32)
    for channel in range(3):
        kernel[channel, channel] = 1
    enlarge = node("ConvTranspose", ["given", "w"], "made", strides=[scale, scale])
    given = tensor("given", (1, 3, "height", "width"))
    return model([enlarge], [weight("w", kernel)], given, [tensor("made", (1, 3, "tall", "wide"))])
