"""Which letters a character can stand for: look-alikes of other scripts, digits and signs read as letters."""

import tomllib
from pathlib import Path

DATA = Path(__file__).parent / "data"
TABLE: dict[str, dict[str, str]] = tomllib.loads((DATA / "letters.toml").read_text())

SPELLED_OUT = str.maketrans(TABLE["spelled_out"])  # what Unicode does not take apart, such as ß, ø and 🅰
LOOKALIKES = TABLE["lookalikes"]
SIGNS = TABLE["signs"]
DIGITS = TABLE["digits"]
ANY = frozenset(TABLE["any"]["signs"])  # f*ck

_READINGS = {**LOOKALIKES, **SIGNS, **DIGITS}


def readings(char: str) -> str:
    """A lower-case character and the letters it can be read as."""
    return char + _READINGS.get(char, "")
