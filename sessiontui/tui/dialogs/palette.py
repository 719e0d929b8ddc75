"""The palette: commands, views and sessions found by a few letters; impossible ones are dimmed and say why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.command import CommandInput, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from sessiontui.domain.records import record
from sessiontui.domain.text import MAX_LINE, visible
from sessiontui.tui.dialogs.dialog import words
from sessiontui.tui.dialogs.working_keys import WorkingKeys
from sessiontui.tui.waiting_keys import waiting_keys


@record
class Entry:
    """One thing the palette offers; ``searched_only`` ones appear only once something is typed."""

    title: str
    note: str = ""
    keys: str = ""
    reason: str = ""
    searched_only: bool = False


class Palette(CommandPalette):
    """Asks for one of the entries; ``chosen`` is the answer, or ``None`` if the palette was left."""

    CSS_PATH = "palette.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "cursor_down", "choose", key_display="↑↓", priority=True)
    ]

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__(
            providers=[lambda: _provider(entries, self._choose)], placeholder="search commands, views, sessions"
        )
        self.chosen: Entry | None = None

    def compose(self) -> ComposeResult:
        """Lay out the toolkit's palette, and the keys that work in it."""
        yield from super().compose()
        yield WorkingKeys(enter=lambda: "run")

    def on_mount(self) -> None:
        """Cap what can be typed or pasted."""
        self.query_one(CommandInput).max_length = MAX_LINE

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Know the answer before whoever waits for the palette goes on; the toolkit tells it only afterwards."""
        if self._selected_command is not None:
            self._selected_command.command()
            waiting_keys(self.app).answered(self.chosen)
        return super().dismiss(result)

    def _choose(self, entry: Entry) -> None:
        self.chosen = entry


class EntryProvider(Provider):
    """Matches the palette's entries."""

    entries: Sequence[Entry] = ()
    choose: Callable[[Entry], None]

    async def discover(self) -> Hits:
        """Yield what is offered before anything is typed, the possible ones first."""
        for entry in sorted(self.entries, key=lambda one: bool(one.reason)):
            if not entry.searched_only:
                shown = _shown(entry, words(entry.title))
                yield DiscoveryHit(shown, self._taking(entry), text=visible(entry.title))

    async def search(self, query: str) -> Hits:
        """Yield what fits."""
        matcher = self.matcher(query)
        for entry in self.entries:
            title = visible(entry.title)
            score = matcher.match(title)
            if score > 0:
                found = _shown(entry, matcher.highlight(title))
                lowered = score * (0.5 if entry.reason else 1.0)
                yield Hit(lowered, found, self._taking(entry), text=title)

    def _taking(self, entry: Entry) -> Callable[[], None]:
        return lambda: type(self).choose(entry)


def _provider(entries: Sequence[Entry], choose: Callable[[Entry], None]) -> type[Provider]:
    """Return a provider of these entries: the toolkit wants a class, and makes the object itself."""
    body = {"__doc__": EntryProvider.__doc__, "entries": entries, "choose": staticmethod(choose)}
    made: type[Provider] = type("SceneProvider", (EntryProvider,), body)
    return made


def _shown(entry: Entry, title: Content) -> Content:
    """Return an entry as it is listed, with its note: the toolkit's own notes would be read as markup."""
    if entry.reason:
        return Content("\n").join((title.stylize("dim"), words(f"not now: {entry.reason}", "italic")))
    if entry.keys:
        title += words(f"  {entry.keys}", "bold")
    return Content("\n").join((title, words(entry.note, "dim"))) if entry.note else title
