"""Alerts: what needs someone, told by pure rules from facts and the instant.

The package itself gives the words and the settings; ``judging`` judges a session, ``standing`` what is not one.
"""

from __future__ import annotations

from sessiontui.domain.alerts.finding import Fact, Finding, Judgement
from sessiontui.domain.alerts.settings import DEFAULT_ALERTS, AlertSettings
from sessiontui.domain.alerts.words import LEVELS, NO_LIFT, AlertRule, AlertState, Suggestion, level_of

__all__ = [
    "DEFAULT_ALERTS",
    "LEVELS",
    "NO_LIFT",
    "AlertRule",
    "AlertSettings",
    "AlertState",
    "Fact",
    "Finding",
    "Judgement",
    "Suggestion",
    "level_of",
]
