"""Who is at the keyboard: the operating system's user id, never a variable that the user can set."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from sessiontui.domain.records import record

_UID_DIGITS: Final = 10

Lookup: TypeAlias = "Callable[[int], pwd.struct_passwd]"


@record(kw_only=True)
class Identity:
    """A user of the operating system: id, login name, and full name where the system knows it."""

    uid: int
    login: str
    name: str


def identity(
    service_account: str = "",
    *,
    environ: Mapping[str, str] | None = None,
    real: int | None = None,
    effective: int | None = None,
    lookup: Lookup = pwd.getpwuid,
) -> Identity:
    """Return who started this process.

    ``SUDO_UID`` counts only where the process runs as ``service_account``, the owner of shared files: ``sudo``
    sets it then, and who can become that account otherwise owns the files anyway. The other arguments stand for
    the process in tests. A user id without a name is called ``uid:1234``, which no login name can be.
    """
    environ = os.environ if environ is None else environ  # noqa: TID251 - the one place
    real = os.getuid() if real is None else real
    effective = os.geteuid() if effective is None else effective
    person = real
    if service_account and _login(effective, lookup) == service_account:
        asked = environ.get("SUDO_UID", "")
        if asked.isascii() and asked.isdigit() and len(asked) <= _UID_DIGITS:
            person = int(asked)
    login = _login(person, lookup)
    return Identity(
        uid=person, login=login or f"uid:{person}", name=_full_name(person, lookup) or login or f"uid {person}"
    )


def _login(uid: int, lookup: Lookup) -> str:
    try:
        return lookup(uid).pw_name
    except (KeyError, OverflowError):
        return ""


def _full_name(uid: int, lookup: Lookup) -> str:
    """Return the name part of the GECOS field, in which ``&`` stands for the login name."""
    try:
        entry = lookup(uid)
    except (KeyError, OverflowError):
        return ""
    return entry.pw_gecos.partition(",")[0].replace("&", entry.pw_name.capitalize()).strip()
