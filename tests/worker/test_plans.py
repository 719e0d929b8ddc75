"""How often the worker looks after what."""

from __future__ import annotations

from datetime import timedelta

from sessiontui.worker.plans import PLANS

SECOND, MIN, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def test_each_job_runs_as_often_as_was_promised() -> None:
    every = {plan.name: plan.every for plan in PLANS}
    assert every["status-tick"] == SECOND
    assert every["presence-sweep"] == 15 * SECOND
    assert every["outbox"] == 2 * SECOND
    assert every["logins"] == MIN
    assert every["metrics"] == MIN
    assert every["health-check"] == 5 * MIN
    assert every["series"] == HOUR
    assert every["retention"] <= timedelta(days=1)
    assert every["daily-backup"] <= timedelta(days=1)
