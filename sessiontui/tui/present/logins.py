"""Logins as rows and as a sheet: state, health, whose, from which device, when last seen, and what may be wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.logins.cache import told_of
from sessiontui.domain.logins.standing import STUCK_AFTER, LoginState
from sessiontui.domain.phrases import count
from sessiontui.domain.text import visible
from sessiontui.tui.present.bars import bar
from sessiontui.tui.present.columns import Column
from sessiontui.tui.present.health import band_style
from sessiontui.tui.present.look import ALARM, BAD, GOOD, MUTED, Look, fitted, outside
from sessiontui.tui.present.times import span

if TYPE_CHECKING:
    from sessiontui.services.logins import LoginLine, LoginsBoard
    from sessiontui.services.people.page import PersonPage

COLUMNS: Final = (
    Column("state", "State", 12),
    Column("score", "Health", 6, right=True),
    Column("person", "Person", 10, flex=2),
    Column("device", "Device", 8, flex=2, from_width=46),
    Column("seen", "Seen", 8, right=True, from_width=34, tinted=False),
    Column("client", "Client", 8, flex=1, from_width=62),
    Column("age", "Age", 7, right=True, from_width=72, tinted=False),
    Column("experience", "Exp.", 4, right=True, from_width=78),
    Column("calls", "Calls", 6, right=True, from_width=86),
    Column("id", "Login", 6, right=True, from_width=94),
)

FILTER: Final = "ana state:expiring score:<40 client:portal age:>2h seen:>10m is:stuck"
"""What can be typed into the filter."""

_SIGNS: Final = {
    LoginState.FRESH: ("●", "*", GOOD),
    LoginState.EXPIRING: ("◔", "~", ALARM),
    LoginState.REFRESHING: ("↻", "@", "$accent"),
    LoginState.DEGRADED: ("!", "!", ALARM),
    LoginState.EXPIRED: ("–", "-", MUTED),
    LoginState.REVOKED: ("✕", "x", BAD),
}

_WHY: Final = {
    "revoked": "ended by {by}",
    "signed_out": "signed out",
    "token_reuse": "ended: a spent token came again",
    "idle": "ended: it did nothing for too long",
    "expired": "over: it reached its longest life",
    "demoted": "ended: its rights were reduced",
}

_STEPS: Final = {"refresh": "refresh token", "key": "key", "silent": "silently by key", "ask": "asked its user"}


def cells(line: LoginLine, now: datetime, look: Look) -> tuple[Content, ...]:
    """Return a login as the cells of a row."""
    return (
        state(line, look),
        Content.styled(str(line.score), band_style(line.band)),
        outside(line.person) if not line.is_own else outside(line.person) + Content.styled(" you", MUTED),
        outside(line.device) if line.device else Content.styled("not told", MUTED),
        Content(span(now - line.seen_at)),
        outside(line.client, MUTED),
        Content.styled(span(now - line.opened_at), MUTED),
        Content.styled(look.of("–", "-"), MUTED) if line.experience is None else _experience(line.experience),
        Content.styled(str(line.calls), MUTED),
        Content.styled(f"#{line.id}", MUTED),
    )


def of_person(page: PersonPage, look: Look, width: int) -> Content:
    """Return the logins of one person, two lines each: state, health and device, then when it was what."""
    if page.logins is None:
        return Content.styled("Their logins are shown to admins alone.", MUTED)
    if not page.logins:
        return Content.styled("Nobody is signed in as them: no login lives, and none ended within a week.", MUTED)
    now, lines = page.taken_at, []
    for line in page.logins:
        device = outside(line.device) if line.device else Content.styled("device not told", MUTED)
        score = Content.styled(f"{line.score} {line.band}".ljust(14), band_style(line.band))
        if line.ended_why:
            score = Content.styled(look.of("–", "-").ljust(14), MUTED)
        head = state(line, look)
        gap = " " * max(1, 14 - head.cell_length)
        client = Content.styled(f"  {visible(line.client) or 'by password'}", MUTED)
        lines.append(fitted(head + Content(gap) + score + device + client, width, look).rstrip())
        told = f"#{line.id}  open for {span(now - line.opened_at)}, last seen {span(now - line.seen_at)} ago"
        if line.ended_at is not None:
            told = f"#{line.id}  last seen {span(now - line.seen_at)} ago"
        lines.append(fitted(Content.styled(f"  {told}", MUTED), width, look).rstrip())
        if line.ended_why or line.stuck >= STUCK_AFTER or line.locked_until is not None:
            lines += [Content("  ") + row for row in _verdict(line, now, ends="x").wrap(max(8, width - 2))]
    return Content("\n").join(lines)


def state(line: LoginLine, look: Look) -> Content:
    """Return the state of a login as sign and word; what is wrong with it goes before."""
    if line.stuck >= STUCK_AFTER:
        return Content.styled(f"{look.of('✖', 'x')} stuck", f"bold {BAD}")
    if line.locked_until is not None and not line.ended_why:
        return Content.styled(f"{look.of('■', '#')} locked", f"bold {ALARM}")
    sign, plain, style = _SIGNS[line.state]
    return Content.styled(f"{look.of(sign, plain)} {line.state}", style)


def counts(board: LoginsBoard, look: Look, width: int) -> Content:
    """Return how many logins live, in which states, and how their calls went; as much of it as has room."""
    parts = [Content.styled(f"{board.live} live", "bold")]
    told = (LoginState.DEGRADED, LoginState.REFRESHING, LoginState.EXPIRING, LoginState.EXPIRED)
    parts += [
        Content.styled(f"{board.by_state[one]} {one}", _SIGNS[one][2]) for one in told if board.by_state.get(one)
    ]
    if board.experience is not None:
        parts.append(Content("experience ") + _experience(board.experience))
    if not board.all_seen:
        parts.append(Content.styled("your own alone", MUTED))
    if not board.whole:
        parts.append(Content.styled("only the latest are looked at", ALARM))
    while len(parts) > 1 and Content(look.dot).join(parts).cell_length > width:
        parts.pop()
    return Content(look.dot).join(parts)


def sheet(line: LoginLine | None, board: LoginsBoard | None, now: datetime, look: Look, width: int) -> Content:
    """Return one login whole, and below it what the clients of all say of themselves."""
    if line is None:
        return Content.styled("No login is selected.", MUTED)
    whose = Content.assemble(outside(line.person, "bold"), Content.styled(f"  {line.role}", MUTED))
    rows: list[Content] = [whose, _verdict(line, now), Content(""), _health(line, look, width), Content("")]
    for name, fact in _facts(line, now):
        rows += _fact(name, fact, width)
    if board is not None and board.ladder:
        told = ", ".join(f"{_STEPS.get(step, step)} {number}" for step, number in board.ladder.items())
        rows += [Content(""), Content.styled("How clients stayed signed in, all together", MUTED), outside(told)]
    if board is not None and board.cache is not None and board.cache.looks:
        head = Content.styled("Caches of the clients that live, all together", MUTED)
        rows += [Content(""), head, *Content(told_of(board.cache)).wrap(max(12, width))]
    return Content("\n").join(rows)


def _verdict(line: LoginLine, now: datetime, *, ends: str = "X") -> Content:
    """Return what is to be known first, in one sentence; ``ends`` is the key that ends it."""
    if line.ended_why:
        said = _WHY.get(line.ended_why, "ended").format(by=line.ended_by or "an admin")
        when = "" if line.ended_at is None else f", {span(now - line.ended_at)} ago"
        return outside(f"{said}{when}", BAD if line.ended_why == "token_reuse" else MUTED)
    if line.stuck >= STUCK_AFTER:
        return Content.styled(
            f"stuck: it did not refresh, {line.stuck} deadlines missed. {ends} ends it", f"bold {BAD}"
        )
    if line.locked_until is not None:
        return Content.styled(f"sign-ins fail: locked for {span(line.locked_until - now)} more. u unlocks", ALARM)
    match line.state:
        case LoginState.EXPIRED:
            return Content.styled("its access token is over; the next call refreshes it", ALARM)
        case LoginState.REFRESHING:
            return Content("waits for its client to refresh")
        case LoginState.DEGRADED:
            return Content.styled(f"{count(line.failures, 'refresh', 'refreshes')} failed; it still works", ALARM)
        case LoginState.EXPIRING:
            return Content.styled(f"to be refreshed within {span(line.access_until - now)}", ALARM)
        case _:
            return Content.styled(f"fine: its access token lives for {span(line.access_until - now)}", GOOD)


def _facts(line: LoginLine, now: datetime) -> list[tuple[str, Content]]:
    beat = "it never sent one" if line.beat_at is None else f"{span(now - line.beat_at)} ago"
    ladder = ", ".join(f"{_STEPS.get(step, step)} {number}" for step, number in line.ladder.items())
    experience = "no call within the hour"
    if line.experience is not None:
        experience = f"{line.experience} of 100, {count(line.calls, 'call')} within the hour"
    return [
        ("Device", outside(line.device or "not told")),
        ("Client", outside(line.client or "none: by password")),
        ("May", outside(line.scopes)),
        ("Experience", Content(experience)),
        ("Last seen", Content(f"{span(now - line.seen_at)} ago")),
        ("Heartbeat", Content(beat)),
        (
            "Opened",
            Content(f"{span(now - line.opened_at)} ago, ends in {span(max(timedelta(), line.ends_at - now))}"),
        ),
        ("Refreshed", Content(count(line.refreshes, "time"))),
        *([("Stayed by", outside(ladder))] if ladder else []),
        *([("Cache", Content(told_of(line.cache)))] if line.cache is not None and line.cache.looks else []),
        ("Number", Content(f"#{line.id}, person #{line.person_id}")),
    ]


def _fact(name: str, fact: Content, width: int) -> list[Content]:
    room = max(12, width - 11)
    first, *more = fact.wrap(room) or [Content("")]
    return [Content.styled(name.ljust(11), MUTED) + first, *(Content(" " * 11) + row for row in more)]


def _health(line: LoginLine, look: Look, width: int) -> Content:
    room = max(4, min(24, width - 20))
    style = band_style(line.band)
    return Content.assemble(
        Content.styled("Health".ljust(11), MUTED),
        Content.styled(f"{line.score} {line.band} ", style),
        Content.styled(bar(line.score / 100, room - len(line.band), look), style),
    )


def _experience(score: int) -> Content:
    from sessiontui.tui.present.health import band_of

    return Content.styled(str(score), band_style(band_of(score)))
