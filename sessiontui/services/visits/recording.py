"""A batch of activities in one transaction: visits go on, begin or are over; what is said or blocks gets a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Actor, Reach, reach
from sessiontui.domain.errors import BadInput, NotAllowed, NotFound
from sessiontui.domain.instants import to_ms
from sessiontui.domain.text import safe_block, safe_line
from sessiontui.domain.visits.since import idle_since
from sessiontui.domain.visits.words import ActivityKind, EndedBy
from sessiontui.services import naming
from sessiontui.services.context import Context
from sessiontui.services.projects.changing import stir
from sessiontui.services.projects.knowing import find, require_project
from sessiontui.services.receipt import Receipt
from sessiontui.services.visits.keeping import close_visit, open_visit, renew
from sessiontui.services.visits.telling_apart import KnownKeys
from sessiontui.store import visiting
from sessiontui.store.reads import projects as kept_projects
from sessiontui.store.reads import visits as kept

if TYPE_CHECKING:
    from sessiontui.store.reads.visits import VisitRow
    from sessiontui.store.tx import Tx

MAX_TEXT: Final = 2_000
MAX_AGENT: Final = 100

HOUR: Final = 3_600_000
"""Milliseconds of the hours in which activities are counted."""

_Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """One sign that somebody is at work on a project; an ``agent`` has no visit, and needs no person.

    ``key`` makes it count once, however often it is sent. A ping without ``at`` is of the instant it is written.
    ``project`` and ``person`` are the words of a platform, which are looked up when it is written.
    """

    project_id: int = 0
    person_id: int | None = None
    project: str = ""
    person: str = ""
    agent: str = ""
    kind: ActivityKind = ActivityKind.MESSAGE
    text: str = ""
    at: datetime | None = None
    item_id: int | None = None
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of a batch; ``owed`` are projects of which not everything that is kept was brought up to date.

    The ``repeated`` ones, whose keys were counted before, have changed nothing.
    """

    done: int = 0
    refused: int = 0
    repeated: int = 0
    renewed: frozenset[int] = frozenset()
    owed: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Batch:
    """One batch under way."""

    tx: Tx
    context: Context
    at: datetime
    done: int = 0
    refused: int = 0
    touched: dict[int, datetime] = field(default_factory=dict)
    """The projects with their newest activity."""
    loud: set[int] = field(default_factory=set)
    """The projects in which more than a last activity has changed."""


async def track_activity(context: Context, ping: Ping, *, by: Actor, at: datetime) -> Receipt:
    """Write one activity now, for those who would rather wait than not know; ``BadInput`` where it is refused."""
    outcome = await record(context, [(by, ping)], at=at)
    if not (outcome.done or outcome.repeated):
        raise BadInput("there is no such project or person, or no right to it", title="Not tracked")
    return Receipt(sentence=f"tracked: {ping.kind}", project=ping.project_id)


async def record(
    context: Context,
    batch: Sequence[tuple[Actor, Ping]],
    *,
    at: datetime,
    dropped: int = 0,
    due: Collection[int] = (),
    fresh: Callable[[int], bool] = lambda project_id: False,
    known: KnownKeys | None = None,
) -> Recorded:
    """Write a batch of activities, and count ``dropped`` ones with it.

    Projects for which ``fresh`` says yes keep what is known of their people for now, unless more than a last
    activity changed; those in ``due`` are brought up to date besides. What has a key that was counted before counts
    no more; ``known`` is what is remembered of keys from one batch to the next.
    """
    keys = KnownKeys() if known is None else known
    batch = await _meant(context, batch)
    async with context.db.write(by=Actor.system("visits"), at=at) as tx:
        work = _Batch(tx, context, at)
        batch, repeated = await _apart(tx, keys, batch)
        allowed = await _allowed(work, batch)
        pairs: dict[_Pair, list[Ping]] = defaultdict(list)
        for ping in allowed:
            if ping.person_id is not None:
                pairs[ping.person_id, ping.project_id].append(ping)
            else:
                await _reported(work, ping, None)
        opened = await _open_visits(tx, list(pairs))
        for pair, pings in pairs.items():
            await _follow(work, pair, sorted(pings, key=lambda one: _instant(one, at)), opened.get(pair))
        for project_id, last in work.touched.items():
            await stir(tx, project_id, last)
        await kept.tally(tx.run, to_ms(at) // HOUR, done=work.done, refused=work.refused, dropped=dropped)
        wanted = {one for one in work.touched if one in work.loud or not fresh(one)} | set(due)
        for project_id in sorted(wanted):
            await renew(tx, project_id, context.visits)
    return Recorded(
        done=work.done,
        refused=work.refused,
        repeated=repeated,
        renewed=frozenset(wanted),
        owed=frozenset(work.touched.keys() - wanted),
    )


async def _apart(
    tx: Tx, keys: KnownKeys, batch: Sequence[tuple[Actor, Ping]]
) -> tuple[Sequence[tuple[Actor, Ping]], int]:
    """Return what of a batch was not counted before, whose keys are kept, and how many were."""
    if not any(ping.key for _, ping in batch):
        return batch, 0
    repeated = await keys.repeated(tx, batch)
    new = [one for place, one in enumerate(batch) if place not in repeated] if repeated else batch
    await keys.keep(tx, new)
    return new, len(repeated)


async def _meant(context: Context, batch: Sequence[tuple[Actor, Ping]]) -> Sequence[tuple[Actor, Ping]]:
    """Return a batch with numbers in the place of a platform's words; what they do not name has number -1."""
    words = {ping.project for _, ping in batch if ping.project}
    if not words and not any(ping.person for _, ping in batch):
        return batch
    projects = dict.fromkeys(words, -1)
    for word in words:
        with suppress(NotFound, BadInput):
            projects[word] = (await find(context, word)).id
    people = await naming.people(context, {ping.person for _, ping in batch if ping.person})
    return [
        (
            by,
            replace(
                ping,
                project_id=projects[ping.project] if ping.project else ping.project_id,
                person_id=people.ids.get(ping.person, -1) if ping.person else ping.person_id,
            ),
        )
        for by, ping in batch
    ]


async def _allowed(work: _Batch, batch: Sequence[tuple[Actor, Ping]]) -> list[Ping]:
    """Return the activities of projects and people that there are, by those who may; the others are counted."""
    fetch = work.tx.fetch
    projects = await visiting.open_projects(work.tx, {ping.project_id for _, ping in batch})
    people = {ping.person_id for _, ping in batch if ping.person_id is not None}
    known = await visiting.living_people(work.tx, people)
    judged: dict[tuple[int | None, str, int, int | None], bool] = {}
    found = []
    for by, ping in batch:
        place = (by.id, str(by.role), ping.project_id, ping.person_id)
        if place not in judged:
            judged[place] = ping.project_id in projects and (ping.person_id is None or ping.person_id in known)
            if judged[place] and reach(by, Action.VISIT) is not Reach.YES:
                try:
                    await require_project(fetch, Action.VISIT, ping.project_id, by=by, person_id=ping.person_id or -1)
                except NotAllowed:
                    judged[place] = False
        if judged[place] and (ping.person_id is not None or ping.agent.strip()):
            found.append(ping)
        else:
            work.refused += 1
    return found


async def _open_visits(tx: Tx, pairs: Sequence[_Pair]) -> dict[_Pair, VisitRow]:
    wanted = set(pairs)
    rows = await kept.open_in(tx.fetch, sorted({project_id for _, project_id in pairs}))
    return {(one.person_id, one.project_id): one for one in rows if (one.person_id, one.project_id) in wanted}


async def _follow(work: _Batch, pair: _Pair, pings: Sequence[Ping], visit: VisitRow | None) -> None:
    """Let the activities of one person in one project move their visit, in the order of time."""
    tx, rules = work.tx, work.context.visits
    person_id, project_id = pair
    visit_id, last, n = (None, work.at, 0) if visit is None else (visit.id, visit.last_activity, 0)
    for ping in pings:
        at = _instant(ping, work.at)
        if visit is not None and idle_since(visit.last_activity if n == 0 else last, at, rules) is not None:
            over = last
            await _moved(work, visit_id, over, n)
            held = await kept.one(tx.fetch, visit.id)
            if held is not None:
                await close_visit(tx, held, over, EndedBy.IDLE)
            visit, visit_id, n = None, None, 0
            work.loud.add(project_id)
        if visit_id is None:
            closed = await kept.last_closed(tx.fetch, person_id, project_id)
            if closed is not None and closed.ended_at is not None and at <= closed.ended_at:
                await _reported(work, ping, closed.id)  # it came late: its visit is over
                continue
            visit_id = await open_visit(tx, person_id, project_id, at)
            visit = await kept.one(tx.fetch, visit_id)
            await visiting.ensure_analytics(tx, person_id, project_id)
            last, n = at, 0
            work.loud.add(project_id)
        if await _reported(work, ping, visit_id):
            last, n = max(last, at), n + 1
    await _moved(work, visit_id, last, n)
    if n:
        await visiting.see_person(tx, person_id, project_id, to_ms(last))


async def _moved(work: _Batch, visit_id: int | None, last: datetime, n: int) -> None:
    if visit_id is not None and n:
        await visiting.move_visit(work.tx, visit_id, to_ms(last), n)


async def _reported(work: _Batch, ping: Ping, visit_id: int | None) -> bool:
    """Write the row of an activity that says something; return whether it is new."""
    at = _instant(ping, work.at)
    text = safe_block(ping.text, MAX_TEXT).strip()
    if ping.kind.blocks and not text:
        work.refused += 1
        return False
    key = safe_line(ping.key, MAX_TEXT)
    if text:
        item_id = ping.item_id
        if item_id is not None:
            item = await kept_projects.item(work.tx.fetch, item_id)
            item_id = item_id if item is not None and item.project_id == ping.project_id else None
        new = await visiting.add_activity(
            work.tx,
            project_id=ping.project_id,
            visit_id=visit_id,
            person_id=ping.person_id,
            agent=safe_line(ping.agent, MAX_AGENT),
            kind=str(ping.kind),
            blocks=ping.kind.blocks,
            text=text,
            at=to_ms(at),
            item_id=item_id,
            key=key,
        )
        if not new:
            work.done += 1  # it was done before
            return False
        if item_id is not None:
            await visiting.touch_item(work.tx, item_id, to_ms(at))
        if ping.kind.blocks or item_id is not None:
            work.loud.add(ping.project_id)
    work.done += 1
    work.touched[ping.project_id] = max(at, work.touched.get(ping.project_id, at))
    return True


def _instant(ping: Ping, now: datetime) -> datetime:
    """Return the instant of an activity: nothing that is yet to come has happened."""
    return now if ping.at is None else min(ping.at, now)
