"""Argon2id at 46 MiB, at most two at a time in one process, so that a burst of sign-ins cannot eat the memory."""

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

SHORTEST, LONGEST = 8, 256

_hasher = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
_two_at_a_time = BoundedSemaphore(2)


def hash_password(password: str) -> str:
    with _two_at_a_time:
        return _hasher.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Whether the password is the one. With no hash (an unknown address) it works as long and says no."""
    with _two_at_a_time:
        try:
            right = _hasher.verify(password_hash or _nobodys_hash(), password)
        except VerificationError:
            return False
    return right and password_hash is not None


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")
