"""The panel of the attendance report: it is read when somebody looks at it, because it judges every session anew."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.instants import EARLIEST, parse_instant, rfc3339
from sessiontui.tui.background import in_background
from sessiontui.tui.port import Port
from sessiontui.tui.present import attendance_report as present
from sessiontui.tui.present.charts import Drawn
from sessiontui.tui.present.failures import sentence
from sessiontui.tui.present.look import MUTED, Look
from sessiontui.tui.widgets.panel import Panel

if TYPE_CHECKING:
    from sessiontui.services.attendance import AttendanceReport
    from sessiontui.tui.present.analytics_span import Span


class AttendancePanel(Panel):
    """Who came, how the sessions of a period went, and how their mentors did."""

    def __init__(self, port: Port, look: Look, *, id_: str = "attendance") -> None:
        super().__init__("Attendance", id_=id_)
        self._port = port
        self._look = look
        self._asked: tuple[datetime | None, datetime | None, datetime] | None = None
        self._found: AttendanceReport | None = None

    def take(self, span: Span, *, query: str) -> None:
        """Show the report of a period, read anew; a filter beside it does not count here."""
        now = self._port.clock()
        since, until = span.bounds(self._port.as_of or now, self._port.zone)
        asked = (since, until, now)
        if self._asked is not None and self._asked[:2] != asked[:2]:
            self._found = None
        self._asked = asked
        if self._found is None:
            self._say(f"Judging the sessions{self._look.ellipsis}")
        in_background(self, partial(self._take, *asked, filtered=bool(query)), group="attendance", exclusive=True)

    async def _take(self, since: datetime | None, until: datetime | None, now: datetime, *, filtered: bool) -> None:
        from sessiontui.services import attendance

        at = self._port.as_of or now
        first = since or parse_instant(f"{EARLIEST}-01-01T00:00Z")
        try:
            found = await attendance.report(
                self._port.context, since=first, until=min(until or at, at), now=at, by=self._port.actor
            )
        except SessiontuiError as error:
            await self._port.note(error)
            self._say(sentence(error))
            return
        self._found = found
        bounds = ([] if since is None else [f"starts:>={rfc3339(since)}"]) + [f"starts:<{rfc3339(found.until)}"]
        drill = " ".join(["status:ended", *bounds])
        look = self._look
        self.show(lambda width, height: present.report(found, look, width, drill=drill, filtered=filtered))

    def _say(self, text: str) -> None:
        self.show(partial(_words, text))


def _words(text: str, width: int, height: int) -> Drawn:
    del width, height
    return Drawn((Content.styled(text, MUTED),))
