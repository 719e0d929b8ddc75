"""How things are to look: which signs the terminal can show, and in which zone times are read."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias
from zoneinfo import ZoneInfo

from sessiontui.domain.records import record
from sessiontui.domain.text import MAX_LINE, visible

if TYPE_CHECKING:
    from textual.content import Content

UTC_ZONE: Final = ZoneInfo("UTC")

Words: TypeAlias = "tuple[tuple[str, str], ...]"
"""A text in parts, each with the name of its style: a cell before there is a toolkit to draw it with."""

MUTED: Final = "$text-muted"
ALARM: Final = "$status-waiting"
BAD: Final = "$status-ended-no-show"
GOOD: Final = "$status-active"


@record(kw_only=True)
class Look:
    """The terminal's means: ``ascii`` keeps all of the product's own signs inside ASCII."""

    ascii: bool = False
    zone: ZoneInfo = UTC_ZONE

    def of(self, sign: str, plain: str) -> str:
        """Return a sign, or what stands for it in ASCII.

        >>> Look(ascii=True).of("−", "-")
        '-'
        """
        return plain if self.ascii else sign

    @property
    def dot(self) -> str:
        """What stands between two things in one line."""
        return self.of(" · ", " | ")

    @property
    def ellipsis(self) -> str:
        """What stands for a part that had no room."""
        return self.of("…", "~")


def outside(text: str, style: str = "") -> Content:
    """Return a text from outside, literal and fit to be laid out on one line."""
    from textual.content import Content

    shown = shown_of(text)
    return Content.styled(shown, style) if style else Content(shown)


def shown_of(text: str) -> str:
    """Return what of a text from outside is laid out on one line."""
    return _shown(text[:MAX_LINE])


@lru_cache(maxsize=2048)
def content(words: Words) -> Content:
    """Return words as the toolkit draws them, for the same words the very same."""
    from textual.content import Content

    if len(words) == 1:
        return Content.styled(*words[0])
    return Content.assemble(*words)


def fitted(content: Content, width: int, look: Look) -> Content:
    """Return content in exactly ``width`` cells: padded, or cut with a sign that something is missing.

    >>> from textual.content import Content
    >>> fitted(Content("Grief circle"), 8, Look(ascii=True)).plain
    'Grief c~'
    """
    if width <= 0:
        from textual.content import Content

        return Content("")
    length = content.cell_length
    if length == width:
        return content
    if length < width:
        return content.pad_right(width - length)
    sign = look.ellipsis
    cut = content.truncate(max(0, width - len(sign)), pad=True)
    return (cut + sign).truncate(width)


@lru_cache(maxsize=4096)
def _shown(text: str) -> str:
    # The same names and titles come back with every board, and cleaning the hostile ones takes milliseconds.
    return visible(text)
