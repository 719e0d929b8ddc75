"""The tokens of a login, and the shelf on which several processes of one platform can share them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a sign-in or a refresh brought; ``expires_at`` is by the server's clock, in seconds since 1970.

    The secrets are left out of ``repr``, so that no log holds them by accident.
    """

    access: str = field(repr=False)
    refresh: str = field(repr=False, default="")
    expires_in: float
    expires_at: float
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Password:
    """What a person typed to sign in; it is used once and never kept."""

    email: str
    password: str = field(repr=False)


class Shelf(Protocol):
    """Where tokens are kept beyond one process; both may take their time, but must not fail for long."""

    def load(self) -> Tokens | None:
        """Return what was kept last."""
        ...

    def save(self, tokens: Tokens | None) -> None:
        """Keep these; ``None`` when the login has ended."""
        ...


class FileShelf:
    """Keeps tokens in a file that its owner alone can read, replaced whole at each change."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Tokens | None:
        """Return what was kept last; ``None`` where there is nothing, or nothing that can be understood."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            return Tokens(**kept)
        except (OSError, ValueError, TypeError):
            return None

    def save(self, tokens: Tokens | None) -> None:
        """Write the tokens beside the file and put them in its place."""
        if tokens is None:
            self._path.unlink(missing_ok=True)
            return
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(tokens), file)
        beside.replace(self._path)


def tokens_of(body: Mapping[str, object], *, server_now: float) -> Tokens | None:
    """Return the tokens of an answer of ``/auth/token`` or ``/auth/refresh``; ``None`` where it holds none."""
    access, lifetime = body.get("access_token"), body.get("expires_in")
    if not isinstance(access, str) or not access or not isinstance(lifetime, int | float):
        return None
    return Tokens(
        access=access,
        refresh=str(body.get("refresh_token") or ""),
        expires_in=float(lifetime),
        expires_at=server_now + float(lifetime),
        scope=str(body.get("scope") or ""),
    )
