"""How things are to look: which signs the terminal can show, and in which zone times are read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from textual.content import Content

from sessiontui.domain.text import MAX_LINE, visible

UTC_ZONE: Final = ZoneInfo("UTC")

MUTED: Final = "$text-muted"
ALARM: Final = "$status-waiting"
BAD: Final = "$status-ended-no-show"
GOOD: Final = "$status-active"


@dataclass(frozen=True, slots=True, kw_only=True)
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
    shown = _shown(text[:MAX_LINE])
    return Content.styled(shown, style) if style else Content(shown)


def fitted(content: Content, width: int, look: Look) -> Content:
    """Return content in exactly ``width`` cells: padded, or cut with a sign that something is missing.

    >>> fitted(Content("Grief circle"), 8, Look(ascii=True)).plain
    'Grief c~'
    """
    if width <= 0:
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
