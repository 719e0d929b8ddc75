"""What a rule says of one subject at one instant: it holds, since when, and by which facts."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from sessiontui.domain.alerts.words import AlertRule
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.records import record
from sessiontui.domain.vocabulary import Severity

Fact: TypeAlias = "tuple[str, str]"
"""The name of a fact and its value; instants are RFC 3339 in UTC, and their names end in ``since`` or ``at``."""


@record(kw_only=True)
class Finding:
    """A rule that holds: since which instant, how much it presses, and the facts behind it, most telling first.

    No fact counts time, so that a finding stays equal to itself while only time passes.
    """

    rule: AlertRule
    severity: Severity
    since: datetime
    facts: tuple[Fact, ...] = ()


@record(kw_only=True)
class Judgement:
    """All findings about one subject at one instant, and the next instant at which time alone may change them."""

    findings: tuple[Finding, ...] = ()
    next_at: datetime | None = None


def moment(name: str, at: datetime) -> Fact:
    """Return a fact that is an instant."""
    return name, rfc3339(at)
