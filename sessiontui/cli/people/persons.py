"""``people``: duplicates, merge, note, export and erase, and one person whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call
from sessiontui.cli.exporting import whole_file
from sessiontui.cli.people.feeds import feed
from sessiontui.cli.people.passwords import password
from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.analytics.wording import whole_word
from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.domain.phrases import count
from sessiontui.domain.text import visible
from sessiontui.services import people
from sessiontui.services.people import erasing, listing, merging, notes, portable
from sessiontui.services.people import page as pages

if TYPE_CHECKING:
    from sessiontui.services.people.mentoring import MentorPage
    from sessiontui.services.people.notes import Note
    from sessiontui.services.people.page import PersonPage
    from sessiontui.services.receipt import Receipt

_SHOWN: Final = 20
"""Sessions that are listed; the JSON has more."""

_HOUR: Final = timedelta(hours=1)


async def duplicates(call: Call) -> int:
    """List people who may be one and the same."""
    whose = call.options.person
    person = None if whose is None else (await people.find(call.context, whose)).id
    found = await listing.alike(call.context, by=call.actor, person_id=person)
    if call.options.json:
        rows = (
            {
                "kept": {"id": two.kept.id, "name": two.kept.name, "email": two.kept.email or None},
                "duplicate": {"id": two.other.id, "name": two.other.name, "email": two.other.email or None},
                "reasons": list(two.reasons),
            }
            for two in found
        )
        output.put_json({"taken_at": rfc3339(call.clock())}, rows=("duplicates", rows))
        return 0
    for two in found:
        output.put(
            f"{visible(two.kept.name)} #{two.kept.id} and {visible(two.other.name)} #{two.other.id}:"
            f" {', '.join(two.reasons)}"
        )
    talk.say(f"{count(len(found), 'pair')}; 'sessiontui people merge KEPT DUPLICATE' makes one of two")
    return 0


async def merge(call: Call) -> int:
    """Show what making one of two would do, ask, and do it."""
    options = call.options
    kept = (await people.find(call.context, options.person)).id
    gone = (await people.find(call.context, options.duplicate)).id
    told = await merging.preview(call.context, kept, gone, by=call.actor, at=call.clock())
    if options.dry_run:
        return _preview(call, told.lines)
    question = f"Merge {visible(told.gone.name)} #{gone} into {visible(told.kept.name)} #{kept}?"
    talk.confirm("\n".join([*(f"  {line}" for line in told.lines), question]), yes=options.yes)
    return _done(
        call,
        await merging.merge(call.context, kept, gone, by=call.actor, at=call.clock(), reason=options.reason),
    )


async def note(call: Call) -> int:
    """List the notes on a person; or write, edit or remove one."""
    options = call.options
    person = await people.find(call.context, options.person)
    text = " ".join(options.text)
    by, at = call.actor, call.clock()
    if options.remove is not None:
        if text:
            raise WrongUsage("a note that is removed takes no text")
        return _done(call, await notes.remove(call.context, options.remove, by=by, at=at))
    if options.edit is not None:
        return _done(call, await notes.edit(call.context, options.edit, text, by=by, at=at))
    if text:
        return _done(call, await notes.write(call.context, person.id, text, by=by, at=at))
    found = await notes.notes(call.context, person.id, by=by)
    if options.json:
        output.put_json({"taken_at": rfc3339(at)}, rows=("notes", (_note(one) for one in found)))
        return 0
    for one in found:
        output.put(f"#{one.id}  {one.at:%Y-%m-%d %H:%M} UTC  {visible(one.by)}: {visible(one.text)}")
        for before in reversed(one.before):
            output.put(f"    before, {before.at:%Y-%m-%d %H:%M} UTC, {visible(before.by)}: {visible(before.text)}")
    talk.say(count(len(found), "note"))
    return 0


async def export(call: Call) -> int:
    """Write everything that is kept of a person."""
    options = call.options
    person = await people.find(call.context, options.person)
    told = await portable.portable(call.context, person.id, by=call.actor, at=call.clock())
    if options.output is None:
        output.put_json(told)
        return 0
    with whole_file(Path(options.output)) as file:
        file.write(portable.text_of(told))
    talk.say(f"wrote what is kept of {visible(person.name)} to {options.output}")
    return 0


async def erase(call: Call) -> int:
    """Show what would be gone, ask for the name, and forget the person."""
    options = call.options
    person = await people.find(call.context, options.person)
    told = await erasing.preview(call.context, person.id, by=call.actor, at=call.clock())
    if options.dry_run:
        return _preview(call, told.lines)
    question = f"Erase {visible(person.name)} #{person.id}? It cannot be taken back."
    said = "\n".join([*(f"  {line}" for line in told.lines), question])
    talk.confirm(said, yes=options.yes, expected=person.name)
    receipt = await erasing.erase(call.context, person.id, by=call.actor, at=call.clock(), reason=options.reason)
    return _done(call, receipt)


async def told(call: Call, person_id: int) -> tuple[dict[str, object], list[str]]:
    """Return one person whole, as JSON and as lines to be read."""
    page = await pages.page(call.context, person_id, by=call.actor, now=call.clock())
    return as_json(page), as_lines(page, call)


def as_json(page: PersonPage) -> dict[str, object]:
    """Return what is known of a person beside the particulars."""
    return {
        "first_seen": maybe_rfc3339(page.first_seen),
        "last_seen": maybe_rfc3339(page.last_seen),
        "record": {
            "came": page.record.came,
            "n": page.record.n,
            "low": page.record.low,
            "high": page.record.high,
            "chance": page.record.chance,
        },
        "sessions": [
            {
                "id": part.session_id,
                "title": part.title,
                "status": str(part.status),
                "starts_at": rfc3339(part.starts_at),
                "ends_at": rfc3339(part.ends_at),
                "part": part.word,
                "request": None if part.state is None else str(part.state),
                "seen": part.seen,
                "attendance": None if part.verdict is None else str(part.verdict),
            }
            for part in page.parts
        ],
        "letters": [
            {
                "id": one.id,
                "kind": one.kind,
                "state": str(one.state),
                "subject": one.subject,
                "written_at": rfc3339(one.written_at),
                "sent_at": maybe_rfc3339(one.sent_at),
            }
            for one in page.letters
        ],
        "visits": [
            {
                "project": one.project_id,
                "name": one.project,
                "started_at": rfc3339(one.started_at),
                "ended_at": maybe_rfc3339(one.ended_at),
                "activities": one.activities,
            }
            for one in page.visits
        ],
        "notes": [_note(one) for one in page.notes],
        "may_be": [
            {
                "id": (two.other if two.kept.id == page.person.id else two.kept).id,
                "reasons": list(two.reasons),
            }
            for two in page.alike
        ],
        "mentor": None if page.mentor is None else _mentor(page.mentor),
    }


def as_lines(page: PersonPage, call: Call) -> list[str]:
    """Return what is known of a person beside the particulars, to be read."""

    def when(at: datetime) -> str:
        return f"{at.astimezone(call.zone):%Y-%m-%d %H:%M}"

    seen = "never" if page.last_seen is None else when(page.last_seen)
    record = page.record
    lines = [f"{'Last seen:':<12} {seen}"]
    if record.n:
        lines.append(f"{'Record:':<12} came to {record.came} of {record.n}")
    lines += [
        f"{'May be:':<12} #{(two.other if two.kept.id == page.person.id else two.kept).id} ({', '.join(two.reasons)})"
        for two in page.alike
    ]
    lines += [
        f"{'Note:':<12} #{one.id} {visible(one.text)} ({visible(one.by)}, {when(one.at)})" for one in page.notes
    ]
    if page.parts:
        lines += ["", "Sessions, the latest first"]
        lines += [
            f"  {when(part.starts_at)}  {part.status.value:<15} {part.word:<12}"
            f" {visible(part.title)} #{part.session_id}"
            for part in page.parts[:_SHOWN]
        ]
    if page.visits:
        lines += ["", "Visits, the latest first"]
        lines += [
            f"  {when(one.started_at)}  {'now' if one.ended_at is None else 'to ' + when(one.ended_at)[11:]:<8}"
            f" {visible(one.project)}"
            for one in page.visits[:_SHOWN]
        ]
    if page.mentor is not None:
        lines += _mentor_lines(page.mentor, when)
    return lines


def _mentor_lines(page: MentorPage, when: Callable[[datetime], str]) -> list[str]:
    lines = ["", "As a mentor"]
    lines += [f"  {figure.definition.title + ':':<22} {whole_word(figure)}" for figure in page.figures]
    lines += ["", "Hours by week"]
    lines += [
        f"  {when(week.starts_at)[:10]}{' now' if week.is_now else '    '}  {week.booked / _HOUR:>5.3g} h"
        f"  {count(week.sessions, 'session')}"
        for week in page.weeks
        if week.sessions or week.is_now
    ]
    lines += ["", "Busy in the coming week"]
    busy = [f"  {when(one.starts_at)} to {when(one.ends_at)[11:]}  {visible(one.title)}" for one in page.bookings]
    return lines + (busy or ["  nothing: free all week"])


def _mentor(page: MentorPage) -> dict[str, object]:
    return {
        "figures": {
            str(figure.metric): {
                "value": figure.value,
                "n": figure.n,
                "low": figure.low,
                "high": figure.high,
                "median": figure.median,
                "p90": figure.p90,
            }
            for figure in page.figures
        },
        "weeks": [
            {
                "starts_at": rfc3339(week.starts_at),
                "sessions": week.sessions,
                "hours": round(week.booked / _HOUR, 2),
            }
            for week in page.weeks
        ],
        "busy": [
            {"session": one.session_id, "starts_at": rfc3339(one.starts_at), "ends_at": rfc3339(one.ends_at)}
            for one in page.bookings
        ],
        "coming": [one.id for one in page.coming],
        "past": [one.id for one in page.past],
    }


def _note(one: Note) -> dict[str, object]:
    return {
        "id": one.id,
        "text": one.text,
        "at": rfc3339(one.at),
        "by": one.by,
        "before": [{"text": old.text, "at": rfc3339(old.at), "by": old.by} for old in one.before],
    }


def _preview(call: Call, lines: Sequence[str]) -> int:
    if call.options.json:
        output.put_json({"taken_at": rfc3339(call.clock()), "would": list(lines)})
    else:
        output.put(*lines)
    return 0


def _done(call: Call, receipt: Receipt) -> int:
    if call.options.json:
        output.put_json({"sentence": receipt.sentence, "people": list(receipt.people), "undo": receipt.undo})
    else:
        output.put(receipt.sentence)
    return 0


WAYS: Final[Mapping[str, Callable[[Call], Awaitable[int]]]] = {
    "duplicates": duplicates,
    "merge": merge,
    "note": note,
    "export": export,
    "erase": erase,
    "password": password,
    "feed": feed,
}
"""What can be done about people beside listing, showing, adding and editing them."""
