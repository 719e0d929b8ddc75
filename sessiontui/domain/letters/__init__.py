"""What letters say: every text in one place, in plain words and in the zone of whoever reads it."""

from sessiontui.domain.letters.beside import Coming, Day, alert, digest, proof
from sessiontui.domain.letters.built_in import SORTS
from sessiontui.domain.letters.pages import Page
from sessiontui.domain.letters.parts import Reader, Subject, start, when
from sessiontui.domain.letters.wording import Fault, Text, Wording, parse
from sessiontui.domain.letters.wordings import BUILT_IN, Wordings
from sessiontui.domain.letters.writing import (
    Roll,
    attendance,
    author,
    cancelled,
    changed,
    confirm,
    decided,
    disregard,
    mention,
    mentor_changed,
    message,
    no_show,
    reminder,
    removed,
    reopened,
    scheduled,
    survey,
)

__all__ = [
    "BUILT_IN",
    "SORTS",
    "Coming",
    "Day",
    "Fault",
    "Page",
    "Reader",
    "Roll",
    "Subject",
    "Text",
    "Wording",
    "Wordings",
    "alert",
    "attendance",
    "author",
    "cancelled",
    "changed",
    "confirm",
    "decided",
    "digest",
    "disregard",
    "mention",
    "mentor_changed",
    "message",
    "no_show",
    "parse",
    "proof",
    "reminder",
    "removed",
    "reopened",
    "scheduled",
    "start",
    "survey",
    "when",
]
