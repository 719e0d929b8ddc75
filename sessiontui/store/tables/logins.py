"""Clients and people's passwords, logins with their tokens, and how each login fares minute by minute."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, text
from sqlmodel import Field, SQLModel

from sessiontui.domain.chain import Json
from sessiontui.store.columns import Instant, JsonText


class Client(SQLModel, table=True):
    """A program that signs in with a key, and acts as ``person_id``; of keys only digests are kept.

    The key before the newest holds until ``old_key_until``. ``signing_key`` is a public key (JWK), empty for none,
    with which the client signs that somebody is who they are. ``used_at`` is its last sign-in.
    """

    __table_args__ = (Index("client_old_key", "old_key_hash", sqlite_where=text("old_key_hash IS NOT NULL")),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    name_key: str = Field(unique=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    scopes: str
    key_hash: str = Field(unique=True)
    old_key_hash: str | None = None
    old_key_until: datetime | None = Field(default=None, sa_type=Instant)
    signing_key: str = Field(default="", sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    rotated_at: datetime | None = Field(default=None, sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


class Password(SQLModel, table=True):
    """The password of one person, as scrypt leaves it, with its salt and cost."""

    person_id: int = Field(primary_key=True, foreign_key="person.id", ondelete="CASCADE")
    hash: str
    set_at: datetime = Field(sa_type=Instant)


class SignInFailure(SQLModel, table=True):
    """Failed sign-ins in a row of one account: a digest of the address that was given, known or not."""

    __tablename__ = "sign_in_failure"

    account: str = Field(primary_key=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", ondelete="CASCADE", index=True)
    failures: int
    last_at: datetime = Field(sa_type=Instant)
    locked_until: datetime | None = Field(default=None, sa_type=Instant)


class Login(SQLModel, table=True):
    """One authenticated device of one person, with its token family.

    ``generation`` is that of the newest refresh token, ``access_until`` the end of the newest access token.
    ``lease_until`` is the deadline of a refresh that was begun or asked for, ``stuck`` how many such deadlines were
    missed in a row. ``ladder`` are the steps that the client says it had to take to stay signed in, ``cache`` is how
    it says its cache does.
    """

    __table_args__ = (
        Index("login_live", "seen_at", sqlite_where=text("ended_at IS NULL")),
        Index("login_ended", "ended_at", sqlite_where=text("ended_at IS NOT NULL")),
        Index("login_leased", "lease_until", sqlite_where=text("lease_until IS NOT NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    client_id: int | None = Field(default=None, foreign_key="client.id", index=True)
    device: str = ""
    scopes: str
    generation: int = 1
    opened_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    beat_at: datetime | None = Field(default=None, sa_type=Instant)
    refreshed_at: datetime | None = Field(default=None, sa_type=Instant)
    access_until: datetime = Field(sa_type=Instant)
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    failures: int = 0
    stuck: int = 0
    ladder: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_why: str = ""
    ended_by: str = ""
    cache: dict[str, Json] = Field(default_factory=dict, sa_type=JsonText)


class Token(SQLModel, table=True):
    """One token of a login, by its digest; ``kind`` is ``access``, ``refresh`` or ``assertion``.

    Spent refresh tokens stay until their login is forgotten, so that one that comes again is known.
    """

    hash: str = Field(primary_key=True)
    login_id: int = Field(foreign_key="login.id", ondelete="CASCADE", index=True)
    kind: str
    generation: int = 0
    scopes: str
    until: datetime = Field(sa_type=Instant, index=True)
    spent_at: datetime | None = Field(default=None, sa_type=Instant)


class LoginMinute(SQLModel, table=True):
    """The calls of one login within one minute, and how many went well at once; ``minute`` counts from 1970."""

    __tablename__ = "login_minute"

    login_id: int = Field(primary_key=True, foreign_key="login.id", ondelete="CASCADE")
    minute: int = Field(primary_key=True, sa_type=BigInteger, index=True)
    calls: int
    good: int
