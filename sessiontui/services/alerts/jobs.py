"""What the worker does for alerts beside the tick: double bookings, sources that fell silent, the installation."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain import letters as texts
from sessiontui.domain.access import WORKER
from sessiontui.domain.alerts import AlertRule, Finding
from sessiontui.domain.alerts.standing import INSTALLATION, Machine, feed_silent, machine_alerts
from sessiontui.domain.clashes import DEFAULT_CLASHES, Clashes, Level
from sessiontui.domain.delivery import Channel, LetterKind
from sessiontui.domain.instants import from_ms, parse_instant, to_ms
from sessiontui.domain.phrases import count, minutes, span
from sessiontui.domain.text import visible
from sessiontui.services import health
from sessiontui.services.alerts.lines import alert_line
from sessiontui.services.context import Context
from sessiontui.services.delivery.messaging import Letter, enqueue
from sessiontui.services.pictures import AlertLine
from sessiontui.store import clashing, feeds, taking
from sessiontui.store.alerting import follow_subjects, relift
from sessiontui.store.compact import dump
from sessiontui.store.reader import Fetch
from sessiontui.store.reads import alerts as kept
from sessiontui.store.reads import bookings, operations
from sessiontui.store.reads.outbox import Addressee

BATCH: Final = 200
"""Sessions per transaction, so that people who write never wait long."""

MOST_TOLD: Final = 50
"""Alerts that a letter to whoever is on call names; more have one cause."""

MOST: Final = 2_000
"""Sessions in one run of the job, so that its turn ends."""

LEVELS_KEY: Final = "clashes.levels"
"""Under which setting the levels stand that the kept double bookings were found by."""

_SOURCE: Final = "source:"
"""How the subject of an alert about a source begins."""

_RULES: Final = (AlertRule.FEED_SILENT, AlertRule.WORKER_LATE, AlertRule.DISK_LOW, AlertRule.BACKUP_OLD)


async def clashes(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Look up the double bookings of sessions whose bookings changed, and return how many sessions that touched."""
    touched = done = 0
    while done < MOST and (due := await clashing.due(context.db.glance, limit=BATCH)):
        found = [(one, await _bookings(context, one.session_id)) for one in due]
        async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
            touched += await clashing.settle(tx, found)
        done += len(due)
    return touched


async def heed_levels(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Mark all that may be double-booked once the levels of clashes were set to others; return whether they were."""
    wanted = _levels(context.clashes)
    if await _kept_levels(context.db.fetch) == wanted:
        return 0
    async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
        await clashing.mark_all(tx)
        await operations.write_setting(tx.run, LEVELS_KEY, wanted)
    return 1


async def _kept_levels(fetch: Fetch) -> str:
    return await operations.setting(fetch, LEVELS_KEY) or _levels(DEFAULT_CLASHES)


def _levels(levels: Clashes) -> str:
    return f"{levels.mentor} {levels.participant}"


async def _bookings(context: Context, session_id: int) -> set[clashing.Booking]:
    """Return the double bookings of a session that are not set to be ignored."""
    found = await clashing.bookings(context.db.fetch, session_id)
    levels = context.clashes
    if not found or Level.IGNORE not in (levels.mentor, levels.participant):
        return found
    here = await bookings.expected(context.db.fetch, session_id)
    there = {other: await bookings.expected(context.db.fetch, other) for other, _ in found}
    return {
        (other, who)
        for other, who in found
        if levels.level(hosts=here.get(who, False) or there[other].get(who, False)) is not Level.IGNORE
    }


async def stand(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Judge what is about no session, and return how many alerts were opened, changed or resolved."""
    if not await context.db.look(lambda fetch: _is_due(context, fetch, at)):
        return 0
    await heed_levels(context, at=at, epoch=epoch)
    heard = await feeds.listen(context.db.fetch)
    if heard is not None:
        async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
            await feeds.note(tx, heard)
    escalated = await _escalate(context, at=at, epoch=epoch)
    findings = await _findings(context, context.db.fetch, at)
    if not await _differ(context.db.fetch, findings):
        return escalated
    async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
        changed = await follow_subjects(tx, findings, rules_about=_RULES)
        for subject in changed:
            if subject.startswith(_SOURCE):
                await feeds.hold_back(tx, subject.removeprefix(_SOURCE))
    return len(changed) + escalated


async def _is_due(context: Context, fetch: Fetch, at: datetime) -> bool:
    """Return whether anything would have to be written: all questions of the job in one look."""
    if await _kept_levels(fetch) != _levels(context.clashes) or await feeds.listen(fetch) is not None:
        return True
    if await kept.unheard(fetch, before=to_ms(at - context.rules.alerts.escalate_after), now=to_ms(at)):
        return True
    return await _differ(fetch, await _findings(context, fetch, at))


async def _escalate(context: Context, *, at: datetime, epoch: int | None) -> int:
    """Let critical alerts that nobody takes up leave the screen, once each, and return how many did."""
    settings = context.rules.alerts
    before = to_ms(at - settings.escalate_after)
    if not await kept.unheard(context.db.fetch, before=before, now=to_ms(at)):
        return 0
    async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
        rows = await kept.unheard(tx.fetch, before=before, now=to_ms(at))
        await taking.escalate(tx, [row.id for row in rows])
        lines = [alert_line(row, at) for row in rows]
        told = f"nobody took up {count(len(rows), 'critical alert')} within {span(minutes(settings.escalate_after))}"
        sealed = await tx.audit("alert.escalate", told, subject="alert", detail={"alerts": [row.id for row in rows]})
        if settings.on_call:
            text = texts.alert([_in_letter(line) for line in lines[:MOST_TOLD]], told=told, wordings=context.wordings)
            letter = Letter(
                kind=LetterKind.ALERT,
                to=Addressee(person_id=0, name="on call", email=settings.on_call, zone=""),
                text=text,
                occurrence=f"{rows[0].id}:{tx.now}",
                channel=None if "@" in settings.on_call else Channel.WEBHOOK,
            )
            await enqueue(tx, [letter], delivery=context.delivery, cause=sealed.id)
        await relift(tx, [row.session_id for row in rows if row.session_id is not None])
    return len(rows)


def _in_letter(line: AlertLine) -> str:
    number = "" if line.session_id is None else f" #{line.session_id}"
    return f"{line.rule.words}: {visible(line.subject)}{number}: {visible(line.sentence)}"


async def _findings(context: Context, fetch: Fetch, at: datetime) -> dict[str, list[Finding]]:
    settings = context.rules.alerts
    found: defaultdict[str, list[Finding]] = defaultdict(list)
    for feed in await feeds.feeds(fetch, at):
        silent = feed_silent(feed, at, settings)
        if silent is not None:
            found[f"{_SOURCE}{feed.source}"].append(silent)
    for finding in machine_alerts(await _machine(context, fetch), at, settings):
        found[INSTALLATION].append(finding)
    return dict(found)


async def _machine(context: Context, fetch: Fetch) -> Machine:
    space = health.measure(context.db.path, read_only=context.db.read_only)
    lease = await operations.lease(fetch)
    backed_up = await operations.setting(fetch, health.BACKUP_KEY)
    opened_at = await operations.opened_at(fetch)
    return Machine(
        late=None if lease is None else timedelta(milliseconds=lease.late_ms),
        free=space.free,
        total=space.total,
        backup_at=None if backed_up is None else parse_instant(backed_up),
        opened_at=None if opened_at is None else from_ms(opened_at),
    )


async def _differ(fetch: Fetch, findings: dict[str, list[Finding]]) -> bool:
    """Return whether something would have to be written; an idle job writes nothing."""
    rows = await kept.standing(fetch, test="a.session_id IS NULL")
    there = {(row.subject, row.rule, row.facts) for row in rows if row.rule in _RULES}
    wanted = {(subject, str(one.rule), dump(one.facts)) for subject, several in findings.items() for one in several}
    return there != wanted
