"""Statuses as glyph, word and colour; the stage of life; the live counts."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content

from sessiontui.domain.vocabulary import Status
from sessiontui.tui.present.look import Look, content
from sessiontui.tui.present.sketch import STAGES as STAGES
from sessiontui.tui.present.sketch import stage_words
from sessiontui.tui.present.told import IN_STRIP as IN_STRIP
from sessiontui.tui.present.told import STATUS_WIDTH as STATUS_WIDTH
from sessiontui.tui.present.told import counts_words, glyph_words
from sessiontui.tui.present.told import style_of as style_of


def glyph(status: Status, look: Look) -> Content:
    """Return a status as its glyph alone, for places where the word stands elsewhere."""
    return content(glyph_words(status, look))


def stage(at: int, status: Status, look: Look, width: int = 80) -> Content:
    """Return the stages of life as steps with the current one lit, in words as long as ``width`` allows."""
    return content(stage_words(at, status, look, width))


def counts(
    by_status: Mapping[Status, int], look: Look, width: int, chosen: Status | None = None
) -> tuple[tuple[Status, Content], ...]:
    """Return what the strip of counts shows, in order; words and then whole counts give way where room ends."""
    return tuple((status, content(words)) for status, words in counts_words(by_status, look, width, chosen))
