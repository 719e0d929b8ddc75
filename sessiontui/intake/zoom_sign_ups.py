"""Who had registered for a meeting of Zoom, and what became of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sessiontui.domain.vocabulary import RequestState
from sessiontui.intake.headings import Column
from sessiontui.intake.meeting_reports import Registrant
from sessiontui.intake.moments import parse_moment
from sessiontui.intake.rows import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessiontui.intake.moments import Moment
    from sessiontui.intake.timeline import Timeline

_STATES: Final = {
    "pending": RequestState.PENDING,
    "pending approval": RequestState.PENDING,
    "denied": RequestState.REJECTED,
    "declined": RequestState.REJECTED,
    "rejected": RequestState.REJECTED,
    "cancelled": RequestState.WITHDRAWN,
    "canceled": RequestState.WITHDRAWN,
    "self-cancelled": RequestState.WITHDRAWN,
    **dict.fromkeys(("pendiente", "pendente", "en attente", "in attesa", "ausstehend"), RequestState.PENDING),
    **dict.fromkeys(("denegado", "negado", "rechazado", "refuse", "rifiutato", "abgelehnt"), RequestState.REJECTED),
    **dict.fromkeys(("cancelado", "annule", "annullato", "storniert"), RequestState.WITHDRAWN),
}


@dataclass(frozen=True, slots=True)
class SignUp:
    """One registration, before its time is placed."""

    line: int
    name: str
    email: str | None
    registered: Moment | None
    state: RequestState

    @property
    def key(self) -> str:
        """What several rows of one registration have in common."""
        return self.email.casefold() if self.email else self.name

    def registrant(self, timeline: Timeline) -> Registrant:
        """Return who registered, with the instant at which they did."""
        return Registrant(
            line=self.line,
            name=self.name,
            email=self.email,
            registered_at=timeline.instant(self.registered),
            state=self.state,
        )


def sign_up_of(line: int, name: str, email: str | None, cells: Mapping[Column, str]) -> SignUp:
    """Return the registration that a row tells of; without a state it was accepted."""
    state = _STATES.get(fold(cells.get(Column.APPROVAL, "")), RequestState.APPROVED)
    return SignUp(line, name, email, parse_moment(cells.get(Column.REGISTERED, "")), state)
