"""What screen 9 holds: its two lists as they were last read, what is under the cursor, and what can be done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.access import Action, Standing, may
from sessiontui.domain.errors import SessiontuiError
from sessiontui.tui.port import Port
from sessiontui.tui.present.columns import Column
from sessiontui.tui.present.failures import sentence
from sessiontui.tui.present.hints import Hint
from sessiontui.tui.present.look import BAD, MUTED, Look

if TYPE_CHECKING:
    from sessiontui.services.audit import ChainReport
    from sessiontui.services.delivery.outbox import AuditLine, LetterLine, OutboxBoard

LETTERS: Final = (
    Column("state", "State", 12),
    Column("written", "Written", 9, from_width=44, tinted=False),
    Column("to", "To", 10, flex=2),
    Column("kind", "About", 13, from_width=56),
    Column("subject", "Subject", 12, flex=4, from_width=34),
    Column("session", "Session", 7, from_width=92, right=True),
    Column("attempts", "Tries", 5, from_width=108, right=True),
    Column("error", "Error", 12, flex=3, from_width=110),
)

ENTRIES: Final = (
    Column("id", "Entry", 6, from_width=70, right=True),
    Column("at", "When", 9, tinted=False),
    Column("by", "Who", 8, flex=1),
    Column("did", "Did", 16, flex=5),
    Column("reason", "Why", 10, flex=2, from_width=76),
    Column("action", "Action", 18, from_width=110),
)

FILTERS: Final = {False: "dead held survey ana@example.org #4711", True: "amara cancelled grief"}
"""What can be typed into the filter of each list: letters, and the trail."""


@dataclass(slots=True)
class Lists:
    """The outbox and the trail; ``audit`` says which of them is open."""

    audit: bool = False
    board: OutboxBoard | None = None
    trail: tuple[AuditLine, ...] = ()
    chain: ChainReport | None = None
    verified_at: datetime | None = None
    filters: dict[bool, str] = field(default_factory=lambda: {False: "", True: ""})
    error: str = ""

    @property
    def filter(self) -> str:
        """What the open list is narrowed to."""
        return self.filters[self.audit]

    @property
    def is_empty(self) -> bool:
        """Whether a picture stands in the place of the open list."""
        shown = self.trail if self.audit else (self.board.lines if self.board is not None else ())
        return bool(self.error) or not shown

    async def read(self, port: Port) -> None:
        """Read the open list anew; a failure is kept as a sentence."""
        from sessiontui.services.delivery import outbox

        try:
            if self.audit:
                self.trail = await outbox.trail(port.context, self.filter, by=port.actor)
            else:
                self.board = await outbox.outbox(port.context, self.filter, now=port.clock(), by=port.actor)
            self.error = ""
        except SessiontuiError as error:
            await port.note(error)
            self.error = sentence(error)

    async def verify(self, port: Port) -> None:
        """Verify the whole trail."""
        from sessiontui.services import audit

        self.chain, self.verified_at = await audit.verify(port.context), port.clock()

    def letter(self, key: object) -> LetterLine | None:
        """Return the letter under the cursor."""
        lines = () if self.board is None else self.board.lines
        return next((line for line in lines if line.id == key), None)

    def entry(self, key: object) -> AuditLine | None:
        """Return the audit entry under the cursor."""
        return next((line for line in self.trail if line.id == key), None)

    def session_of(self, *, letter: object, entry: object) -> int | None:
        """Return the session that what is under the cursor is about."""
        if not self.audit:
            found = self.letter(letter)
            return None if found is None else found.session_id
        line = self.entry(entry)
        return line.subject_id if line is not None and line.subject == "session" else None

    def why_not_resend(self, port: Port, key: object, *, marked: bool) -> str:
        """Return why nothing can be sent again; nothing where it can."""
        if port.read_only:
            return "the console was opened for reading only"
        if self.audit:
            return "letters are on the other list"
        verdict = may(port.actor, Action.MESSAGE, Standing(hosts=True))
        if not verdict.allowed:
            return f"{verdict.reason}: {verdict.hint}"
        if marked:
            return ""
        letter = self.letter(key)
        if letter is None:
            return "no letter is selected"
        if letter.state.is_on_its_way:
            return "it is on its way"
        return "it was sent again already" if letter.resent else ""

    def picture(self, look: Look) -> Content:
        """Return what stands in the place of a list that is empty: loading, failed, nothing found, nothing there."""
        if self.error:
            return Content.styled(self.error, BAD)
        if not self.audit and self.board is None:
            return Content.styled(f"reading the outbox{look.ellipsis}", MUTED)
        if self.filter:
            return Content.styled("Nothing holds all these words. / changes them.", MUTED)
        return Content.styled("Nobody was written to yet." if not self.audit else "Nothing was done yet.", MUTED)

    def hints(self, look: Look, *, why_not_resend: str) -> list[Hint]:
        """Return the keys of the open list."""
        own = Hint("V", "verify", "") if self.audit else Hint("R", "send again", "", why_not_resend)
        return [
            Hint(look.of("→", "right"), "outbox" if self.audit else "audit", ""),
            own,
            Hint("y", "its session", ""),
            Hint("enter", "read", ""),
            Hint("/", "filter", ""),
            Hint("1", "desk", "desk"),
        ]
