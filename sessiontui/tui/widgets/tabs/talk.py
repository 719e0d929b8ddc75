"""Tab Talk: the comments of a session as a list with a cursor, one of them in full, and a place to write in.

What is being written stays with its session until it stands in the talk: escape, another session or a refusal loses
nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from sessiontui.domain.talk.mentions import being_typed, completions
from sessiontui.domain.talk.threads import quoted
from sessiontui.domain.text import visible, visible_block
from sessiontui.tui.present.columns import Row
from sessiontui.tui.present.look import MUTED, Look
from sessiontui.tui.present.talk import COLUMNS, comment_cells, comment_said, keys_line
from sessiontui.tui.widgets.sheet import Sheet
from sessiontui.tui.widgets.table import Table
from sessiontui.tui.widgets.tabs.tab import OwnTab, Shown, TabBody

if TYPE_CHECKING:
    from textual.widgets import TextArea

    from sessiontui.services.pictures import SessionDetail
    from sessiontui.services.talk.shown import CommentLine, Talk
    from sessiontui.tui.widgets.tabs.writing import Writing

_WRITE, _ANSWER, _EDIT = "comment", "answer_comment", "edit_comment"

_WHAT: Final = {_WRITE: "New comment", _ANSWER: "Answer", _EDIT: "Edit"}

_KEYS: Final = ("enter answer", "> quote", "f2 edit", "del delete")
_WRITING: Final = ("ctrl+s sends", "esc keeps it", "@name tells them")


class TalkTab(OwnTab):
    """The talk; its number is that of what is new, or of all where nothing is."""

    def number(self, detail: SessionDetail) -> int:
        """Return how many comments are new, or how many there are."""
        talk = detail.talk
        return 0 if talk is None else talk.new or talk.number

    def body(self, look: Look) -> TabBody:
        """Return list and entry."""
        return TalkBody(look)


class TalkBody(TabBody):
    """The list, the comment under the cursor in full, and the entry."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "write", show=False),
        Binding("enter", "answer", show=False, priority=False),
        Binding("greater_than_sign", "quote", show=False),
        Binding("f2", "edit", show=False),
        Binding("delete,backspace", "delete", show=False),
    ]

    DEFAULT_CSS = """
    TalkBody > Table { height: 1fr; min-height: 4; }
    TalkBody > #comment-said { height: auto; max-height: 10; padding: 0 1; }
    TalkBody > #comment-entry { height: 7; display: none; border: none; border-top: solid $primary; padding: 0 1; }
    TalkBody > #tab-keys { height: 1; padding: 0 1; }
    TalkBody.-writing > #comment-entry { display: block; }
    TalkBody.-writing > #comment-said { max-height: 4; }
    """

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._entry: Writing
        self._shown: Shown | None = None
        self._for: int | None = None
        self._command = _WRITE
        self._about: int | None = None
        self._drafts: dict[int, tuple[str, int | None, str]] = {}

    def compose(self) -> ComposeResult:
        """Lay out list, comment, entry and keys."""
        from sessiontui.tui.widgets.tabs.writing import Writing  # most consoles show no talk when they open

        yield Table(COLUMNS, self._look, id_="comments")
        yield Sheet(id_="comment-said")
        self._entry = Writing("", id="comment-entry")
        self._entry.cursor_blink = False
        if self._look.ascii:
            self._entry.styles.border_top = ("ascii", "white")
        yield self._entry
        yield Sheet(id_="tab-keys")

    def show(self, shown: Shown | None) -> None:
        """Show the talk of a session; what was written and now stands there is no longer kept as a draft."""
        if self._for is not None and (shown is None or shown.line.id != self._for):
            self._keep()
            self._close()
        self._shown = shown
        self._settle()
        talk, look = self._talk, self._look
        now = None if shown is None or shown.detail is None else shown.detail.taken_at
        rows = [] if now is None else [Row(one.id, comment_cells(one, now, look)) for one in talk.comments]
        self.query_one("#comments", Table).show(rows)
        self._draw_said()
        self._draw_hint()

    def take_keys(self) -> None:
        """Give the keys to the list, or to what is being written."""
        self.query_one("#comment-entry" if self.has_class("-writing") else "#comments").focus()

    @property
    def chosen(self) -> CommentLine | None:
        """The comment under the cursor, or the one that is being answered or edited."""
        key = self._about if self.has_class("-writing") else self.query_one("#comments", Table).cursor_key
        return next((one for one in self._talk.comments if one.id == key), None)

    def action_write(self) -> None:
        """Write a new comment."""
        self._open(_WRITE, None)

    def action_answer(self) -> None:
        """Answer the comment under the cursor."""
        self._open(_ANSWER, self.chosen)

    def action_quote(self) -> None:
        """Answer the comment under the cursor with its words above."""
        one = self.chosen
        self._open(_ANSWER, one, "" if one is None else quoted(visible_block(one.body)))

    def action_edit(self) -> None:
        """Write one's own comment anew."""
        one = self.chosen
        if one is not None and one.is_own:
            self._open(_EDIT, one, one.body)

    def action_delete(self) -> None:
        """Delete the comment under the cursor."""
        if self.chosen is not None:
            self.post_message(self.Wanted("delete_comment"))

    def on_hide(self) -> None:
        """Note that what was new has been read: the tab was left."""
        if self._talk.new:
            self.post_message(self.Wanted("read_talk"))

    def send(self) -> None:
        """Have what was written done; it is kept until it stands in the talk."""
        text = self._entry.text.strip()
        if not text or self._for is None:
            return
        self._drafts[self._for] = (self._command, self._about, text)
        self.post_message(self.Wanted(self._command, text))
        self.query_one("#comments", Table).focus()

    def put_off(self) -> None:
        """Close the entry and keep what is in it."""
        self._keep()
        self._close()
        self.query_one("#comments", Table).focus()

    def complete(self) -> bool:
        """Write the first name that is offered; return whether there was one."""
        typed, names = self._offered()
        if typed is None or not names:
            return False
        entry = self._entry
        row, column = entry.cursor_location
        entry.replace(f"{visible(names[0])} ", (row, column - len(typed)), (row, column))
        return True

    def on_table_highlighted(self, event: Table.Highlighted) -> None:
        """Show in full what the comment under the cursor says."""
        self._draw_said()

    def on_table_opened(self, event: Table.Opened) -> None:
        """Answer the comment that enter was pressed on."""
        event.stop()
        self.action_answer()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Offer names while one is typed."""
        self._draw_hint()

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        """Offer names where the cursor went."""
        self._draw_hint()

    @property
    def _talk(self) -> Talk:
        detail = None if self._shown is None else self._shown.detail
        if detail is None or detail.talk is None:
            from sessiontui.services.talk.shown import NO_TALK

            return NO_TALK
        return detail.talk

    def _open(self, command: str, about: CommentLine | None, text: str = "") -> None:
        if self._shown is None or not self._talk.may_write or (command != _WRITE and about is None):
            self._draw_hint()
            return
        self._for = self._shown.line.id
        kept = self._drafts.get(self._for)
        self._command, self._about = command, None if about is None else about.id
        if kept is not None and not text:
            self._command, self._about, text = kept
        self._entry.text = text
        self._entry.move_cursor(self._entry.document.end)
        self.add_class("-writing")
        self._entry.focus()
        self._draw_said()
        self._draw_hint()

    def _close(self) -> None:
        self.remove_class("-writing")
        self._for = None
        self._entry.text = ""
        self._draw_said()
        self._draw_hint()

    def _keep(self) -> None:
        if self._for is not None:
            text = self._entry.text
            if text.strip():
                self._drafts[self._for] = (self._command, self._about, text)
            else:
                self._drafts.pop(self._for, None)

    def _settle(self) -> None:
        """Close the entry once what it holds stands in the talk by one's own hand."""
        if self._shown is None:
            return
        kept = self._drafts.get(self._shown.line.id)
        if kept is not None and any(one.is_own and one.body == kept[2].strip() for one in self._talk.comments):
            del self._drafts[self._shown.line.id]
            if self.has_class("-writing"):
                had_focus = self._entry.has_focus
                self._close()
                if had_focus:
                    self.query_one("#comments", Table).focus()

    def _offered(self) -> tuple[str | None, list[str]]:
        row, column = self._entry.cursor_location
        line = self._entry.document.get_line(row)
        typed = being_typed(line, column)
        if typed is None:
            return None, []
        people = {} if self._shown is None or self._shown.detail is None else dict(self._talk.callable_people)
        names = [name for _, name in completions(typed, people)]
        if " " in typed and not names:  # the name is written, and the sentence goes on
            return None, []
        return typed, names

    def _draw_hint(self) -> None:
        parts, look = self._hints(), self._look
        self.query_one("#tab-keys", Sheet).show(lambda width: keys_line(parts, look, width))

    def _hints(self) -> list[str]:
        """Return what the keys do here, what matters most first."""
        talk = self._talk
        if self.has_class("-writing"):
            typed, names = self._offered()
            if typed is not None:
                shown = ", ".join(visible(name) for name in names)
                return [f"tab: {shown}" if names else "nobody of that name can read this"]
            about = "" if self._about is None else f" #{self._about}"
            return [f"{_WHAT[self._command]}{about}", *_WRITING]
        if not talk.may_write:
            return [] if talk.hidden else ["only those who work on the session write here"]
        waits = self._shown is not None and self._shown.line.id in self._drafts
        return ["w goes on with your draft" if waits else "w write", *_KEYS]

    def _draw_said(self) -> None:
        said, look, one = self.query_one("#comment-said", Sheet), self._look, self.chosen
        detail = None if self._shown is None else self._shown.detail
        if detail is None:
            said.show(lambda width: Content(""))
        elif one is not None:
            said.show(lambda width: comment_said(one, detail.taken_at, look, width))
        elif self._talk.hidden:
            said.show(lambda width: Content.styled("You may not read what is said here.", MUTED))
        else:
            said.show(lambda width: Content.styled("" if self._talk.comments else "Nothing was said yet.", MUTED))
