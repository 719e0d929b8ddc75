"""Where the sessions that a filter means can be: indexes of which each holds them all.

Nothing here decides what a filter means. What is named here holds every session that the filter means, and
perhaps others; the condition of ``store.filters`` is asked of each of them besides.
"""

from sessiontui.store.narrowing.indexes import TAKING_PART, leaves, sources, terms_of
from sessiontui.store.narrowing.source import NOTHING_KNOWN, Known, Source
from sessiontui.store.narrowing.wording import beginnings, by_marks, word_search

__all__ = [
    "NOTHING_KNOWN",
    "TAKING_PART",
    "Known",
    "Source",
    "beginnings",
    "by_marks",
    "leaves",
    "sources",
    "terms_of",
    "word_search",
]
