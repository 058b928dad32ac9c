"""People and their sign-ins."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model, Moment

SCOPES = {
    "generate": "start pictures from words",
    "tools": "work on pictures",
    "read": "see the history, the account and private files",
}
ANY = "any"  # the scope of what every key opens: its person's jobs by their id, the price list
WORK = "generate or tools"  # of what changes a job: a key that only reads changes nothing


class Person(UserMixin, Model):  # type: ignore[misc]  # flask-login is untyped
    __tablename__ = "people"

    __allow_unmapped__ = True  # for the token, which is no column

    token: str | None = None  # of the sign-in this person came by
    api_key: "ApiKey | None" = None  # the key their program came by

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    canonical_email: Mapped[str | None] = mapped_column(String(254), index=True)  # one box, however it is written
    verified_at: Mapped[datetime | None] = mapped_column(Moment)  # when they proved the address to be theirs
    plan: Mapped[str] = mapped_column(String(20), default="free")
    plan_until: Mapped[datetime | None] = mapped_column(
        Moment, index=True
    )  # of a paid plan; None: given, until it is taken
    monthly_cap: Mapped[int | None]  # credits in a calendar month; None: as many as there are
    joined_at: Mapped[datetime] = mapped_column(Moment)

    def get_id(self) -> str | None:
        """What flask-login keeps in the cookie: not who they are, but the sign-in that can be revoked."""
        return self.token

    @property
    def initials(self) -> str:
        words = self.email.split("@")[0].replace(".", " ").replace("_", " ").replace("-", " ").split()
        return "".join(word[0] for word in words[:2]).upper() or "·"


class SignIn(Model):
    """One browser signed in. The cookie holds a random token, this row its hash; to revoke is to delete the row."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    agent: Mapped[str] = mapped_column(String(200))
    network: Mapped[str] = mapped_column(String(50))
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)


class ApiKey(Model):
    """A program's way in. The key is shown once; the row keeps its hash, and after a rotation the hash before that."""

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    start: Mapped[str] = mapped_column(String(16))  # its first letters, by which a person knows it again
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    previous_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    previous_until: Mapped[datetime | None] = mapped_column(Moment)
    scopes: Mapped[str] = mapped_column(String(60))  # words with spaces between
    monthly_cap: Mapped[int | None]  # credits in a calendar month; None: as many as there are
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    once: Mapped[str | None] = mapped_column(String(64), unique=True)  # of a request that may come again and is one key

    def may(self, scope: str | None) -> bool:
        """Whether it opens what needs a scope; None is what no key opens."""
        if scope is None:
            return False
        return scope == ANY or not set(self.scopes.split()).isdisjoint(scope.split(" or "))
