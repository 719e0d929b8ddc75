"""An application that keeps to its terminal: what Textual offers to do outside of it is refused, and said.

The console may be all that a person can reach on a host. What is told of its own mistakes names no value: a
variable may hold what only some people may see.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Literal, Protocol, TextIO, cast, runtime_checkable

from rich.segment import Segment
from rich.text import Text
from textual._compositor import ChopsUpdate
from textual.color import Color
from textual.driver import Driver
from textual.filter import LineFilter

from sessiontui.domain.text import strip_controls, visible_block
from sessiontui.tui.closing import ClosingApp
from sessiontui.tui.lean_compositor import parts_of

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.screen import Screen
    from textual.strip import Strip

_IN_ASCII: Final = str.maketrans("“”„‘’–—−…·›‹←→↑↓×▼▲▾▴", '"""\'\'---~|><<>^vxv^v^') | dict.fromkeys(
    map(ord, "▁▂▃▄▅▆▇█▉▊▋▌▍▎▏▔▕"), " "
)
"""What stands for a sign of typography, one cell for one cell, so that nothing moves.

Blocks are parts of the toolkit's scroll bars, whose ground tells as much.
"""


class ControlFilter(LineFilter):
    """The last gate before the terminal: it drops every character that data must not send there."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the line without them; its width stays the same."""
        del background
        return [
            Segment(clean, segment.style, segment.control)
            if (clean := strip_controls(segment.text)) != segment.text
            else segment
            for segment in segments
        ]


class AsciiFilter(LineFilter):
    """Writes the typography of sentences in ASCII: quotes, dashes, ellipses, arrows; each sign keeps its cell.

    The signs of tables and statuses have stand-ins of their own, which tell more; this is for all that is said.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the line with them; texts from outside lose nothing but their typography."""
        del background
        return [
            segment
            if segment.text.isascii()
            else Segment(segment.text.translate(_IN_ASCII), segment.style, segment.control)
            for segment in segments
        ]


@runtime_checkable
class Painter(Protocol):
    """A driver that takes a frame as strips."""

    def paint(self, parts: Iterable[tuple[int, int, Strip]], cursor: tuple[int, int]) -> bool:
        """Paint strips, each from a row and a column on; false where that is only possible as text."""
        ...

    def reletter(self, y: int, x: int, text: str, cursor: tuple[int, int]) -> bool:
        """Paint a text over one of the same length and style; false where that is only possible as a strip."""
        ...


def painter_of(driver: Driver | None) -> Painter | None:
    """Return a driver as one that takes strips, if it does."""
    return cast("Painter", driver) if driver is not None and _paints(type(driver)) else None


@cache
def _paints(kind: type[Driver]) -> bool:
    """Tell whether drivers of a kind take a frame as strips; to ask a driver itself costs as much as the frame."""
    return issubclass(kind, Painter)


class ContainedApp(ClosingApp):
    """Opens, saves and suspends nothing, and cleans what is drawn."""

    def __init__(self, *, ascii_only: bool = False, driver_class: type[Driver] | None = None) -> None:
        self._own_filters: list[LineFilter] = [*([AsciiFilter()] if ascii_only else []), ControlFilter()]
        super().__init__(driver_class=driver_class)

    def refuse(self, what: str) -> None:
        """Say what the console does not do."""
        raise NotImplementedError

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return Textual's own filters, and the one that cleans as the last."""
        return [*super().get_line_filters(), *self._own_filters]

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Let a driver that reads strips have a change as such; the toolkit makes text of it."""
        painter = painter_of(self._driver)
        paints = self._running and not (self._closed or self._batch_count or self.is_headless or self.is_inline)
        if paints and isinstance(renderable, ChopsUpdate) and painter is not None:
            cursor = self.screen.outer_size.clamp_offset(self.cursor_position)
            if painter.paint(parts_of(renderable), (cursor.y, cursor.x)):
                self._previous_cursor_position = cursor
                self.post_display_hook()
                return
        super()._display(screen, renderable)

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Open nothing: the console starts no other program."""
        del url, new_tab
        self.refuse("opens no browser: y copies the link")

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """Save nothing: the console writes only its own data."""
        del filename, path
        self.refuse("saves no screenshots")

    def action_suspend_process(self) -> None:
        """Stay in front: there may be no shell to go back to."""
        self.refuse("stays in front: q quits")

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Keep the terminal: nothing else is run in it."""
        self.refuse("stays in front: q quits")
        yield

    def deliver_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str | None:
        """Deliver nothing."""
        del filename, path, time_format
        self.refuse("saves no screenshots")
        return None

    def deliver_text(
        self,
        path_or_file: str | Path | TextIO,
        *,
        save_directory: str | Path | None = None,
        save_filename: str | None = None,
        open_method: Literal["browser", "download"] = "download",
        encoding: str | None = None,
        mime_type: str | None = None,
        name: str | None = None,
    ) -> str | None:
        """Deliver nothing."""
        del path_or_file, save_directory, save_filename, open_method, encoding, mime_type, name
        self.refuse("saves no files")
        return None

    def deliver_binary(
        self,
        path_or_file: str | Path | BinaryIO,
        *,
        save_directory: str | Path | None = None,
        save_filename: str | None = None,
        open_method: Literal["browser", "download"] = "download",
        mime_type: str | None = None,
        name: str | None = None,
    ) -> str | None:
        """Deliver nothing."""
        del path_or_file, save_directory, save_filename, open_method, mime_type, name
        self.refuse("saves no files")
        return None

    def _fatal_error(self) -> None:
        """End after a mistake of the program, and tell where it was, cleaned and without the values of variables."""
        import traceback  # a console that makes no mistake does without

        self.bell()
        told = "".join(traceback.format_exception(sys.exc_info()[1] or self._exception))
        self._exit_renderables.append(Text(visible_block(told)))
        self._close_messages_no_wait()
