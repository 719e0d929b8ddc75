"""What screen 8 holds: its four pages as they were last read, what is under the cursor, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.errors import SessiontuiError
from sessiontui.tui.port import Port
from sessiontui.tui.present.columns import Column
from sessiontui.tui.present.failures import sentence
from sessiontui.tui.present.hints import Hint
from sessiontui.tui.present.look import BAD, GOOD, MUTED, Look

if TYPE_CHECKING:
    from sessiontui.services.logins import LoginLine, LoginsBoard
    from sessiontui.services.measuring.desk import Measured
    from sessiontui.services.measuring.machine import Sample

JOBS: Final = (
    Column("state", "State", 9),
    Column("name", "Job", 14, flex=1),
    Column("every", "Every", 7, from_width=56, right=True),
    Column("last", "Last run", 11, right=True, tinted=False),
    Column("took", "Took", 7, from_width=70, right=True, tinted=False),
    Column("next", "Next", 9, from_width=48, right=True, tinted=False),
    Column("runs", "Runs", 7, from_width=84, right=True, tinted=False),
    Column("errors", "Errors", 6, from_width=64, right=True),
    Column("error", "Last error", 12, flex=3, from_width=100),
)


class Page(IntEnum):
    """One page of the screen, in the order of its tabs."""

    HEALTH = 0
    LOGINS = 1
    CALLS = 2
    ERRORS = 3


@dataclass(slots=True)
class Pages:
    """The pages; ``open`` says which of them is seen."""

    open: Page = Page.HEALTH
    measured: Measured | None = None
    board: LoginsBoard | None = None
    filter: str = ""
    error: str = ""
    sample: Sample | None = None

    async def read(self, port: Port) -> None:
        """Read what the open page shows anew; a failure is kept as a sentence."""
        from sessiontui.services.measuring import desk, machine

        try:
            now = port.clock()
            self.measured = await desk.measured(port.context, by=port.actor, now=now, since=self.sample)
            self.sample = machine.sample()
            if self.open is Page.LOGINS:
                from sessiontui.services import logins

                self.board = await logins.board(port.context, self.filter, by=port.actor, now=now)
            self.error = ""
        except SessiontuiError as error:
            await port.note(error)
            self.error = sentence(error)

    def turn(self, by: int) -> None:
        """Open the page beside the open one."""
        self.open = Page((self.open + by) % len(Page))
        self.error = ""

    def scores(self, slots: int) -> list[int | None]:
        """Return the worst score of each of equal parts of the last day, oldest first."""
        if self.measured is None:
            return []
        from sessiontui.services.measuring import checking

        return checking.spread(self.measured.points, now=self.measured.taken_at, slots=slots)

    def login(self, key: object) -> LoginLine | None:
        """Return the login under the cursor."""
        lines = () if self.board is None else self.board.lines
        return next((line for line in lines if line.id == key), None)

    def chosen(self, marks: frozenset[object], key: object) -> tuple[LoginLine, ...]:
        """Return the marked logins, else the one under the cursor."""
        lines = () if self.board is None else self.board.lines
        marked = tuple(line for line in lines if line.id in marks)
        under = self.login(key)
        return marked or (() if under is None else (under,))

    @property
    def is_empty(self) -> bool:
        """Whether a picture stands in the place of the open list."""
        if self.error:
            return True
        match self.open:
            case Page.LOGINS:
                return self.board is None or not self.board.lines
            case Page.CALLS:
                return self.measured is None or not self.measured.endpoints
            case Page.ERRORS:
                return self.measured is None or not self.measured.errors
            case _:
                return False

    def picture(self, look: Look) -> Content:
        """Return what stands in the place of a list that is empty: loading, failed, nothing found, nothing there."""
        if self.error:
            return Content.styled(self.error, BAD)
        if self.measured is None or (self.open is Page.LOGINS and self.board is None):
            return Content.styled(f"reading{look.ellipsis}", MUTED)
        match self.open:
            case Page.LOGINS if self.filter:
                said = "No login matches. / changes the filter; is:ended finds those that are over."
            case Page.LOGINS:
                said = "Nobody is signed in over HTTP. To let a program in: sessiontui clients add NAME --scope read"
            case Page.CALLS:
                said = "Nobody called within the hour. To answer over HTTP: sessiontui serve"
            case _:
                return Content.styled("No error within the day.", GOOD)
        return Content.styled(said, MUTED)

    def tabs(self) -> tuple[tuple[str, ...], ...]:
        """Return the wordings of the tabs, widest first."""
        live = "" if self.board is None or not self.board.live else f" {self.board.live}"
        errors = sum(line.number for line in self.measured.errors) if self.measured is not None else 0
        wrong = f" {errors}" if errors else ""
        return (
            ("Health", f"Logins{live}", "Calls", f"Errors{wrong}"),
            ("Health", "Logins", "Calls", "Errors"),
        )

    def hints(
        self,
        look: Look,
        *,
        why_no_job: str,
        is_paused: bool,
        any_paused: bool,
        marked: int,
        why_not: Mapping[str, str],
    ) -> list[Hint]:
        """Return the keys of the open page; ``why_not`` says by command why it is impossible now."""
        turn = Hint(look.of("→", "right"), ("logins", "calls", "errors", "health")[self.open], "")
        if self.open is Page.HEALTH:
            pause = "resume job" if is_paused else "pause job"
            every = "start all" if any_paused else "stop all"
            return [
                Hint("r", "run job now", "", why_no_job),
                Hint("P", pause, "", why_no_job),
                Hint("S", every, "", why_no_job),
                turn,
            ]
        if self.open is Page.LOGINS:
            end = f"end {marked}" if marked else "end"
            return [
                Hint("X", end, "logins_end", why_not.get("logins_end", "")),
                Hint("R", "force refresh", "logins_refresh", why_not.get("logins_refresh", "")),
                Hint("u", "unlock", "login_unlock", why_not.get("login_unlock", "")),
                Hint("space", "mark", ""),
                Hint("*", "mark all", ""),
                Hint("/", "filter", ""),
                turn,
            ]
        return [turn]
