"""People as cells and sheets: a row of the list, and one person whole, tab by tab."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.analytics.wording import percent
from sessiontui.domain.phrases import count
from sessiontui.domain.signs import SIGNS
from sessiontui.domain.text import visible, visible_block
from sessiontui.domain.vocabulary import RequestState, Role
from sessiontui.tui.present.letters import state as letter_state
from sessiontui.tui.present.look import ALARM, BAD, GOOD, MUTED, Look, fitted, outside
from sessiontui.tui.present.sheets import facts
from sessiontui.tui.present.status import glyph, style_of
from sessiontui.tui.present.times import moment, short_moment, span

if TYPE_CHECKING:
    from sessiontui.services.people.listing import Attended, ListedPerson
    from sessiontui.services.people.page import Part, PersonPage

_ROLES: Final = {Role.SUPERADMIN: "bold", Role.ADMIN: "bold", Role.MENTOR: "$accent"}

_LOW: Final = 0.5
"""A record below which somebody stays away more often than not."""

_ENOUGH: Final = 3
"""Cases below which a record says too little to be coloured."""

_WHEN: Final = 9


def person_cells(line: ListedPerson, now: datetime, look: Look) -> tuple[Content, ...]:
    """Return name, role, record, sessions hosted and joined, requests that wait, when seen last, zone, address."""
    person = line.person
    quiet = MUTED if person.erased_at is not None else ""
    return (
        outside(person.name or person.email or f"#{person.id}", quiet),
        Content.styled(str(person.role), _ROLES.get(person.role, MUTED)),
        record(line.record),
        Content.styled(str(line.hosts or ""), "$accent"),
        Content.styled(str(line.takes_part or ""), MUTED),
        Content.styled(str(line.pending) if line.pending else "", ALARM),
        Content.styled("" if line.seen_at is None else short_moment(line.seen_at, now, look.zone), MUTED),
        outside(person.zone.rpartition("/")[2].replace("_", " "), MUTED),
        outside(person.email, MUTED),
        Content.styled(f"#{person.id}", MUTED),
    )


def record(of: Attended) -> Content:
    """Return to how many of how many sessions somebody came."""
    if not of.n:
        return Content("")
    poor = of.n >= _ENOUGH and of.came / of.n < _LOW
    return Content.styled(f"{of.came}/{of.n}", BAD if poor else "")


def heading(page: PersonPage, look: Look, width: int) -> Content:
    """Return who it is: role, number, and the time where they are."""
    person = page.person
    parts = [Content.styled(str(person.role), _ROLES.get(person.role, "")), Content.styled(f"#{person.id}", MUTED)]
    if page.local:
        parts.append(Content.styled(f"{page.local} for them", MUTED))
    if person.erased_at is not None:
        parts.append(Content.styled(f"erased {moment(person.erased_at, page.taken_at, look.zone)}", BAD))
    return Content("\n").join(Content(look.dot).join(parts).wrap(max(8, width)))


def overview(page: PersonPage, look: Look, width: int) -> Content:
    """Return what an admin asks first: how to reach them, how they come, when last seen, who else they may be."""
    person, now = page.person, page.taken_at
    rows: list[tuple[str, Content]] = [
        (
            "E-mail",
            outside(person.email) if person.email else Content.styled("none: letters do not reach them", ALARM),
        ),
        ("Phone", outside(person.phone) if person.phone else Content.styled("none", MUTED)),
        ("Zone", outside(person.zone) if person.zone else Content.styled("unknown", MUTED)),
        ("Record", told_record(page.record)),
    ]
    if page.record.chance is not None and page.record.usual is not None:
        usual = Content.styled(f"  (usual here: {percent(page.record.usual)})", MUTED)
        rows.append(("Will come", Content(percent(page.record.chance)) + usual))
    if page.last_seen is not None and page.first_seen is not None:
        seen = moment(page.last_seen, now, look.zone)
        since = Content.styled(f"  first {moment(page.first_seen, now, look.zone)}", MUTED)
        rows.append(("Last seen", Content(seen) + since))
    else:
        rows.append(("Last seen", Content.styled("never", MUTED)))
    rows.append(("Sessions", Content(_parts_word(page.parts))))
    waiting = sum(part.state is RequestState.PENDING for part in page.parts)
    if waiting:
        rows.append(("Waiting", Content.styled(f"{count(waiting, 'request')} to be decided", ALARM)))
    for place, two in enumerate(page.alike):
        other = two.other if two.kept.id == person.id else two.kept
        said = outside(f"{other.name} #{other.id}") + Content.styled(f"  {', '.join(two.reasons)}", MUTED)
        rows.append(("May be" if place == 0 else "", said))
    if person.os_user:
        rows.append(("Login", outside(person.os_user)))
    if person.external_ids:
        rows.append(("Known as", outside(", ".join(person.external_ids))))
    if person.created_at is not None:
        rows.append(("Known", Content(f"since {moment(person.created_at, now, look.zone)}")))
    if page.notes:
        first = page.notes[0]
        rows.append(("Note", outside(first.text) + Content.styled(f"  {visible(first.by)}", MUTED)))
    return facts(rows, width)


def told_record(of: Attended) -> Content:
    """Return a record in words, with what its share surely lies between."""
    if not of.n:
        return Content.styled("no session they were approved for has ended", MUTED)
    sure = "" if of.low is None or of.high is None else f", surely {round(of.low * 100)} to {round(of.high * 100)} %"
    return record(of) + Content.styled(f" came, {percent(of.came / of.n)}{sure}", MUTED)


def sessions(page: PersonPage, look: Look, width: int) -> Content:
    """Return their sessions, the latest first: when, status, part, title."""
    if not page.parts:
        return Content.styled("They were part of no session yet.", MUTED)
    return Content("\n").join(_session(part, page.taken_at, look, width) for part in page.parts)


def attendance(page: PersonPage, look: Look, width: int) -> Content:
    """Return how they came to what they were approved for and that is over."""
    over = [part for part in page.parts if part.state is RequestState.APPROVED and part.status.is_ended]
    top = told_record(page.record)
    if not over:
        return top
    rows = [_attended(part, page.taken_at, look, width) for part in over]
    return Content("\n").join([*top.wrap(max(8, width)), Content(""), *rows])


def requests(page: PersonPage, look: Look, width: int) -> Content:
    """Return what they asked for: when, what became of it, by whom, and what was said."""
    if not page.requests:
        return Content.styled("They never asked to join a session.", MUTED)
    lines: list[Content] = []
    for part in page.requests:
        state = part.state or RequestState.PENDING
        style = ALARM if state is RequestState.PENDING else ""
        asked = "" if part.requested_at is None else short_moment(part.requested_at, page.taken_at, look.zone)
        line = Content.assemble(
            Content.styled(asked.ljust(_WHEN + 1), MUTED),
            Content.styled(state.value.ljust(10), style),
            outside(part.title),
            Content.styled(f"  by {visible(part.decided_by)}" if part.decided_by else "", MUTED),
        )
        lines.append(fitted(line, width, look))
        said = part.reason or part.message
        if said:
            lines += [
                Content(" " * (_WHEN + 1)) + row for row in outside(said, MUTED).wrap(max(8, width - _WHEN - 1))
            ]
    return Content("\n").join(lines)


def letters(page: PersonPage, look: Look, width: int) -> Content:
    """Return the letters to them, newest first, with what became of each."""
    if not page.letters:
        return Content.styled("Nothing was written to them yet.", MUTED)
    lines: list[Content] = []
    for one in page.letters:
        when = Content.styled(short_moment(one.written_at, page.taken_at, look.zone).ljust(_WHEN + 1), MUTED)
        line = when + letter_state(one.state, look) + "  " + outside(one.subject)
        lines.append(fitted(line, width, look))
        if one.error and one.state.is_undelivered:
            lines.append(fitted(Content(" " * (_WHEN + 1)) + outside(one.error, BAD), width, look))
    return Content("\n").join(lines)


def visits(page: PersonPage, look: Look, width: int) -> Content:
    """Return their visits to projects, the latest first: when, how long, to which, and whether it goes on."""
    if not page.visits:
        return Content.styled("They were at work on no project yet.", MUTED)
    rows = []
    for one in page.visits:
        here = one.ended_at is None
        length = span((one.ended_at or page.taken_at) - one.started_at)
        beside = "at work now" if here else "idle" if one.ended_by == "idle" else ""
        line = Content.assemble(
            Content.styled(short_moment(one.started_at, page.taken_at, look.zone).ljust(_WHEN + 1), MUTED),
            length.rjust(8),
            "  ",
            outside(one.project),
            Content.styled(f"  {beside}" if beside else "", GOOD if here else MUTED),
        )
        rows.append(fitted(line, width, look))
    return Content("\n").join(rows)


def notes(page: PersonPage, look: Look, width: int) -> Content:
    """Return the notes on them, newest first, with what each said before."""
    if not page.notes:
        return Content.styled("Nobody wrote a note on them yet: N writes one.", MUTED)
    lines: list[Content] = []
    for note in page.notes:
        when = moment(note.at, page.taken_at, look.zone)
        lines.append(Content.styled(f"#{note.id}  {when}  ", MUTED) + outside(note.by, "bold"))
        lines += Content(visible_block(note.text)).wrap(max(8, width))
        for before in reversed(note.before):
            when = moment(before.at, page.taken_at, look.zone)
            said = Content.styled(f"before, {when} by {visible(before.by)}: ", MUTED) + outside(before.text, MUTED)
            lines += said.wrap(max(8, width))
        lines.append(Content(""))
    return Content("\n").join(lines[:-1])


def _session(part: Part, now: datetime, look: Look, width: int) -> Content:
    when = Content.styled(short_moment(part.starts_at, now, look.zone).ljust(_WHEN + 1), MUTED)
    sign = glyph(part.status, look) + Content.styled(f" {SIGNS[part.status].word}".ljust(13), style_of(part.status))
    return fitted(when + sign + Content.styled(part.word.ljust(12), MUTED) + outside(part.title), width, look)


def _attended(part: Part, now: datetime, look: Look, width: int) -> Content:
    if part.verdict is not None:
        word, style = f"{part.verdict} (by hand)", ""
    elif part.seen:
        word, style = f"{look.of('✓', '+')} came", GOOD
    else:
        word, style = f"{look.of('✕', 'x')} missing", BAD
    when = Content.styled(short_moment(part.starts_at, now, look.zone).ljust(_WHEN + 1), MUTED)
    return fitted(when + Content.styled(word.ljust(17), style) + outside(part.title), width, look)


def _parts_word(parts: Sequence[Part]) -> str:
    told: Iterable[tuple[int, str]] = (
        (sum(part.mentors for part in parts), "mentored"),
        (sum(part.authored and not part.mentors for part in parts), "authored"),
        (sum(part.state is RequestState.APPROVED for part in parts), "taking part"),
    )
    return ", ".join(f"{number} {word}" for number, word in told if number) or "none"
