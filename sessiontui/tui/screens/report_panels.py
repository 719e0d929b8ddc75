"""The panels of work and of learning: read when somebody looks at them, for they go through every ended session."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from textual.content import Content

from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.phrases import number
from sessiontui.services.scoring.picture import By
from sessiontui.tui.background import in_background
from sessiontui.tui.port import Port
from sessiontui.tui.present import learned, worked
from sessiontui.tui.present.charts import Drawn
from sessiontui.tui.present.failures import sentence
from sessiontui.tui.present.look import MUTED, Look
from sessiontui.tui.widgets.panel import Panel

if TYPE_CHECKING:
    from datetime import datetime

    from sessiontui.services.scoring.asking import Asking
    from sessiontui.tui.present.analytics_span import Span

_Told = TypeVar("_Told")


class ReportPanel(Panel):
    """A panel that reads a report of its own, with a dimension of its own."""

    def __init__(self, title: str, port: Port, look: Look, *, id_: str) -> None:
        super().__init__(title, id_=id_)
        self._port = port
        self._look = look
        self._by = By.TEMPLATE
        self._asked: tuple[datetime | None, datetime | None, str, By] | None = None
        self._span: Span | None = None

    @property
    def by_dim(self) -> By:
        """By what the sessions are told apart."""
        return self._by

    def take(self, span: Span, *, query: str) -> None:
        """Show the report of a period and a filter, read anew; what stands there stays until it is read."""
        now = self._port.clock()
        since, until = span.bounds(self._port.as_of or now, self._port.zone)
        asked = (since, until, query, self._by)
        if self._asked != asked:
            self._say(f"Reading the sessions{self._look.ellipsis}")
        self._asked, self._span = asked, span
        in_background(self, partial(self._take, now), group=self.id or "report", exclusive=True)

    def turn_by(self, by: int) -> None:
        """Tell the sessions apart by the next dimension."""
        dims = list(By)
        self._by = dims[(dims.index(self._by) + by) % len(dims)]
        if self._span is not None and self._asked is not None:
            self.take(self._span, query=self._asked[2])

    async def _take(self, now: datetime) -> None:
        try:
            drawing = await self._read(now)
        except SessiontuiError as error:
            await self._port.note(error)
            self._say(sentence(error))
            return
        self.show(drawing)

    async def _read(self, now: datetime) -> partial[Drawn]:
        """Return what draws the report."""
        raise NotImplementedError

    async def _report(self, ask: Asking[_Told], now: datetime) -> _Told:
        """Ask for the report of what was asked last."""
        since, until, query, by_dim = self._asked or (None, None, "", self._by)
        return await ask(
            self._port.context,
            by=self._port.actor,
            now=now,
            query=query,
            since=since,
            until=until,
            by_dim=by_dim,
            zone=self._port.zone,
            as_of=self._port.as_of,
            progress=self._progress,
        )

    def _progress(self, done: int, of: int) -> None:
        self._say(f"Reading the sessions: {number(done)} of {number(of)}")

    def _say(self, text: str) -> None:
        self.show(partial(_words, text))


class WorkPanel(ReportPanel):
    """Scores, focus, estimates and phases of the work sessions of a period."""

    def __init__(self, port: Port, look: Look) -> None:
        super().__init__("Work", port, look, id_="work")

    async def _read(self, now: datetime) -> partial[Drawn]:
        from sessiontui.services.scoring import reporting

        found = await self._report(reporting.report, now)
        return partial(worked.report, found, self._look)


class LearningPanel(ReportPanel):
    """Skills, gains, patterns and recommendations of a period."""

    def __init__(self, port: Port, look: Look) -> None:
        super().__init__("Learning", port, look, id_="learning")

    async def _read(self, now: datetime) -> partial[Drawn]:
        from sessiontui.services.learning import reporting

        found = await self._report(reporting.report, now)
        return partial(learned.report, found, self._look)


def _words(text: str, width: int, height: int) -> Drawn:
    del height
    return Drawn(tuple(Content.styled(text, MUTED).wrap(max(10, width))))
