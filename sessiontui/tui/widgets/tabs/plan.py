"""Tab Plan: the goals as a tree that is edited in place, milestones, checklist and blockers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.message import Message

from sessiontui.tui.present.look import MUTED, Look
from sessiontui.tui.present.plan import Part, PlanRow, plan_rows
from sessiontui.tui.widgets.plain_bars import plain_bars
from sessiontui.tui.widgets.sheet import Sheet
from sessiontui.tui.widgets.tabs.tab import OwnTab, Shown, TabBody

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionDetail

_KEYS: Final = (
    ("n", "add goal"), ("N", "part"), ("space", "done"), ("e", "rename"), ("> <", "in/out"), ("K J", "move"),
    ("%", "progress"), ("w", "weight"), ("f", "phase"), ("d", "needs"), ("i", "in work"), ("x", "drop"),
    ("m", "milestone"), ("c", "check"), ("b", "blocker"), ("delete", "remove"),
)  # fmt: skip


class PlanTab(OwnTab):
    """The plan, with the number of open blockers and goals behind its name."""

    pressing = False

    def number(self, detail: SessionDetail) -> int:
        """Return how many goals there are."""
        return 0 if detail.plan is None else len(detail.plan.goals)

    def body(self, look: Look) -> TabBody:
        """Return the tree."""
        return PlanBody(look)


class PlanBody(TabBody, can_focus=True):
    """Rows with a cursor; a key asks the screen to do something to the part under it."""

    DEFAULT_CSS = """
    PlanBody > VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    PlanBody > #plan-keys { height: auto; max-height: 4; padding: 0 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "go(1)", show=False),
        Binding("up,k", "go(-1)", show=False),
        Binding("home,g", "go(-9999)", show=False),
        Binding("end,G", "go(9999)", show=False),
        *(
            Binding(key, f"act('{act}')", show=False)
            for key, act in (
                ("n", "add"), ("N", "add_part"), ("space", "toggle"), ("e", "rename"), ("enter", "rename"),
                ("greater_than_sign", "in"), ("less_than_sign", "out"), ("K", "up"), ("J", "down"),
                ("shift+up", "up"), ("shift+down", "down"), ("percent_sign", "progress"), ("w", "weight"),
                ("f", "phase"), ("d", "needs"), ("i", "work"), ("x", "drop"), ("delete", "remove"),
                ("m", "milestone"), ("c", "check"), ("b", "blocker"),
            )
        ),
    ]  # fmt: skip

    class Wanted(Message):
        """Something is to be done to a part of the plan, or to the plan as a whole."""

        def __init__(self, act: str, key: tuple[Part, int] | None) -> None:
            super().__init__()
            self.act, self.key = act, key

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._shown: Shown | None = None
        self._cursor: tuple[Part, int] | None = None

    def compose(self) -> ComposeResult:
        """Lay out the rows, and the keys below."""
        with VerticalScroll(id="plan-rows"):
            yield Sheet(id_="plan-sheet")
        yield Sheet(id_="plan-keys")

    def on_mount(self) -> None:
        """Draw the keys."""
        rows = self.query_one("#plan-rows")
        rows.can_focus = False
        plain_bars(rows, self._look)
        self.query_one("#plan-keys", Sheet).show(self._draw_keys)

    def show(self, shown: Shown | None) -> None:
        """Show the plan of a session; the cursor stays on its part."""
        self._shown = shown
        keys = self._places
        if self._cursor not in keys:
            self._cursor = keys[0] if keys else None
        self.query_one("#plan-sheet", Sheet).show(self._draw)

    def take_keys(self) -> None:
        """Give the focus to the rows."""
        self.focus()

    def action_go(self, by: int) -> None:
        """Move the cursor by so many parts."""
        keys = self._places
        if not keys:
            return
        at = keys.index(self._cursor) if self._cursor in keys else 0
        self._cursor = keys[max(0, min(len(keys) - 1, at + by))]
        self.query_one("#plan-sheet", Sheet).show(self._draw)
        rows = [row.key for row in self._rows(self.size.width)]
        self.query_one("#plan-rows", VerticalScroll).scroll_to_region(
            Region(0, rows.index(self._cursor), 1, 1), animate=False
        )

    def action_act(self, act: str) -> None:
        """Ask the screen to do it."""
        self.post_message(self.Wanted(act, self._cursor))

    def on_focus(self) -> None:
        """Show the cursor."""
        self.query_one("#plan-sheet", Sheet).show(self._draw)

    def on_blur(self) -> None:
        """Let the cursor rest."""
        self.query_one("#plan-sheet", Sheet).show(self._draw)

    @property
    def _places(self) -> list[tuple[Part, int]]:
        return [row.key for row in self._rows(80) if row.key is not None]

    def _rows(self, width: int) -> tuple[PlanRow, ...]:
        if self._shown is None or self._shown.detail is None:
            return ()
        return plan_rows(self._shown.detail.plan, self._look, width)

    def _draw(self, width: int) -> Content:
        if self._shown is None:
            return Content("")
        if self._shown.detail is None:
            return self._shown.loading
        lines = [
            self._lit(row.content, width) if self._is_under_cursor(row) else row.content for row in self._rows(width)
        ]
        return Content("\n").join(lines)

    def _is_under_cursor(self, row: PlanRow) -> bool:
        return row.key is not None and row.key == self._cursor and self.has_focus

    def _lit(self, content: Content, width: int) -> Content:
        """Return a row in one colour over the whole width, as the table lights the one under its cursor."""
        return Content.styled(content.plain + " " * max(0, width - content.cell_length), "bold reverse")

    def _draw_keys(self, width: int) -> Content:
        line, lines = Content(""), []
        for key, words in _KEYS:
            cell = Content.assemble(Content.styled(key, "bold $accent"), Content.styled(f" {words}", MUTED))
            if line.cell_length and line.cell_length + 2 + cell.cell_length > width:
                lines.append(line)
                line = Content("")
            line = Content.assemble(line, "  " if line.cell_length else "", cell)
        return Content("\n").join([*lines, line])
