"""``logins``: list, show, revoke, refresh and unlock, with the exact preview before anything is ended."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call, carry_out
from sessiontui.cli.table import Column, lay_out
from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.errors import NotFound, Refused
from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.domain.logins.cache import ClientCache, as_kept, told_of
from sessiontui.domain.phrases import ago, count, minutes, span
from sessiontui.services import logins, people
from sessiontui.services.logins import Revocation

if TYPE_CHECKING:
    from sessiontui.services.logins import LoginLine
    from sessiontui.services.receipt import Receipt

TYPED_ABOVE: Final = 10
"""Logins above which the count has to be typed."""

SHOWN: Final = 20
"""Logins of a preview that are listed on a terminal."""

_TABLE: Final = (
    Column(heading="ID", right=True),
    Column(heading="State"),
    Column(heading="Score", right=True),
    Column(heading="Person", least=10),
    Column(heading="Client", least=8),
    Column(heading="Device", least=8),
    Column(heading="Age", right=True),
    Column(heading="Last seen"),
    Column(heading="Calls", right=True),
    Column(heading="Exp.", right=True),
)


def run(options: argparse.Namespace) -> int:
    """Do what was asked with logins."""
    return carry_out(options, WAYS[options.way])


async def _list(call: Call) -> int:
    options, now = call.options, call.clock()
    text = " ".join(options.query)
    board = await logins.board(call.context, text, by=call.actor, now=now, limit=options.limit or 5_000)
    if options.json:
        head = {
            "taken_at": rfc3339(now),
            "matched": board.matched,
            "live": board.live,
            "by_state": {str(state): number for state, number in board.by_state.items() if number},
            "experience": board.experience,
            "ladder": dict(board.ladder),
        }
        output.put_json(head, rows=("logins", (as_json(line) for line in board.lines)))
        return 0
    if board.lines:
        _put_table(call, board.lines, now)
    experience = (
        "" if board.experience is None else f"; experience {board.experience}, over {count(board.calls, 'call')}"
    )
    whose = "" if board.all_seen else " of your own"
    talk.say(f"{count(board.matched, 'login')}{whose}{experience}")
    return 0


async def _show(call: Call) -> int:
    wanted, now = call.options.login, call.clock()
    found = await logins.listing(call.context, by=call.actor, now=now)
    line = next((one for one in found if one.id == wanted), None)
    if line is None:
        ended = await logins.listing(call.context, "is:ended", by=call.actor, now=now)
        line = next((one for one in ended if one.id == wanted), None)
    if line is None:
        raise NotFound(f"there is no login #{wanted} that you may see", hint="'sessiontui logins list' shows them")
    if call.options.json:
        output.put_json({"taken_at": rfc3339(now), **as_json(line)})
        return 0
    facts = (
        ("State", str(line.state) + (f", {line.ended_why.replace('_', ' ')}" if line.ended_why else "")),
        ("Health", f"{line.score} {line.band}"),
        (
            "Experience",
            "no call within the hour"
            if line.experience is None
            else f"{line.experience}, over {count(line.calls, 'call')}",
        ),
        ("Client", line.client or "none: signed in by password"),
        ("Device", line.device or "not told"),
        ("Scopes", line.scopes),
        ("Opened", f"{line.opened_at:%Y-%m-%d %H:%M:%S} UTC, ends by {line.ends_at:%Y-%m-%d %H:%M} UTC"),
        ("Last seen", ago(now - line.seen_at)),
        ("Heartbeat", "never" if line.beat_at is None else ago(now - line.beat_at)),
        ("Refreshes", f"{line.refreshes}, {line.failures} failed in a row"),
        ("Ladder", ", ".join(f"{step} {number}" for step, number in line.ladder.items()) or "not told"),
        ("Cache", "not told" if line.cache is None or not line.cache.looks else told_of(line.cache)),
    )
    output.put(
        f"Login #{line.id} of {line.person} #{line.person_id}", *(f"{name + ':':<12} {fact}" for name, fact in facts)
    )
    return 0


async def _revoke(call: Call) -> int:
    options = call.options
    ways = [options.logins, options.matching, options.person, options.client, options.everyone]
    if sum(bool(way) for way in ways) + (options.before is not None and not options.person) != 1:
        raise WrongUsage("say which logins: numbers, --matching, --person, --client, --before or --all")
    what = Revocation(logins=tuple(options.logins), own=options.own)
    if options.matching is not None:
        what = Revocation(logins=await _matching(call, options.matching), own=options.own)
    elif not options.logins:
        person = None if options.person is None else (await people.find(call.context, options.person)).id
        what = Revocation(
            person=person,
            client=options.client,
            before=options.before,
            everyone=options.everyone,
            own=options.own,
        )
    told = await logins.preview(call.context, what, by=call.actor, now=call.clock())
    if told.own_left_out:
        number = told.own_left_out
        talk.say(f"your own {'login' if number == 1 else f'{number} logins'} would stay; --own ends them too")
    if not _agreed(call, told.lines, "End"):
        return 0
    exact = Revocation(logins=tuple(line.id for line in told.lines), own=True)
    receipt = await logins.revoke(call.context, exact, by=call.actor, at=call.clock(), reason=options.reason)
    return _done(call, receipt)


async def _refresh(call: Call) -> int:
    options = call.options
    if bool(options.logins) == bool(options.matching):
        raise WrongUsage("say which logins: numbers or --matching")
    ids = tuple(options.logins) or await _matching(call, options.matching)
    now = call.clock()
    lines = [line for line in await logins.listing(call.context, by=call.actor, now=now) if line.id in set(ids)]
    if not _agreed(call, lines, "Refresh"):
        return 0
    chosen = [line.id for line in lines]
    receipt = await logins.force_refresh(call.context, chosen, by=call.actor, at=now, reason=options.reason)
    return _done(call, receipt)


async def _unlock(call: Call) -> int:
    person = await people.find(call.context, call.options.person)
    return _done(call, await logins.unlock(call.context, person.id, by=call.actor, at=call.clock()))


async def _matching(call: Call, query: str) -> tuple[int, ...]:
    """Return the live logins of a query; ``Refused`` for none, so that an empty filter never means all."""
    if not query.strip():
        raise WrongUsage("--matching needs a query", hint="--all means every login")
    found = await logins.listing(call.context, query, by=call.actor, now=call.clock())
    ids = tuple(line.id for line in found if not line.ended_why)
    if not ids:
        raise Refused("no login that lives matches", hint="'sessiontui logins list' shows them")
    return ids


def _agreed(call: Call, lines: Sequence[LoginLine], verb: str) -> bool:
    """Show exactly whom it touches and ask; false where it was only to be shown."""
    if not lines:
        raise Refused("no login that lives is meant", hint="'sessiontui logins list' shows them")
    shown = [f"  #{line.id}  {line.person}  {line.device or 'no device told'}  {line.state}" for line in lines]
    if call.options.dry_run:
        if call.options.json:
            output.put_json({"taken_at": rfc3339(call.clock())}, rows=("logins", (as_json(line) for line in lines)))
        else:
            output.put(*(line.strip() for line in shown))
        talk.say(f"{count(len(lines), 'login')}; nothing was changed")
        return False
    more = [f"  … and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    question = "\n".join([*shown[:SHOWN], *more, f"{verb} {count(len(lines), 'login')}?"])
    talk.confirm(question, yes=call.options.yes, expected=str(len(lines)) if len(lines) > TYPED_ABOVE else "")
    return True


def as_json(line: LoginLine) -> dict[str, object]:
    """Return a login for JSON; no token is in it."""
    return {
        "id": line.id,
        "person": line.person_id,
        "name": line.person,
        "role": line.role,
        "client": line.client or None,
        "device": line.device or None,
        "scopes": line.scopes.split(),
        "state": str(line.state),
        "score": line.score,
        "band": line.band,
        "experience": line.experience,
        "calls": line.calls,
        "opened_at": rfc3339(line.opened_at),
        "ends_at": rfc3339(line.ends_at),
        "seen_at": rfc3339(line.seen_at),
        "heartbeat_at": maybe_rfc3339(line.beat_at),
        "refreshed_at": maybe_rfc3339(line.refreshed_at),
        "access_until": rfc3339(line.access_until),
        "refreshes": line.refreshes,
        "failures": line.failures,
        "stuck": line.stuck,
        "ladder": dict(line.ladder),
        "cache": cache_json(line.cache),
        "ended_at": maybe_rfc3339(line.ended_at),
        "ended_why": line.ended_why or None,
        "ended_by": line.ended_by or None,
        "locked_until": maybe_rfc3339(line.locked_until),
    }


def cache_json(cache: ClientCache | None) -> dict[str, object] | None:
    """Return how the cache of a client does, for JSON; ``None`` where it has told nothing."""
    return None if cache is None else {**as_kept(cache), "hit_rate": cache.hit_rate}


def _put_table(call: Call, lines: Sequence[LoginLine], now: datetime) -> None:
    rows = [
        [
            str(line.id),
            str(line.state) + (f" ({line.ended_why.replace('_', ' ')})" if line.ended_why else ""),
            str(line.score),
            line.person,
            line.client,
            line.device,
            span(minutes(now - line.opened_at)),
            ago(now - line.seen_at),
            str(line.calls),
            "" if line.experience is None else str(line.experience),
        ]
        for line in lines
    ]
    output.put(*lay_out(_TABLE, rows, width=output.width(), plain=output.is_plain(asked=call.options.ascii)))


def _done(call: Call, receipt: Receipt) -> int:
    if call.options.json:
        output.put_json(
            {"sentence": receipt.sentence, "logins": list(receipt.logins), "people": list(receipt.people)}
        )
    else:
        output.put(receipt.sentence)
    return 0


WAYS: Final[Mapping[str, Callable[[Call], Awaitable[int]]]] = {
    "list": _list,
    "show": _show,
    "revoke": _revoke,
    "refresh": _refresh,
    "unlock": _unlock,
}
