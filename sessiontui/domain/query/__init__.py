"""The filter language of sessions: one for table, palette, command line and API.

A query is a row of terms, all of which must hold: ``field:value``, ``field:one,other`` (either),
``-term`` (not), ``field:<x``, ``field:a..b``, a word (with which some word of the session begins), a
``"phrase"`` (whole words, side by side). The fields stand in ``fields``, the meaning of times in ``times``,
the meaning of each node of the tree in ``terms``; ``matches`` is the measure for every other way to ask.

Each name is loaded when it is first used: whoever asks needs neither what completes nor what matches.
"""

from typing import TYPE_CHECKING

from sessiontui.lazily import lazily

if TYPE_CHECKING:
    from sessiontui.domain.query.completing import Completion, completions
    from sessiontui.domain.query.fault import QueryError
    from sessiontui.domain.query.fields import FIELDS, Field, Value, find_field
    from sessiontui.domain.query.folding import fold, label_key, words
    from sessiontui.domain.query.matching import Subject, holds, matches, name_has, text_has
    from sessiontui.domain.query.parsing import LONGEST, parse
    from sessiontui.domain.query.rendering import render
    from sessiontui.domain.query.statement import Query, query_of
    from sessiontui.domain.query.terms import View
    from sessiontui.domain.query.views import view_meaning

__all__ = [
    "FIELDS",
    "LONGEST",
    "Completion",
    "Field",
    "Query",
    "QueryError",
    "Subject",
    "Value",
    "View",
    "completions",
    "find_field",
    "fold",
    "holds",
    "label_key",
    "matches",
    "name_has",
    "parse",
    "query_of",
    "render",
    "text_has",
    "view_meaning",
    "words",
]

__getattr__ = lazily(
    __name__,
    {
        "Completion": "completing",
        "FIELDS": "fields",
        "Field": "fields",
        "LONGEST": "parsing",
        "Query": "statement",
        "QueryError": "fault",
        "Subject": "matching",
        "Value": "fields",
        "View": "terms",
        "completions": "completing",
        "find_field": "fields",
        "fold": "folding",
        "holds": "matching",
        "label_key": "folding",
        "matches": "matching",
        "name_has": "matching",
        "parse": "parsing",
        "query_of": "statement",
        "render": "rendering",
        "text_has": "matching",
        "view_meaning": "views",
        "words": "folding",
    },
)
