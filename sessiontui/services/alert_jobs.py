"""What the worker does for alerts beside the tick: double bookings, sources that fell silent, the installation."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Final

from sessiontui.domain.access import Actor
from sessiontui.domain.alerts import AlertRule, Finding
from sessiontui.domain.alerts.standing import INSTALLATION, Machine, feed_silent, machine_alerts
from sessiontui.domain.delivery import LetterKind
from sessiontui.domain.instants import from_ms, parse_instant, to_ms
from sessiontui.domain.letters import Text
from sessiontui.domain.phrases import count, minutes, span
from sessiontui.domain.text import visible
from sessiontui.services import health, leading
from sessiontui.services.alert_lines import alert_line
from sessiontui.services.context import Context
from sessiontui.services.messaging import Letter, enqueue
from sessiontui.services.pictures import AlertLine
from sessiontui.store import clashing, feeds, taking
from sessiontui.store.alerting import follow_subjects, relift
from sessiontui.store.compact import dump
from sessiontui.store.reads import alerts as kept
from sessiontui.store.reads import operations
from sessiontui.store.reads.outbox import Addressee

BATCH: Final = 200
"""Sessions per transaction, so that people who write never wait long."""

MOST_TOLD: Final = 50
"""Alerts that a letter to whoever is on call names; more have one cause."""

MOST: Final = 2_000
"""Sessions in one run of the job, so that its turn ends."""

WORKER: Final = Actor.system("worker")

_SOURCE: Final = "source:"
"""How the subject of an alert about a source begins."""

_RULES: Final = (AlertRule.FEED_SILENT, AlertRule.WORKER_LATE, AlertRule.DISK_LOW, AlertRule.BACKUP_OLD)


async def clashes(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Look up the double bookings of sessions whose bookings changed, and return how many sessions that touched."""
    touched = done = 0
    while done < MOST and (due := await clashing.due(context.db.glance, limit=BATCH)):
        found = [(one, await clashing.bookings(context.db.fetch, one.session_id)) for one in due]
        async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
            touched += await clashing.settle(tx, found)
        done += len(due)
    return touched


async def stand(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Judge what is about no session, and return how many alerts were opened, changed or resolved."""
    heard = await feeds.listen(context.db.fetch)
    if heard is not None:
        async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
            await feeds.note(tx, heard)
    escalated = await _escalate(context, at=at, epoch=epoch)
    findings = await _findings(context, at)
    if not await _differ(context, findings):
        return escalated
    async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
        changed = await follow_subjects(tx, findings, rules_about=_RULES)
        for subject in changed:
            if subject.startswith(_SOURCE):
                await feeds.hold_back(tx, subject.removeprefix(_SOURCE))
    return len(changed) + escalated


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
        if "@" in settings.on_call:
            text = Text(f"[sessiontui] {told}", "\n".join(_in_letter(line) for line in lines[:MOST_TOLD]))
            to = Addressee(person_id=0, name="on call", email=settings.on_call, zone="")
            letter = Letter(kind=LetterKind.ALERT, to=to, text=text, occurrence=f"{rows[0].id}:{tx.now}")
            await enqueue(tx, [letter], delivery=context.delivery, cause=sealed.id)
        await relift(tx, [row.session_id for row in rows if row.session_id is not None])
    return len(rows)


def _in_letter(line: AlertLine) -> str:
    number = "" if line.session_id is None else f" #{line.session_id}"
    return f"{line.rule.words}: {visible(line.subject)}{number}: {visible(line.sentence)}"


async def _findings(context: Context, at: datetime) -> dict[str, list[Finding]]:
    settings, fetch = context.rules.alerts, context.db.fetch
    found: defaultdict[str, list[Finding]] = defaultdict(list)
    for feed in await feeds.feeds(fetch, at):
        silent = feed_silent(feed, at, settings)
        if silent is not None:
            found[f"{_SOURCE}{feed.source}"].append(silent)
    for finding in machine_alerts(await _machine(context), at, settings):
        found[INSTALLATION].append(finding)
    return dict(found)


async def _machine(context: Context) -> Machine:
    fetch = context.db.fetch
    space = health.measure(context.db.path, read_only=context.db.read_only)
    lease = await leading.look(context)
    backed_up = await operations.setting(fetch, health.BACKUP_KEY)
    opened_at = await operations.opened_at(fetch)
    return Machine(
        late=None if lease is None else lease.late,
        free=space.free,
        total=space.total,
        backup_at=None if backed_up is None else parse_instant(backed_up),
        opened_at=None if opened_at is None else from_ms(opened_at),
    )


async def _differ(context: Context, findings: dict[str, list[Finding]]) -> bool:
    """Return whether something would have to be written; an idle job writes nothing."""
    rows = await kept.standing(context.db.fetch, test="a.session_id IS NULL")
    there = {(row.subject, row.rule, row.facts) for row in rows if row.rule in _RULES}
    wanted = {(subject, str(one.rule), dump(one.facts)) for subject, several in findings.items() for one in several}
    return there != wanted
