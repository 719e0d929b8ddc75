"""How every letter reads where nobody words it otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent
from typing import Final

from sessiontui.domain.delivery import LetterKind
from sessiontui.domain.letters.pages import ANYWHERE, OF_A_SESSION, Page, Sort
from sessiontui.domain.letters.wording import Wording

_PLACE: Final = """
        When: $when
        With: $mentor
        Join: $link

        Session $number
"""

_WINDOW: Final = """
        When: $when

        Session $number
"""


def _sort(kind: LetterKind, text: str, *more: str, base: frozenset[str] = OF_A_SESSION) -> Sort:
    subject, _, body = dedent(text).strip("\n").partition("\n\n")
    return Sort(kind, base | set(more), Wording(subject, body))


SORTS: Final[Mapping[Page, Sort]] = {
    Page.SCHEDULED: _sort(
        LetterKind.SCHEDULED,
        f"""
        You lead $title

        $greeting

        You are the mentor of $title.
        {_PLACE}""",
        "link",
    ),
    Page.CHANGED: _sort(
        LetterKind.CHANGED,
        """
        $title has moved

        $greeting

        $title has moved.

        Before: $before
        Now:    $when

        Reason: $reason

        With: $mentor
        Join: $link

        Session $number
        """,
        "link",
        "before",
        "reason",
    ),
    Page.MENTOR_CHANGED: _sort(
        LetterKind.CHANGED,
        f"""
        $title: another mentor

        $greeting

        $mentor now leads $title.
        $vacancy
        Until now it was $before.
        {_PLACE}""",
        "link",
        "before",
        "vacancy",
    ),
    Page.REOPENED: _sort(
        LetterKind.CHANGED,
        f"""
        $title takes place after all

        $greeting

        $title was cancelled, and takes place after all.

        Reason: $reason
        {_PLACE}""",
        "link",
        "reason",
    ),
    Page.DISREGARD: _sort(
        LetterKind.CHANGED,
        f"""
        Correction: $title

        $greeting

        Please disregard our mail "$earlier": it was taken back. $title stands as it did before.
        {_PLACE}""",
        "link",
        "earlier",
    ),
    Page.CANCELLED: _sort(
        LetterKind.CANCELLED,
        """
        Cancelled: $title

        $greeting

        $title is cancelled. It would have been on $when.

        Reason: $reason

        We are sorry for the trouble.

        Session $number
        """,
        "reason",
    ),
    Page.REMINDER: _sort(
        LetterKind.REMINDER,
        f"""
        Reminder: $title starts $left

        $greeting

        $title starts $left.
        {_PLACE}""",
        "link",
        "left",
    ),
    Page.BEGUN: _sort(
        LetterKind.REMINDER,
        f"""
        $title has begun

        $greeting

        $title began $since ago, and you are expected.
        {_PLACE}""",
        "link",
        "since",
    ),
    Page.CONFIRM: _sort(
        LetterKind.CONFIRM,
        f"""
        Will you come to $title?

        $greeting

        You have a place in $title. Will you come? Please answer this mail with yes or no, so that we can plan.
        {_PLACE}""",
        "link",
    ),
    Page.APPROVED: _sort(
        LetterKind.DECIDED,
        f"""
        You have a place in $title

        $greeting

        You are approved for $title.
        {_PLACE}""",
        "link",
    ),
    Page.REJECTED: _sort(
        LetterKind.DECIDED,
        f"""
        Your request for $title

        $greeting

        Your request to join $title could not be accepted.

        Reason: $reason
        {_WINDOW}""",
        "reason",
    ),
    Page.REMOVED: _sort(
        LetterKind.DECIDED,
        f"""
        Your place in $title

        $greeting

        You no longer have a place in $title.

        Reason: $reason
        {_WINDOW}""",
        "reason",
    ),
    Page.MESSAGE: _sort(
        LetterKind.MESSAGE,
        f"""
        About $title

        $greeting

        $text

        $by
        {_PLACE}""",
        "link",
        "text",
        "by",
    ),
    Page.MENTION: _sort(
        LetterKind.MENTION,
        f"""
        $by mentioned you in $title

        $greeting

        $by wrote in $title:

        $text
        {_PLACE}""",
        "link",
        "text",
        "by",
    ),
    Page.AUTHOR: _sort(
        LetterKind.AUTHOR,
        f"""
        $title needs your attention

        $greeting

        $title needs your attention.

        $points

        $by writes:
        $text
        {_PLACE}""",
        "link",
        "points",
        "text",
        "by",
    ),
    Page.ATTENDANCE: _sort(
        LetterKind.ATTENDANCE,
        f"""
        Who came to $title: $came

        $greeting

        $title is over. $came.
        It ran for $ran.

        $people

        Not identified yet: $unmatched. Whoever knows them can say who they are.
        {_WINDOW}""",
        "came",
        "ran",
        "people",
        "unmatched",
    ),
    Page.SURVEY: _sort(
        LetterKind.SURVEY,
        f"""
        How was $title?

        $greeting

        Thank you for taking part in $title. How was it? Please answer this mail with

        - a number from 1 (poor) to 5 (excellent),
        - a comment, if you like,
        - and whether we may tell this story (yes or no).
        {_WINDOW}""",
    ),
    Page.NO_SHOW: _sort(
        LetterKind.NO_SHOW,
        f"""
        We missed you in $title

        $greeting

        We missed you in $title. Would you tell us why you could not come? One line is enough, and it \
helps us to find better times and better ways to reach you.
        {_WINDOW}""",
    ),
    Page.DIGEST: _sort(
        LetterKind.DIGEST,
        """
        Your day: $summary

        $greeting

        This is your day, $day.

        $sessions

        Waiting for you:
        $pending

        What went wrong:
        $wrong

        Times are those of $zone.
        """,
        "day",
        "summary",
        "sessions",
        "pending",
        "wrong",
        "zone",
        base=ANYWHERE,
    ),
    Page.ALERT: _sort(
        LetterKind.ALERT,
        """
        [sessiontui] $told

        $alerts
        """,
        "told",
        "alerts",
        base=frozenset(),
    ),
    Page.TEST: _sort(
        LetterKind.MESSAGE,
        """
        A test mail from sessiontui

        Hello,

        $by sent this mail to see whether letters leave by $channel. They do; nothing is to be done.
        """,
        "by",
        "channel",
        base=frozenset(),
    ),
}
"""Every letter, with its own wording."""
