"""Letters about no one session: alerts for whoever is on call, the day of an author or mentor, and the test mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, tzinfo

from sessiontui.domain.letters.pages import Page
from sessiontui.domain.letters.parts import Reader, day, zone_name
from sessiontui.domain.letters.wording import Text
from sessiontui.domain.letters.wordings import BUILT_IN, Wordings
from sessiontui.domain.letters.writing import greeting
from sessiontui.domain.phrases import count
from sessiontui.domain.records import record
from sessiontui.domain.text import visible


@record(kw_only=True)
class Coming:
    """One session of somebody's day; ``beside`` says how it stands, such as ``3 approved, starts in 2 h``."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    beside: str = ""


@record(kw_only=True)
class Day:
    """What somebody has before them: their sessions, where requests wait for them, and what went wrong.

    ``pending`` names sessions with how many requests wait there; ``wrong`` are sentences.
    """

    on: date
    sessions: Sequence[Coming] = ()
    pending: Sequence[tuple[str, int]] = ()
    wrong: Sequence[str] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.sessions or self.pending or self.wrong)


def digest(of: Day, to: Reader, zone: tzinfo) -> Text:
    """Tell an author or a mentor what their day brings."""
    waiting = sum(number for _, number in of.pending)
    sums = [
        count(len(of.sessions), "session") if of.sessions else "",
        count(waiting, "request") + (" waits" if waiting == 1 else " wait") if waiting else "",
        count(len(of.wrong), "thing") + " went wrong" if of.wrong else "",
    ]
    return to.wordings.say(
        Page.DIGEST,
        {
            **greeting(to),
            "day": day(datetime(of.on.year, of.on.month, of.on.day, tzinfo=zone)),
            "summary": ", ".join(filter(None, sums)),
            "sessions": "\n".join(_coming(one, zone) for one in of.sessions) or "No session of yours today.",
            "pending": "\n".join(f"- {visible(title)}: {count(number, 'request')}" for title, number in of.pending),
            "wrong": "\n".join(f"- {visible(said)}" for said in of.wrong),
            "zone": zone_name(zone),
        },
        language=to.language,
    )


def alert(lines: Sequence[str], *, told: str, wordings: Wordings = BUILT_IN) -> Text:
    """Tell whoever is on call what nobody took up."""
    return wordings.say(Page.ALERT, {"told": told, "alerts": "\n".join(visible(line) for line in lines)})


def proof(*, by: str, channel: str, wordings: Wordings = BUILT_IN) -> Text:
    """Show that letters arrive."""
    return wordings.say(Page.TEST, {"by": visible(by), "channel": channel})


def _coming(one: Coming, zone: tzinfo) -> str:
    start, end = one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)
    beside = f" ({visible(one.beside)})" if one.beside else ""
    return f"- {start:%H:%M} to {end:%H:%M}  {visible(one.title)} #{one.id}{beside}"
