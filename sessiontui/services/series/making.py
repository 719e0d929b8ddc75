"""Making a series, and what may be said of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor, Standing, require
from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import EARLIEST, LATEST
from sessiontui.domain.phrases import count
from sessiontui.domain.places import Maker
from sessiontui.domain.recurrence import AHEAD, Pattern, read_rule, skipped_months, told, write_rule
from sessiontui.domain.templates.shape import TemplateRef
from sessiontui.domain.vocabulary import Kind, Priority
from sessiontui.domain.zones import named_zone
from sessiontui.services import clashes
from sessiontui.services.context import Context
from sessiontui.services.mentoring import mentor_of
from sessiontui.services.places.wishing import wished_for
from sessiontui.services.receipt import Receipt
from sessiontui.services.series.dates import slots
from sessiontui.services.series.patterns import pattern_columns
from sessiontui.services.series.stamping import first_instant, stamp_until
from sessiontui.services.sessions import SessionEdit, checked
from sessiontui.services.templates import using

if TYPE_CHECKING:
    from sessiontui.store.tables import Series

CREATED: Final = "series.create"

LONGEST: Final = timedelta(days=14)
"""A session of a series lasts no longer: more is a slip of the pen."""

_YEAR: Final = timedelta(days=366)
_NAMES: Final = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesDraft:
    """What a series is made from; ``starts`` is the wall-clock time of its first date in ``zone``."""

    title: str
    starts: datetime
    length: timedelta
    zone: str
    rule: str
    kind: Kind = Kind.CONVERSATION
    description: str = ""
    link: str = ""
    platform: str = ""
    """Where its dates meet: without a link, each gets a room of its own there."""
    tags: tuple[str, ...] = ()
    priority: Priority = Priority.NORMAL
    capacity: int = 0
    mentor_id: int | None = None
    author_id: int | None = None
    publish: bool = True
    added: tuple[datetime, ...] = ()
    excluded: frozenset[datetime] = field(default_factory=frozenset)
    template: TemplateRef | None = None
    """What each date gets its plan from."""


async def create(context: Context, draft: SeriesDraft, *, by: Actor, at: datetime, confirm: bool = False) -> Receipt:
    """Make a series and stamp its next ninety days; its author is the one who acts unless another is named.

    ``confirm`` agrees to its host being booked twice where that takes an agreement.
    """
    author_id = draft.author_id if draft.author_id is not None else by.id
    host_id = draft.mentor_id or author_id
    require(by, Action.MANAGE_TEMPLATES, Standing(hosts=by.id == host_id, authored=by.id == author_id))
    pattern = checked_pattern(
        starts=draft.starts, length=draft.length, zone=draft.zone, rule=draft.rule,
        added=draft.added, excluded=draft.excluded,
    )  # fmt: skip
    written = checked(
        SessionEdit(
            title=draft.title, kind=draft.kind, capacity=draft.capacity, priority=draft.priority, tags=draft.tags,
            description=draft.description, link=draft.link,
        )
    )  # fmt: skip
    rooms = await wished_for(context, draft.platform, has_link=bool(draft.link.strip()))
    async with context.db.write(by=by, at=at) as tx:
        if author_id is not None:
            await tx.person(author_id)
        if draft.mentor_id is not None:
            await mentor_of(tx, draft.mentor_id)
        host = await clashes.host_of(tx, mentor_id=draft.mentor_id, author_id=author_id)
        dates = slots(pattern, since=at, until=max(at, first_instant(pattern)) + AHEAD)
        booked = [clashes.Booked(people=host, starts_at=slot.starts_at, ends_at=slot.ends_at) for slot in dates]
        told_twice = await clashes.heed_dates(tx, context, booked, confirm=confirm)
        used = None if draft.template is None else await using.use(tx, draft.template)
        series_id = await tx.insert(
            "series",
            **({} if used is None else _made_from(used, draft)),
            **written,
            **pattern_columns(pattern),
            author_id=author_id,
            mentor_id=draft.mentor_id,
            published=draft.publish,
            created_at=at,
            platform=rooms.platform,
        )
        series = await tx.series(series_id)
        made = await stamp_until(tx, series, at + AHEAD, rooms=rooms)
        template = "" if used is None else f" from {used.said}"
        number = count(len(made), "session")
        sentence = f"created the series {series.title}{template}, {told(pattern)}: {number} so far"
        entry = await tx.audit(CREATED, sentence, subject="series", subject_id=series_id, reversible=True)
    rooms_told = f"; {Maker(rooms.platform).words} is asked for a room for each" if rooms.vault and made else ""
    return Receipt(
        sentence=sentence + rooms_told + skipped(pattern, at) + told_twice,
        sessions=tuple(made),
        series=series_id,
        undo=entry.id,
    )


def _made_from(used: using.Used, draft: SeriesDraft) -> dict[str, object]:
    left_out = frozenset() if draft.template is None else draft.template.without
    return {
        "template_id": used.template_id,
        "template_version": used.version,
        "template_without": sorted(left_out),
    }


def skipped(pattern: Pattern, at: datetime) -> str:
    """Return, as the end of a sentence, in which months of the next year there is no date for want of such a day."""
    months = skipped_months(pattern, at.date(), (at + _YEAR).date())
    names = ", ".join(f"{_NAMES[month]} {year}" for year, month in months)
    return f"; no date in {names}, which has no such day" if months else ""


def checked_pattern(
    *,
    starts: datetime,
    length: timedelta,
    zone: str,
    rule: str,
    added: tuple[datetime, ...] = (),
    excluded: frozenset[datetime] = frozenset(),
) -> Pattern:
    """Return the dates as they may be stored; ``BadInput`` names the field that is wrong."""
    place = named_zone(zone)
    if place is None:
        raise BadInput(f"{zone[:60]!r} is no time zone", hint="write it like Europe/Madrid", place="zone")
    if starts.tzinfo is not None:
        raise AssertionError("the first date is a wall-clock time")
    if not all(EARLIEST <= wall.year <= LATEST for wall in (starts, *added)):
        raise BadInput(f"a series begins in the years {EARLIEST} to {LATEST}", place="starts")
    if not timedelta() < length <= LONGEST:
        raise BadInput(f"a session of a series lasts up to {LONGEST.days} days", place="length")
    try:
        parts = read_rule(rule) if rule.strip() else {}
    except BadInput as error:
        raise BadInput(error.detail, hint=error.hint, place="rule") from None
    if parts.get("FREQ") in ("MINUTELY", "SECONDLY"):
        raise BadInput(
            "sessions do not begin every minute", hint="use DAILY, WEEKLY, MONTHLY or YEARLY", place="rule"
        )
    return Pattern(
        starts=starts.replace(microsecond=0),
        length=length,
        zone=place,
        rule=write_rule(parts) if parts else "",
        added=added,
        excluded=excluded,
    )


def standing(series: Series, by: Actor) -> Standing:
    """Return how somebody stands to a series: they host it, or they made it."""
    host_id = series.mentor_id or series.author_id
    return Standing(
        hosts=by.id is not None and by.id == host_id, authored=by.id is not None and by.id == series.author_id
    )
