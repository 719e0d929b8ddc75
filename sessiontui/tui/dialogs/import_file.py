"""Importing a file: its path, what it would do, and how far it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.types import CSSPathType
from textual.widgets import Button, Input, OptionList, ProgressBar, Static
from textual.widgets.option_list import Option as Row
from textual.worker import Worker

from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.phrases import count
from sessiontui.domain.records import record
from sessiontui.tui.background import Work, in_background
from sessiontui.tui.dialogs.dialog import Dialog, Field, Line, button, words

if TYPE_CHECKING:
    from sessiontui.services.importing import FileOutcome, ImportReport, Progress

Complete: TypeAlias = Callable[[str], Awaitable[Sequence[str]]]
"""Answers with the paths that a typed beginning may become."""

SHOWN: Final = 40
"""Lines of one sort that are shown; the command line tells all."""

_LISTED: Final = 6

_TOLD_EVERY: Final = 0.1

_VERDICTS: Final = ("added", "updated", "unchanged", "refused")  # as services.importing has them, which loads much


@record(kw_only=True)
class Importing:
    """What the dialog asks of the services: to complete a path, to show what a file would do, and to take it."""

    complete: Complete
    preview: Callable[[str, Progress], Awaitable[ImportReport]]
    apply: Callable[[str, Progress], Awaitable[ImportReport]]


class ImportFile(Dialog[str]):
    """Asks for a file, shows what it would do, and takes it; answers with what was done in a sentence, or nothing.

    *Stop* leaves everything as it was before the import.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "import_file.tcss"]
    AUTO_FOCUS = "#path-text"
    BINDINGS = [  # noqa: RUF012 - declared so by the toolkit
        Binding("tab", "complete", "complete, or go on", priority=True),
        Binding("down", "choose(1)", "choose, scroll", key_display="↑↓", priority=True),
        Binding("up", "choose(-1)", show=False, priority=True),
    ]

    def __init__(self, work: Importing, *, path: str = "", clock: Callable[[], float] = monotonic) -> None:
        super().__init__("Import a file")
        self._import = work
        self._path = path
        self._clock = clock
        self._began = self._told = 0.0
        self._phase = ""
        self._seen = ""
        """The path whose preview is shown."""
        self._under_way: Worker[None] | None = None

    def body(self) -> ComposeResult:
        """Yield the path with its completions, the preview and the progress."""
        yield Field("File", Line(self._path, id="path-text", placeholder="tab completes, enter shows it"), id="path")
        yield OptionList(id="paths", markup=False)
        with VerticalScroll(id="preview", classes="details", can_focus=True):
            yield Static("", id="told", classes="text", markup=False)
        yield ProgressBar(show_eta=False, id="progress")
        yield Static("", id="now", classes="text", markup=False)

    def buttons(self) -> Iterable[Button]:
        """Yield back, show and import."""
        yield button("Back (esc)", "keep")
        yield button("Show what it does", "show", primary=True)
        yield button("Import", "import")

    def line_entered(self, line: Input) -> str:
        """Return what the enter key does in a line."""
        del line
        return "show what it does"

    def on_mount(self) -> None:
        """Put the cursor into the path."""
        self.query_one("#path-text", Input).focus()
        self.query_one("#preview").display = False
        self.query_one("#progress").display = False
        self.query_one("#import", Button).disabled = True
        self.query_one("#paths", OptionList).can_focus = False
        self._propose()

    def on_input_changed(self) -> None:
        """Propose paths; the preview of another one holds no more."""
        self.field("path").say("")
        self.query_one("#import", Button).disabled = self._typed != self._seen or not self._seen
        self._propose()

    def on_input_submitted(self) -> None:
        """Show what the file would do, or go into a folder."""
        self._show()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Show, or import; the frame leaves."""
        match event.button.id:
            case "show":
                self._show()
            case "import":
                self._begin("importing …", self._apply)

    def action_leave(self) -> None:
        """Stop what runs; leave if nothing does."""
        if self._under_way is not None and self._under_way.is_running:
            self._under_way.cancel()
            self._rest("stopped: nothing was changed")
        else:
            self.dismiss(None)

    def action_complete(self) -> None:
        """Take the chosen path into the line; where nothing completes, go on to the next field."""
        box, rows = self.query_one("#path-text", Input), self.query_one("#paths", OptionList)
        if self.focused is not box or not rows.display or rows.highlighted is None:
            self.focus_next()
            return
        box.value = str(rows.get_option_at_index(rows.highlighted).id)
        box.cursor_position = len(box.value)

    def action_choose(self, by: int) -> None:
        """Choose among the proposals, or scroll the preview."""
        rows = self.query_one("#paths", OptionList)
        if rows.display and self.focused is self.query_one("#path-text"):
            rows.action_cursor_down() if by > 0 else rows.action_cursor_up()
        else:
            self.query_one("#preview", VerticalScroll).scroll_relative(y=by, animate=False)

    @property
    def _typed(self) -> str:
        return self.query_one("#path-text", Input).value.strip()

    def _propose(self) -> None:
        in_background(self, partial(self._fill, self._typed), group="paths", exclusive=True)

    async def _fill(self, text: str) -> None:
        found = [path for path in await self._import.complete(text) if path != text]
        rows = self.query_one("#paths", OptionList)
        rows.clear_options()
        rows.add_options([Row(words(path.rstrip("/").rpartition("/")[2] + "/" * path.endswith("/")), id=path)
                          for path in found[:_LISTED]])  # fmt: skip
        rows.display = bool(found) and text != self._seen
        if found:
            rows.highlighted = 0

    def _show(self) -> None:
        if not self._typed:
            self.field("path").say("type a path")
        elif self._typed.endswith("/"):
            self.field("path").say("that is a folder: go on typing")
        else:
            self._begin("reading …", self._preview)

    def _begin(self, what: str, work: Work) -> None:
        if self._under_way is not None and self._under_way.is_running:
            return
        self._phase = ""
        self.query_one("#now", Static).update(what)
        self.query_one("#progress").display = True
        self.query_one("#paths").display = False
        self.name_button("keep", "Stop (esc)")
        self._under_way = in_background(self, work, group="import")

    async def _preview(self) -> None:
        path = self._typed
        try:
            report = await self._import.preview(path, self._tell)
        except SessiontuiError as error:
            self._rest("")
            self.field("path").say(str(error))
            return
        self._seen = path
        self.query_one("#preview").display = True
        self.query_one("#told", Static).update(Content("\n").join(words(one) for one in told(report)))
        self._rest("Nothing was changed yet.")
        button_ = self.query_one("#import", Button)
        button_.disabled = False
        button_.focus()

    async def _apply(self) -> None:
        try:
            report = await self._import.apply(self._seen, self._tell)
        except SessiontuiError as error:
            self._rest(str(error))
            return
        self.dismiss(report.sentence)

    def _rest(self, said: str) -> None:
        self.query_one("#progress").display = False
        self.query_one("#now", Static).update(words(said))
        self.name_button("keep", "Back (esc)")

    def _tell(self, phase: str, done: int, of: int) -> None:
        """Show how far it is, at what rate, and how long the rest will take."""
        now = self._clock()
        if phase != self._phase:
            self._phase, self._began, self._told = phase, now, 0.0
        elif now < self._told + _TOLD_EVERY and done < of:
            return
        self._told = now
        self.query_one(ProgressBar).update(total=max(of, 1), progress=done)
        self.query_one("#now", Static).update(words(f"{phase}: {done} of {of}{pace(done, of, now - self._began)}"))


def told(report: ImportReport) -> Iterable[str]:
    """Yield what an import would do, line by line: counts first, then what is refused and what is asked."""
    for file in report.files:
        yield f"{file.name} ({file.format}): " + ", ".join(f"{number} {name}" for name, number in _counts(file))
        refusals = [f"line {one.line}: {one.reason}" for one in file.refusals]
        yield from _some("refused", refusals)
        yield from _some(
            "asked", [f"{one.text}{f'; taken as {one.assumed}' if one.assumed else ''}" for one in file.questions]
        )
        yield from _some("note", list(file.notes))
        for part in file.attachments:
            whither = "makes" if part.is_new else "goes to"
            yield f"  {part.title or 'the meeting'} {whither} {part.session_title} ({part.how})"
        if file.unmatched:
            yield f"  {count(len(file.unmatched), 'attendee')} not identified"


def pace(done: int, of: int, seconds: float) -> str:
    """Return the rate of work and how long the rest takes at it; nothing before there is anything to tell.

    >>> pace(400, 1000, 2.0), pace(0, 10, 1.0)
    (', 200 a second, 3 s left', '')
    """
    if seconds < _TOLD_EVERY or not done:
        return ""
    rate = done / seconds
    left = (of - done) / rate
    return f", {rate:.0f} a second, " + (f"{left / 60:.0f} min left" if left >= 90 else f"{left:.0f} s left")


def _counts(file: FileOutcome) -> list[tuple[str, int]]:
    number = {str(verdict): found for verdict, found in file.counts.items()}
    return [("read", file.read), *((name, number.get(name, 0)) for name in _VERDICTS)]


def _some(name: str, lines: Sequence[str]) -> Iterable[str]:
    yield from (f"  {name}: {line}" for line in lines[:SHOWN])
    if len(lines) > SHOWN:
        yield f"  {name}: … and {len(lines) - SHOWN} more; 'sessiontui import --dry-run' tells all"
