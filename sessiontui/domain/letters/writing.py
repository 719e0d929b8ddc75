"""The letters themselves: what each of them knows, handed to its wording in the zone of whoever reads it.

Titles, names and reasons come from outside; a wording makes them visible, so that no letter carries what could act on
a screen or forge a heading.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from sessiontui.domain.letters.pages import Page
from sessiontui.domain.letters.parts import Reader, Subject, start, when, zone_name
from sessiontui.domain.letters.wording import Text
from sessiontui.domain.phrases import count, minutes, span, until
from sessiontui.domain.records import record
from sessiontui.domain.text import visible


@record(kw_only=True)
class Roll:
    """Who came to a session, as its mentor is told.

    ``came`` of ``expected`` were there; ``ran`` says how long it went on, such as ``58 of 60 minutes``; ``people``
    are names with their verdicts, such as ``("Ana", "present, 58 min")``; ``unmatched`` is how many nobody knows yet.
    """

    expected: int
    came: int
    ran: str
    people: Sequence[tuple[str, str]] = ()
    unmatched: int = 0


def reminder(about: Subject, to: Reader, zone: tzinfo, *, now: datetime) -> Text:
    """Remind someone who is expected of a session that begins soon, or has begun without them."""
    if now < about.starts_at:
        return _say(Page.REMINDER, about, to, zone, left=until(about.starts_at - now))
    return _say(Page.BEGUN, about, to, zone, since=span(minutes(now - about.starts_at)))


def confirm(about: Subject, to: Reader, zone: tzinfo) -> Text:
    """Ask someone who is approved whether they come."""
    return _say(Page.CONFIRM, about, to, zone)


def scheduled(about: Subject, to: Reader, zone: tzinfo) -> Text:
    """Tell a mentor that a session is theirs."""
    return _say(Page.SCHEDULED, about, to, zone)


def changed(
    about: Subject, to: Reader, zone: tzinfo, *, was: tuple[datetime, datetime] | None = None, reason: str = ""
) -> Text:
    """Tell someone that a session has another time; ``was`` is the one before, if they were told of it."""
    return _say(Page.CHANGED, about, to, zone, before=when(*was, zone) if was else "", reason=reason)


def mentor_changed(about: Subject, to: Reader, zone: tzinfo, *, before: str = "") -> Text:
    """Tell someone that a session has another mentor."""
    vacancy = "" if about.mentor else f"{about.title} has no mentor at the moment; we look for one."
    return _say(Page.MENTOR_CHANGED, about, to, zone, before=before, vacancy=vacancy)


def cancelled(about: Subject, to: Reader, zone: tzinfo, *, reason: str = "") -> Text:
    """Tell someone that a session does not take place, or ends now."""
    return _say(Page.CANCELLED, about, to, zone, reason=reason)


def reopened(about: Subject, to: Reader, zone: tzinfo, *, reason: str = "") -> Text:
    """Tell someone that a session which was cancelled takes place after all."""
    return _say(Page.REOPENED, about, to, zone, reason=reason)


def decided(about: Subject, to: Reader, zone: tzinfo, *, approved: bool, reason: str = "") -> Text:
    """Tell someone what became of their request."""
    return _say(Page.APPROVED if approved else Page.REJECTED, about, to, zone, reason=reason)


def removed(about: Subject, to: Reader, zone: tzinfo, *, reason: str = "") -> Text:
    """Tell someone that they no longer take part."""
    return _say(Page.REMOVED, about, to, zone, reason=reason)


def disregard(about: Subject, to: Reader, zone: tzinfo, *, earlier: str) -> Text:
    """Tell someone that a letter which has left already no longer holds."""
    return _say(Page.DISREGARD, about, to, zone, earlier=visible(earlier))


def message(about: Subject, to: Reader, zone: tzinfo, *, text: str, by: str) -> Text:
    """Send someone what a person wrote about a session."""
    return _say(Page.MESSAGE, about, to, zone, text=text, by=by)


def mention(about: Subject, to: Reader, zone: tzinfo, *, text: str, by: str) -> Text:
    """Tell someone that a person named them in a comment, and what the comment says."""
    return _say(Page.MENTION, about, to, zone, text=text, by=by)


def author(
    about: Subject, to: Reader, zone: tzinfo, *, pending: int, issues: Sequence[str], text: str, by: str
) -> Text:
    """Tell the author of a session what waits for them there."""
    points = [f"{count(pending, 'request')} to join {'waits' if pending == 1 else 'wait'} for you"] if pending else []
    points += [visible(issue) for issue in issues]
    return _say(
        Page.AUTHOR,
        about,
        to,
        zone,
        points="\n".join(f"- {point}" for point in points),
        text=text,
        by=by if text else "",
    )


def attendance(about: Subject, to: Reader, zone: tzinfo, *, roll: Roll) -> Text:
    """Tell the mentor of a session that has ended who came."""
    came = f"{roll.came} of {roll.expected} came" if roll.expected else f"{count(roll.came, 'person', 'people')} came"
    return _say(
        Page.ATTENDANCE,
        about,
        to,
        zone,
        came=came,
        ran=roll.ran,
        people="\n".join(f"- {visible(name)}: {visible(verdict)}" for name, verdict in roll.people),
        unmatched=count(roll.unmatched, "person", "people") if roll.unmatched else "",
    )


def survey(about: Subject, to: Reader, zone: tzinfo) -> Text:
    """Ask someone who was there how a session was."""
    return _say(Page.SURVEY, about, to, zone)


def no_show(about: Subject, to: Reader, zone: tzinfo) -> Text:
    """Ask someone who was expected why they did not come."""
    return _say(Page.NO_SHOW, about, to, zone)


def greeting(to: Reader) -> dict[str, str]:
    """Return what every letter may name of its reader."""
    name = visible(to.name)
    return {"greeting": f"Hello {name}," if name else "Hello,", "name": name}


def _say(page: Page, about: Subject, to: Reader, zone: tzinfo, **own: str) -> Text:
    values = {
        **greeting(to),
        "title": visible(about.title),
        "number": f"#{about.id}",
        "when": when(about.starts_at, about.ends_at, zone),
        "start": start(about.starts_at, zone),
        "zone": zone_name(zone),
        "mentor": visible(about.mentor),
        "link": visible(about.link) if to.has_place else "",
        **own,
    }
    return to.wordings.say(page, values, language=to.language)
