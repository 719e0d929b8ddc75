"""The desk in the past: the time bar asks for instants, and the board, the filter and the detail follow it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from sessiontui.domain.phrases import count
from sessiontui.tui.background import in_background
from sessiontui.tui.present.failures import describe
from sessiontui.tui.screens.desk_view import DeskView
from sessiontui.tui.widgets.time_bar import TimeBar

if TYPE_CHECKING:
    from sessiontui.services.pictures import Board


class TravellingDesk(DeskView):
    """Shows the board as of the instant of the time bar; whatever acts refuses while that is the past."""

    def open_time_bar(self) -> None:
        """Show the time bar and give it the keys; if it has them already, give them back to the table."""
        if self.time_bar.has_focus_within:
            self.table.focus()
            return
        if not self.time_bar.is_open:
            self.time_bar.open(self.port.as_of, now=self.port.clock())
        self.time_bar.focus()
        self.draw_keys()

    def travel(self, to: datetime | None) -> None:
        """Show the board as of an instant, or of now."""
        now = self.port.clock()
        if to is not None and not self.time_bar.is_open:
            self.time_bar.open(to, now=now)
        self.port.travel(to)
        self._held = False
        self.time_bar.show(to, now=now)
        self.set_class(to is not None, "-past")
        self._draw_top()
        self.feed.refresh()
        self.draw_keys()

    def leave_past(self) -> None:
        """Take the time bar away and follow the present again."""
        self.time_bar.close()
        self.table.focus()
        if self.port.as_of is not None:
            self.travel(None)
        self.draw_keys()

    def is_of_another_time(self, board: Board) -> bool:
        """Return whether an answer was asked for before the instant that is shown now."""
        return board.as_of != self.port.as_of

    def tell_difference(self, before: Board | None, board: Board) -> None:
        """Say on the time bar what changed from one instant to the next, among the sessions that are shown."""
        if not self.time_bar.is_open:
            return
        said = ""
        if before is not None and (before.query, before.as_of) != (board.query, board.as_of):
            said = difference(before, board) if before.query == board.query else ""
        self.time_bar.show(self.port.as_of, now=self.port.clock(), said=said)

    def on_time_bar_asked(self, event: TimeBar.Asked) -> None:
        """Go to the instant that the bar asks for."""
        event.stop()
        self.travel(event.at)

    def on_time_bar_left(self, event: TimeBar.Left) -> None:
        """Come back to now."""
        event.stop()
        self.leave_past()

    def on_time_bar_row_wanted(self, event: TimeBar.RowWanted) -> None:
        """Move the cursor of the table while the bar has the keys."""
        event.stop()
        self.table.action_move(event.by)

    def on_time_bar_opened(self, event: TimeBar.Opened) -> None:
        """Go into the session under the cursor."""
        event.stop()
        self.console.open_detail()

    def on_time_bar_shape_wanted(self, event: TimeBar.ShapeWanted) -> None:
        """Ask for the shape of the day."""
        event.stop()
        in_background(
            self, partial(self._take_shape, event.since, event.until, event.slots), group="shape", exclusive=True
        )

    async def _take_shape(self, since: datetime, until: datetime, slots: int) -> None:
        try:
            live = await self.reads.shape(since, until, slots=slots)
        except Exception as error:  # noqa: BLE001 - part of the feed's frontier: the desk goes on without the shape
            self.console.tell(describe(error)[0], severity="warning")
            return
        self.time_bar.show_shape(since, live)


def difference(before: Board, board: Board) -> str:
    """Return how many of the sessions that are shown changed, came and went between two boards."""
    was = {line.id: line for line in before.lines}
    now = {line.id: line for line in board.lines}
    both = was.keys() & now.keys()
    changed = sum((was[key].status, was[key].badges) != (now[key].status, now[key].badges) for key in both)
    parts = [f"{count(changed, 'session')} changed"] if changed else []
    if len(was) == before.matched and len(now) == board.matched:  # a window says nothing of those beyond it
        parts += [f"{len(now.keys() - both)} new"] if now.keys() - both else []
        parts += [f"{len(was.keys() - both)} gone"] if was.keys() - both else []
    return ", ".join(parts) or "nothing changed"
