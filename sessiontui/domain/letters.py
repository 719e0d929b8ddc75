"""What letters say: every text in one place, in plain words and in the zone of whoever reads it.

Titles, names and reasons come from outside; they are made visible here, so that no letter carries what could act on
a screen or forge a heading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sessiontui.domain.phrases import count, minutes, span, until
from sessiontui.domain.text import visible, visible_block

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_NUMBER: Final = "#{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads a letter: ``zone`` is an IANA name, or empty where nobody knows it."""

    name: str
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The session that a letter is about."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    mentor: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """What a letter says: one line above it, and the letter itself."""

    subject: str
    body: str


def zone_of(name: str, otherwise: tzinfo) -> tzinfo:
    """Return the zone of that name, or another where it is unknown.

    >>> zone_of("Europe/Madrid", UTC).key, zone_of("Nowhere/At_All", UTC)
    ('Europe/Madrid', datetime.timezone.utc)
    """
    try:
        return ZoneInfo(name) if name else otherwise
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return otherwise


def when(starts_at: datetime, ends_at: datetime, zone: tzinfo) -> str:
    """Return a window in words, in a zone that is named.

    >>> when(datetime(2026, 5, 4, 14, tzinfo=UTC), datetime(2026, 5, 4, 15, tzinfo=UTC), ZoneInfo("Europe/Madrid"))
    'Monday 4 May 2026, 16:00 to 17:00 (Europe/Madrid)'
    """
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    last = f"{end:%H:%M}" if end.date() == start.date() else f"{_day(end)}, {end:%H:%M}"
    return f"{_day(start)}, {start:%H:%M} to {last} ({_zone_name(zone)})"


def reminder(about: Subject, to: Reader, zone: tzinfo, *, now: datetime) -> Text:
    """Remind someone who is expected of a session that begins soon, or has begun without them."""
    title = visible(about.title)
    if now < about.starts_at:
        head, lead = f"Reminder: {title} starts {until(about.starts_at - now)}", "is about to begin"
        if minutes(about.starts_at - now) >= 60:
            lead = "is coming up"
    else:
        head, lead = f"{title} has begun", f"began {span(minutes(now - about.starts_at))} ago, and you are expected"
    return _text(head, to, zone, about, f"{title} {lead}.")


def confirm(about: Subject, to: Reader, zone: tzinfo) -> Text:
    """Ask someone who is approved whether they come."""
    title = visible(about.title)
    ask = f"You have a place in {title}. Will you come? Please answer this mail with yes or no, so that we can plan."
    return _text(f"Will you come to {title}?", to, zone, about, ask)


def scheduled(about: Subject, to: Reader, zone: tzinfo) -> Text:
    """Tell a mentor that a session is theirs."""
    title = visible(about.title)
    return _text(f"You lead {title}", to, zone, about, f"You are the mentor of {title}.")


def changed(about: Subject, to: Reader, zone: tzinfo, *, was: tuple[datetime, datetime], reason: str = "") -> Text:
    """Tell someone that a session has another time."""
    title = visible(about.title)
    said = f"{title} has moved.\n\nBefore: {when(*was, zone)}\nNow:    {when(about.starts_at, about.ends_at, zone)}"
    return _text(f"{title} has moved", to, zone, about, said + _because(reason), shows_window=False)


def mentor_changed(about: Subject, to: Reader, zone: tzinfo, *, before: str = "") -> Text:
    """Tell someone that a session has another mentor."""
    title, mentor = visible(about.title), visible(about.mentor)
    said = f"{mentor} now leads {title}." if mentor else f"{title} has no mentor at the moment; we look for one."
    if before:
        said += f" Until now it was {visible(before)}."
    return _text(f"{title}: another mentor", to, zone, about, said)


def cancelled(about: Subject, to: Reader, zone: tzinfo, *, reason: str = "") -> Text:
    """Tell someone that a session does not take place, or ends now."""
    title = visible(about.title)
    said = f"{title} is cancelled. It would have been on {when(about.starts_at, about.ends_at, zone)}."
    said += _because(reason) + "\n\nWe are sorry for the trouble."
    return _text(f"Cancelled: {title}", to, zone, about, said, shows_window=False, shows_link=False)


def reopened(about: Subject, to: Reader, zone: tzinfo, *, reason: str = "") -> Text:
    """Tell someone that a session which was cancelled takes place after all."""
    title = visible(about.title)
    said = f"{title} was cancelled, and takes place after all." + _because(reason)
    return _text(f"{title} takes place after all", to, zone, about, said)


def decided(about: Subject, to: Reader, zone: tzinfo, *, approved: bool, reason: str = "") -> Text:
    """Tell someone what became of their request."""
    title = visible(about.title)
    if approved:
        return _text(f"You have a place in {title}", to, zone, about, f"You are approved for {title}.")
    said = f"Your request to join {title} could not be accepted." + _because(reason)
    return _text(f"Your request for {title}", to, zone, about, said, shows_link=False)


def removed(about: Subject, to: Reader, zone: tzinfo, *, reason: str = "") -> Text:
    """Tell someone that they no longer take part."""
    title = visible(about.title)
    said = f"You no longer have a place in {title}." + _because(reason)
    return _text(f"Your place in {title}", to, zone, about, said, shows_link=False)


def disregard(about: Subject, to: Reader, zone: tzinfo, *, earlier: str) -> Text:
    """Tell someone that a letter which has left already no longer holds."""
    title = visible(about.title)
    said = f'Please disregard our mail "{visible(earlier)}": it was taken back. {title} stands as it did before.'
    return _text(f"Correction: {title}", to, zone, about, said)


def message(about: Subject, to: Reader, zone: tzinfo, *, text: str, by: str) -> Text:
    """Send someone what a person wrote about a session."""
    title = visible(about.title)
    return _text(f"About {title}", to, zone, about, f"{visible_block(text)}\n\n{visible(by)}")


def author(
    about: Subject, to: Reader, zone: tzinfo, *, pending: int, issues: Sequence[str], text: str, by: str
) -> Text:
    """Tell the author of a session what waits for them there."""
    title = visible(about.title)
    points = [f"{count(pending, 'request')} to join {'waits' if pending == 1 else 'wait'} for you"] if pending else []
    points += [visible(issue) for issue in issues]
    said = f"{title} needs your attention."
    if points:
        said += "\n\n" + "\n".join(f"- {point}" for point in points)
    if text:
        said += f"\n\n{visible(by)} writes:\n{visible_block(text)}"
    return _text(f"{title} needs your attention", to, zone, about, said)


def survey(about: Subject, to: Reader, zone: tzinfo) -> Text:
    """Ask someone who was there how a session was."""
    title = visible(about.title)
    said = (
        f"Thank you for taking part in {title}. How was it? Please answer this mail with\n\n"
        "- a number from 1 (poor) to 5 (excellent),\n"
        "- a comment, if you like,\n"
        "- and whether we may tell this story (yes or no)."
    )
    return _text(f"How was {title}?", to, zone, about, said, shows_link=False)


def no_show(about: Subject, to: Reader, zone: tzinfo) -> Text:
    """Ask someone who was expected why they did not come."""
    title = visible(about.title)
    said = (
        f"We missed you in {title}. Would you tell us why you could not come? One line is enough, and it helps us "
        "to find better times and better ways to reach you."
    )
    return _text(f"We missed you in {title}", to, zone, about, said, shows_link=False)


def proof(*, by: str, channel: str) -> Text:
    """Show that letters arrive."""
    said = f"{visible(by)} sent this mail to see whether letters leave by {channel}. They do; nothing is to be done."
    return Text("A test mail from sessiontui", f"Hello,\n\n{said}\n")


def _text(
    subject: str,
    to: Reader,
    zone: tzinfo,
    about: Subject,
    said: str,
    *,
    shows_window: bool = True,
    shows_link: bool = True,
) -> Text:
    parts = [f"Hello {visible(to.name)}," if to.name else "Hello,", said]
    facts = []
    if shows_window:
        facts.append(f"When: {when(about.starts_at, about.ends_at, zone)}")
    if about.mentor and shows_link:
        facts.append(f"With: {visible(about.mentor)}")
    if about.link and shows_link:
        facts.append(f"Join: {visible(about.link)}")
    if facts:
        parts.append("\n".join(facts))
    parts.append(f"Session {_NUMBER.format(about.id)}")
    return Text(subject, "\n\n".join(parts) + "\n")


def _because(reason: str) -> str:
    return f"\n\nReason: {visible_block(reason)}" if reason else ""


def _day(instant: datetime) -> str:
    return f"{_DAYS[instant.weekday()]} {instant.day} {_MONTHS[instant.month - 1]} {instant.year}"


def _zone_name(zone: tzinfo) -> str:
    return zone.key if isinstance(zone, ZoneInfo) else str(zone.tzname(datetime(2000, 1, 1, tzinfo=UTC)))
