"""A mentor's page as a sheet: what comes, how it went, the load by week, and when they are free."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.analytics.wording import NONE, sure_word, value_word
from sessiontui.domain.clashes import overlaps
from sessiontui.domain.phrases import number
from sessiontui.domain.signs import SIGNS
from sessiontui.domain.vocabulary import Status
from sessiontui.tui.present.bars import bar
from sessiontui.tui.present.look import ALARM, MUTED, Look, fitted, outside
from sessiontui.tui.present.status import glyph, style_of
from sessiontui.tui.present.times import short_moment

if TYPE_CHECKING:
    from sessiontui.domain.analytics.metrics import Figure
    from sessiontui.services.people.mentoring import Hosted, MentorPage, Week

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_TITLE: Final = 20
_VALUE: Final = 9
_SURE: Final = 16

_HALF: Final = timedelta(minutes=30)


def mentor_sheet(page: MentorPage, now: datetime, look: Look, width: int) -> Content:
    """Return everything about somebody as a mentor, the most pressing first."""
    parts = [
        _headed("Free and busy, the coming week", _week_ahead(page, now, look, width)),
        _headed("Coming", [_hosted(one, now, look, width) for one in page.coming] or [_none("nothing")]),
        _headed("How it went", [_figure(one, look, width) for one in page.figures]),
        _headed("Hours by week", _load(page.weeks, look, width)),
        _headed("Past", [_hosted(one, now, look, width) for one in page.past] or [_none("nothing")]),
    ]
    return Content("\n\n").join(parts)


def _headed(title: str, lines: list[Content]) -> Content:
    return Content("\n").join([Content.styled(title, "bold"), *lines])


def _none(word: str) -> Content:
    return Content.styled(word, MUTED)


def _hosted(one: Hosted, now: datetime, look: Look, width: int) -> Content:
    status = Status(one.status)
    when = Content.styled(short_moment(one.starts_at, now, look.zone).ljust(10), MUTED)
    people = f"{one.came}/{one.approved}" if status.is_ended else str(one.approved)
    sign = glyph(status, look) + Content.styled(f" {SIGNS[status].word}".ljust(13), style_of(status))
    return fitted(when + sign + Content.styled(people.rjust(5) + "  ", MUTED) + outside(one.title), width, look)


def _figure(figure: Figure, look: Look, width: int) -> Content:
    value = value_word(figure)
    sure = sure_word(figure) if value != NONE else ""
    sure = sure.replace("–", "-") if look.ascii else sure
    line = Content.assemble(
        f"{figure.definition.title:<{_TITLE}}",
        Content.styled(f"{value:>{_VALUE}}", "bold" if value != NONE else MUTED),
        Content.styled(f"  {sure:<{_SURE}}", MUTED),
        Content.styled(f"of {number(figure.n)} {figure.definition.over}", MUTED),
    )
    return fitted(line, width, look)


def _load(weeks: tuple[Week, ...], look: Look, width: int) -> list[Content]:
    most = max((week.booked for week in weeks), default=timedelta()) or timedelta(hours=1)
    room = max(4, min(40, width - 28))
    lines = []
    for week in weeks:
        drawn = bar(week.booked / most, room, look) if week.booked else ""
        hours = f"{week.booked / timedelta(hours=1):.3g} h"
        sign = look.of("▸", ">") if week.is_now else " "
        line = Content.assemble(
            Content.styled(f"{sign} {week.starts_at.astimezone(look.zone):%d %b}  ", "" if week.is_now else MUTED),
            Content.styled(drawn, "$accent"),
            Content.styled(f" {hours}, {week.sessions}" if week.sessions else f"{look.of('·', '.')}", MUTED),
        )
        lines.append(fitted(line, width, look))
    return lines


def _week_ahead(page: MentorPage, now: datetime, look: Look, width: int) -> list[Content]:
    """Return a line a day: a cell for every hour or half hour, filled where they are expected somewhere."""
    step = _HALF if width >= 2 * 24 + 8 else 2 * _HALF
    cells = timedelta(hours=24) // step
    scale = "".join(f"{hour:<{3 * cells // 24}}" for hour in range(0, 24, 3))
    lines = [Content.styled(f"{'':8}{scale}"[:width], MUTED)]
    busy, free, gone = look.of("█", "#"), look.of("·", "."), " "
    for start, end in zip(page.days_from, page.days_from[1:], strict=False):
        local = start.astimezone(look.zone)
        drawn: list[Content] = []
        at = start
        while at < end and len(drawn) < cells:
            until = min(at + step, end)
            if any(overlaps(one, at, until) for one in page.bookings):
                drawn.append(Content.styled(busy, ALARM))
            else:
                drawn.append(Content.styled(gone if until <= now else free, MUTED))
            at = until
        lines.append(Content.styled(f"{_DAYS[local.weekday()]} {local:%d}  ", MUTED) + Content("").join(drawn))
    legend = f"{'':8}{busy} expected in a session   {free} free"
    return [*(fitted(line, width, look) for line in lines), Content.styled(legend[:width], MUTED)]
