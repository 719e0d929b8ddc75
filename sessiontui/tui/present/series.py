"""Series in words: where a session stands in its own, and what a change of one would come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.phrases import count
from sessiontui.tui.present.look import ALARM, MUTED, Look, outside
from sessiontui.tui.present.times import moment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from sessiontui.services.pictures import SessionDetail
    from sessiontui.services.series.in_series import SeriesPlace
    from sessiontui.services.series.intents import SeriesEdit
    from sessiontui.services.series.previewing import NewDates, Outlook

_WRITTEN: Final = {
    "kind": "kind",
    "description": "description",
    "link": "link",
    "tags": "tags",
    "priority": "priority",
    "capacity": "seats",
    "mentor_id": "mentor",
}
"""What is called how, of what can be written anew for the dates of a series, in the order of the form."""

_MONTHS: Final = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def rows(detail: SessionDetail, look: Look) -> list[tuple[str, Content]]:
    """Return what the overview says of the series of a session: nothing where it has none."""
    place = detail.series
    if place is None:
        return []
    found = [("Series", Content.assemble(outside(place.words), ", ", Content.styled(which(place), "bold")))]
    if place.apart:
        stands = f"moved by itself: the series has it on {place.wall:%Y-%m-%d %H:%M}"
        found.append(("", Content.styled(stands, ALARM)))
    if place.next_dates:
        dates = look.dot.join(moment(at, detail.taken_at, look.zone) for at in place.next_dates)
        found.append(("", Content.assemble(Content.styled("next  ", MUTED), dates)))
    keys = f":take_out this date{look.dot}:end_series from here{look.dot}e D R X ask which dates"
    found.append(("", Content.styled(keys, MUTED)))
    return found


def which(place: SeriesPlace) -> str:
    """Return which of its dates a session is."""
    return f"{place.number} of {place.of}" if place.of else f"date {place.number}"


def written_lines(changes: SeriesEdit) -> list[str]:
    """Return what is written anew for each date of a series: the title as it will be, the other fields by name.

    >>> from sessiontui.services.series import SeriesEdit
    >>> written_lines(SeriesEdit(title="Early standup", capacity=8, tags=()))
    ['The title becomes Early standup', 'New for each: tags, seats']
    """
    lines = [] if changes.title is None else [f"The title becomes {changes.title}"]
    others = [word for name, word in _WRITTEN.items() if getattr(changes, name) is not None]
    return [*lines, f"New for each: {', '.join(others)}"] if others else lines


def outlook_lines(outlook: Outlook, zone: ZoneInfo, look: Look) -> list[str]:
    """Return what a change of a series would come to, line by line, the numbers exact."""
    from sessiontui.tui.dialogs.wall_clock import spoken  # the first frame does without

    arrow = look.of("→", "->")
    lines = [outlook.before]
    if outlook.after != outlook.before:
        lines.append(f"becomes  {outlook.after}")
    if outlook.moved:
        lines.append(f"{count(outlook.moved, 'date moves', 'dates move')}:")
        lines += [f"   {spoken(old, zone)} {arrow} {spoken(new, zone)} {zone.key}" for old, new in outlook.dates]
        if outlook.moved > len(outlook.dates):
            lines.append(f"   and {outlook.moved - len(outlook.dates)} more")
    said = (
        (outlook.changed, "date changes", "dates change", ""),
        (outlook.added, "date is added", "dates are added", ""),
        (outlook.gone, "date goes", "dates go", ": nobody has asked for them"),
        (outlook.off, "date is called off", "dates are called off", ": people are told"),
        (outlook.apart, "date stays", "dates stay", ": changed by hand"),
        (outlook.fixed, "date stays", "dates stay", ": begun, over or called off"),
    )
    lines += [f"{count(number, one, many)}{why}" for number, one, many, why in said if number]
    lines += skipped_line(outlook.skipped)
    if outlook.people:
        lines.append(f"Concerns {count(outlook.people, 'place')} that people have or ask for")
    lines.append("z takes it back as long as none of these dates has begun.")
    return lines


def new_lines(found: NewDates, look: Look, zone: ZoneInfo) -> list[str]:
    """Return what a series that is being typed would be: in words, its first dates, the months without one."""
    from sessiontui.tui.dialogs.wall_clock import spoken  # the first frame does without

    dates = look.dot.join(_days([spoken(at, zone) for at in found.dates]))
    return [found.words, f"Next: {dates}" if found.dates else "It has no date", *skipped_line(found.skipped)]


def _days(dates: Sequence[str]) -> list[str]:
    """Return dates without the year and the time that they share: the words above tell the time.

    >>> _days(["Tue 5 May 2026 09:00", "Tue 12 May 2026 09:00"])
    ['Tue 5 May', 'Tue 12 May']
    >>> _days(["Tue 29 Dec 2026 09:00", "Tue 5 Jan 2027 09:00"])
    ['Tue 29 Dec 2026', 'Tue 5 Jan 2027']
    """
    told = [date.split() for date in dates]
    for _ in range(2):
        if len({words[-1] for words in told}) == 1:
            told = [words[:-1] for words in told]
    return [" ".join(words) for words in told]


def skipped_line(skipped: Sequence[tuple[int, int]]) -> list[str]:
    """Return which months have no date for want of such a day."""
    names = ", ".join(f"{_MONTHS[month]} {year}" for year, month in skipped)
    return [f"No date in {names}: there is no such day"] if skipped else []
