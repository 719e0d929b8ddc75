"""Who calls from outside: a person behind a login, and what the login may be used for."""

from __future__ import annotations

from dataclasses import dataclass

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import NotAllowed
from sessiontui.domain.logins.scopes import Scope, covers


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whom an access token stands for; ``client_id`` is the client through whose key they came, if one."""

    actor: Actor
    client_id: int | None
    login_id: int
    scopes: frozenset[Scope]

    def require_scope(self, *wanted: Scope) -> None:
        """Raise ``NotAllowed`` unless the login may be used for all of this."""
        if not covers(self.scopes, wanted):
            missing = ", ".join(scope for scope in wanted if not covers(self.scopes, {scope}))
            raise NotAllowed(f"this login has no scope {missing}", hint="ask for a client with it", action="scope")
