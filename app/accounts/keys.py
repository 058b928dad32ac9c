"""API keys: made, found by their hash, rotated with an overlap, revoked.

A key reads `limn_`, 32 letters and digits at random (190 bits), and a checksum of six, by which secret scanners and we
ourselves tell a mistyped or made-up key without asking the database.
"""

import hashlib
import hmac
import secrets
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update

from app.accounts.models import ApiKey, Person
from app.extensions import Moment, db, insert_once, settings, transaction
from app.refusals import Refusal

PREFIX = "limn_"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
RANDOM, CHECK = 32, 6  # letters
SHOWN = len(PREFIX) + 4
MOST_KEYS = 50  # of one person, that still open something
USED_EVERY = timedelta(minutes=5)  # how exact "last used" is: not every request is worth a write


def create(
    person_id: int,
    name: str,
    scopes: Sequence[str],
    now: datetime,
    *,
    expires_at: datetime | None = None,
    monthly_cap: int | None = None,
    once: str | None = None,
) -> tuple[str, ApiKey]:
    """The key, never to be seen again, and its row. The same `once` makes the same key, and one row for good."""
    text = new_key(once)
    row = {
        "person_id": person_id,
        "name": name,
        "start": text[:SHOWN],
        "key_hash": _hashed(text),
        "scopes": " ".join(scopes),
        "monthly_cap": monthly_cap,
        "created_at": now,
        "expires_at": expires_at,
        "once": hashlib.sha256(once.encode()).hexdigest() if once else None,
    }
    with transaction() as tx:
        insert_once(tx, ApiKey, **row)
        mine = select(ApiKey).where(ApiKey.person_id == person_id, _opens(now))
        if len(tx.scalars(mine).all()) > MOST_KEYS:
            raise Refusal("conflict", f"You have {MOST_KEYS} keys already. Revoke one that you no longer use.")
        same = ApiKey.once == row["once"] if once else ApiKey.key_hash == row["key_hash"]  # it may be rotated since
        return text, tx.scalars(select(ApiKey).where(same)).one()


def person_of(text: str, now: datetime) -> Person | None:
    """Whose key this is, if it opens anything still; it stands beside the person. Notes that it was used."""
    if not well_formed(text):
        return None
    found = db.session.execute(_BY_HASH, {"hash": _hashed(text), "now": now}).first()
    if found is None:
        return None
    person, key = found
    person.api_key = key
    if key.used_at is None or now - key.used_at > USED_EVERY:
        with transaction(lasting=False) as tx:
            tx.execute(update(ApiKey).where(ApiKey.id == key.id).values(used_at=now))
    return person


def all_of(person_id: int, now: datetime) -> Sequence[ApiKey]:
    """Those that still open something, newest first."""
    mine = select(ApiKey).where(ApiKey.person_id == person_id, _opens(now))
    return db.session.scalars(mine.order_by(ApiKey.id.desc())).all()


def rotate(person_id: int, key_id: int, overlap: timedelta, now: datetime, once: str | None = None) -> str:
    """A new key in the old one's place: same name, scopes and cap. The old one opens for the overlap still."""
    text = new_key(once)
    fresh = _hashed(text)
    mine = update(ApiKey).where(ApiKey.id == key_id, ApiKey.person_id == person_id, _opens(now))
    new_to_it = and_(ApiKey.key_hash != fresh, func.coalesce(ApiKey.previous_hash, "") != fresh)
    turned = mine.where(new_to_it).values(
        previous_hash=ApiKey.key_hash, previous_until=now + overlap, key_hash=fresh, start=text[:SHOWN], used_at=None
    )
    with transaction() as tx:
        if tx.execute(turned.returning(ApiKey.id)).first() is None:
            done_before = or_(ApiKey.key_hash == fresh, ApiKey.previous_hash == fresh)
            if tx.scalar(select(ApiKey.id).where(ApiKey.person_id == person_id, done_before)) is None:
                raise Refusal("not_found", "There is no such key.")
    return text


def revoke(person_id: int, key_id: int, now: datetime) -> bool:
    """From now on it opens nothing, and neither does the one it was rotated from. False if it was so before."""
    mine = update(ApiKey).where(ApiKey.id == key_id, ApiKey.person_id == person_id, ApiKey.revoked_at.is_(None))
    with transaction() as tx:
        return tx.execute(mine.values(revoked_at=now).returning(ApiKey.id)).first() is not None


def new_key(once: str | None = None) -> str:
    """A key at random; for `once` the one that belongs to it, which only the holder of SECRET_KEY can tell."""
    drawn = secrets.token_bytes(32)
    if once is not None:
        drawn = hmac.digest(settings().SECRET_KEY.encode(), f"api key {once}".encode(), "sha256")
    return _checked(PREFIX + _base62(int.from_bytes(drawn), RANDOM))


def well_formed(text: str) -> bool:
    if len(text) != len(PREFIX) + RANDOM + CHECK or not text.startswith(PREFIX) or not text.isascii():
        return False
    return text == _checked(text[:-CHECK])


def _checked(text: str) -> str:
    return text + _base62(zlib.crc32(text.encode()), CHECK)


def _base62(number: int, length: int) -> str:
    """The last `length` digits of a number."""
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _opens(now: datetime) -> ColumnElement[bool]:
    return and_(ApiKey.revoked_at.is_(None), or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now))


# Every request by key asks this, so it is put together once.
_BY_HASH = (
    select(Person, ApiKey)
    .join(ApiKey, ApiKey.person_id == Person.id)
    .where(
        or_(
            ApiKey.key_hash == bindparam("hash"),
            and_(
                ApiKey.previous_hash == bindparam("hash"),
                ApiKey.previous_until > bindparam("now", type_=Moment),
            ),
        )
    )
    .where(ApiKey.revoked_at.is_(None))
    .where(or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > bindparam("now", type_=Moment)))
)
