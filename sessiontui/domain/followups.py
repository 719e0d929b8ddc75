"""What is asked after a session: which endings ask for what, and what an answer may be."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

from sessiontui.domain.errors import BadInput
from sessiontui.domain.vocabulary import Status

SETTLED_AFTER: Final = timedelta(minutes=5)
"""How long an end must have stood before anyone is asked about it: a late report may still change it."""

LATELY: Final = timedelta(hours=48)
"""How far back ends are followed up: a year of history that is imported asks nobody about last spring."""

UNANSWERED_AFTER: Final = timedelta(days=14)
"""After how long a question that nobody answered is closed by itself."""

POOR: Final = 2
"""The rating from which down an answer becomes a task."""


class FollowUpKind(StrEnum):
    """What is asked, or is to be looked into."""

    SURVEY = "survey"
    NO_SHOW = "no_show"
    EARLY_END = "early_end"
    POOR_RATING = "poor_rating"

    @property
    def is_task(self) -> bool:
        """Whether someone has to look into it as long as it is open."""
        return self is not FollowUpKind.SURVEY

    @property
    def word(self) -> str:
        """The word that is shown.

        >>> FollowUpKind.EARLY_END.word
        'Early end'
        """
        return self.value.replace("_", " ").capitalize()


class FollowUpState(StrEnum):
    """Where one follow-up stands."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


ASKED_AFTER: Final = {
    Status.ENDED_COMPLETE: FollowUpKind.SURVEY,
    Status.ENDED_NO_SHOW: FollowUpKind.NO_SHOW,
    Status.ENDED_EARLY: FollowUpKind.EARLY_END,
}
"""What each final end asks for."""


def rating_of(number: int) -> int:
    """Return a rating if it is one: a whole number from 1 to 5.

    >>> rating_of(5)
    5
    """
    if isinstance(number, bool) or not 1 <= number <= 5:
        raise BadInput(f"{number} is no rating", hint="a rating is a whole number from 1 to 5", place="rating")
    return number
