"""JSON Web Tokens for clients that sign in and keep no cookie.

A token names a sign-in, and the sign-in's row decides: revoking it ends the token at once. One algorithm, pinned.
"""

import hmac
from datetime import datetime, timedelta
from typing import Any

from app.accounts import sign_ins
from app.accounts.models import Person
from app.extensions import settings

ALGORITHM = "HS256"
ISSUER = "limn"


def issue(person: Person, agent: str, network: str, now: datetime) -> str:
    import jwt  # with what it may bring along, too heavy for the start of the web process

    lasts = timedelta(minutes=settings().TOKEN_MINUTES)
    sign_in = sign_ins.open_sign_in(person, agent, network, now, lasts)
    claims = {"iss": ISSUER, "sub": str(person.id), "jti": sign_in, "iat": now, "exp": now + lasts}
    return jwt.encode(claims, _key(), ALGORITHM)


def person_of(token: str, now: datetime) -> Person | None:
    """Whose token this is, if its sign-in still holds."""
    import jwt

    # The row says when it ends, by the same clock as everything else here.
    checks: Any = {"verify_exp": False, "verify_iat": False, "require": ["exp", "jti", "sub"]}
    try:
        claims = jwt.decode(token, _key(), [ALGORITHM], checks, issuer=ISSUER)
    except jwt.InvalidTokenError:
        return None
    person = sign_ins.person_of(str(claims["jti"]), now)
    return person if person and str(person.id) == claims["sub"] else None


def _key() -> bytes:
    """Not SECRET_KEY itself: what signs cookies must not sign tokens."""
    return hmac.digest(settings().SECRET_KEY.encode(), b"json web tokens", "sha256")
