"""What a change in the middle of a period costs: by the second, to the cent."""

from fractions import Fraction


def share(cents: int, begins: int, ends: int, now: int) -> int:
    """The price of what is left of a period, rounded to the nearest cent."""
    left = Fraction(max(ends - max(now, begins), 0), ends - begins)
    return int(cents * left + Fraction(1, 2))
