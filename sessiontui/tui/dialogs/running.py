"""Running one act after another with progress, and saying at the end what was refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Button, ProgressBar, Static

from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.records import record
from sessiontui.services.receipt import Receipt
from sessiontui.tui.background import in_background
from sessiontui.tui.dialogs.dialog import Dialog, button, words


@record
class Step:
    """One act of many: whom it touches, in words, and how it is done."""

    name: str
    act: Callable[[], Awaitable[Receipt]]


@record
class Tally:
    """What became of many acts: the receipts, what was refused with its reason, and how many were not begun."""

    done: tuple[Receipt, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    left: int = 0


class Running(Dialog[Tally]):
    """Runs the steps and answers with a ``Tally``; closes by itself if nothing was refused.

    *Stop* lets the running step end, so that none is done by half, and begins no other.
    """

    AUTO_FOCUS = "#keep"

    def __init__(self, title: str, steps: Iterable[Step]) -> None:
        super().__init__(title)
        self._steps = tuple(steps)
        self._done: list[Receipt] = []
        self._refused: list[tuple[str, str]] = []
        self._begun = 0
        self._stopped = False
        self._over = False

    def body(self) -> ComposeResult:
        """Yield progress, the step under way and what was refused."""
        yield ProgressBar(total=len(self._steps), show_eta=False, id="progress")
        yield Static("", id="now", classes="text", markup=False)
        with VerticalScroll(id="refusals", classes="details", can_focus=True):
            yield Static("", id="refused", classes="text", markup=False)

    def buttons(self) -> Iterable[Button]:
        """Yield stop, which becomes close."""
        yield button("Stop", "keep")

    def on_mount(self) -> None:
        """Begin."""
        self.query_one("#keep", Button).focus()
        self.query_one("#refusals").display = False
        in_background(self, self._run)

    def action_leave(self) -> None:
        """Stop after the step under way; close once it is over."""
        if self._over:
            self.dismiss(self._tally())
        else:
            self._stopped = True
            self.query_one("#now", Static).update("stopping after this one …")

    async def _run(self) -> None:
        bar, now = self.query_one(ProgressBar), self.query_one("#now", Static)
        for at, step in enumerate(self._steps, start=1):
            if self._stopped:
                break
            self._begun = at
            now.update(words(f"{at} of {len(self._steps)}: {step.name}"))
            try:
                receipt = await step.act()
            except SessiontuiError as error:
                self._refuse(step.name, error.detail or error.title)
            else:
                self._done.append(receipt)
                for _, reason in receipt.refused:
                    self._refuse(step.name, reason)
            bar.advance(1)
        self._over = True
        tally = self._tally()
        if tally.refused:
            now.update(words(f"{len(tally.done)} done, {len(tally.refused)} refused, {tally.left} not begun"))
        else:
            self.dismiss(tally)
        self.name_button("keep", "Close")

    def _refuse(self, name: str, reason: str) -> None:
        self._refused.append((name, reason))
        self.query_one("#refusals").display = True
        lines = [words(f"{who}: {why}") for who, why in self._refused]
        self.query_one("#refused", Static).update(Content("\n").join(lines))

    def _tally(self) -> Tally:
        return Tally(tuple(self._done), tuple(self._refused), len(self._steps) - self._begun)
