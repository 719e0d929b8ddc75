"""Every letter there is, and what each may name."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sessiontui.domain.delivery import LetterKind
from sessiontui.domain.letters.wording import Wording
from sessiontui.domain.records import record

ANYWHERE: Final = frozenset({"greeting", "name"})
"""What every letter may name: ``Hello Ana,`` and ``Ana``."""

OF_A_SESSION: Final = ANYWHERE | {"title", "number", "when", "start", "zone", "mentor"}
"""What every letter about a session may name; times are in the zone of the reader."""


class Page(StrEnum):
    """One letter; its name is that of the file that words it otherwise."""

    SCHEDULED = "scheduled"
    CHANGED = "changed"
    MENTOR_CHANGED = "mentor_changed"
    REOPENED = "reopened"
    DISREGARD = "disregard"
    CANCELLED = "cancelled"
    REMINDER = "reminder"
    BEGUN = "begun"
    CONFIRM = "confirm"
    APPROVED = "approved"
    REJECTED = "rejected"
    REMOVED = "removed"
    MESSAGE = "message"
    MENTION = "mention"
    AUTHOR = "author"
    ATTENDANCE = "attendance"
    SURVEY = "survey"
    NO_SHOW = "no_show"
    DIGEST = "digest"
    ALERT = "alert"
    TEST = "test"


@record
class Sort:
    """What a letter is about, what its wording may name, and its own wording."""

    kind: LetterKind
    names: frozenset[str]
    wording: Wording
