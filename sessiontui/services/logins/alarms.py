"""Alerts about logins: one that cannot refresh, and one whose spent token came again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sessiontui.domain.alerts import AlertRule, Finding
from sessiontui.domain.alerts.finding import Fact, moment
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.domain.logins.standing import STUCK_AFTER
from sessiontui.store.alerting import follow_subjects
from sessiontui.store.compact import dump
from sessiontui.store.histories import Fetch
from sessiontui.store.logins import lists as kept
from sessiontui.store.reads import alerts as kept_alerts

if TYPE_CHECKING:
    from sessiontui.services.context import Context
    from sessiontui.store.tx import Tx

TOLD_FOR: Final = timedelta(days=1)
"""How long a copied token stays an alert: its owner has to be asked, whoever sees it first."""

SUBJECT: Final = "login:"
"""How the subject of an alert about a login begins."""

RULES: Final = (AlertRule.LOGIN_STUCK, AlertRule.TOKEN_REUSE)


async def raise_alarms(context: Context, tx: Tx) -> int:
    """Let the alerts about logins be what is found now, and return how many changed."""
    findings = await _findings(context, tx.fetch, tx.at)
    return len(await follow_subjects(tx, findings, rules_about=RULES))


async def are_due(context: Context, fetch: Fetch, at: datetime) -> bool:
    """Return whether the alerts about logins are not what is found now."""
    rows = await kept_alerts.standing(fetch, test="a.rule IN ('login_stuck', 'token_reuse')")
    there = {(row.subject, row.rule, row.facts) for row in rows}
    found = await _findings(context, fetch, at)
    return there != {(who, str(one.rule), dump(one.facts)) for who, several in found.items() for one in several}


async def _findings(context: Context, fetch: Fetch, at: datetime) -> dict[str, list[Finding]]:
    settings = context.rules.alerts
    found: dict[str, list[Finding]] = {}
    asked = (
        (AlertRule.LOGIN_STUCK, await kept.stuck(fetch, least=STUCK_AFTER)),
        (AlertRule.TOKEN_REUSE, await kept.reused(fetch, since=to_ms(at - TOLD_FOR) + 1)),
    )
    for rule, rows in asked:
        severity = settings.severity_of(rule)
        if severity is None:
            continue
        for login_id, person, device, since in rows:
            facts: tuple[Fact, ...] = (("person", person), ("device", device), ("login", str(login_id)))
            if rule is AlertRule.TOKEN_REUSE:
                facts = (*facts, moment("used_at", from_ms(since)))
            finding = Finding(rule=rule, severity=severity, since=min(from_ms(since), at), facts=facts)
            found.setdefault(f"{SUBJECT}{login_id}", []).append(finding)
    return found
