"""Where no worker runs, the list, one session, what is wrong with it and the alerts still tell the same alerts."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sessiontui.domain.vocabulary import Kind
from sessiontui.services import boards, examining, sessions, ticking
from sessiontui.services.alerts import boards as alert_boards
from sessiontui.services.sessions import SessionDraft
from tests.conftest import NOON, Stage

MIN = timedelta(minutes=1)
START = NOON + 60 * MIN


async def told(stage: Stage, session: int, now: datetime) -> dict[str, set[str]]:
    """Return the rules of the alerts of a session as each way tells them."""
    context, by = stage.context, stage.root
    rules = {line.rule for line in (await alert_boards.board(context, now=now, by=by)).lines}
    (listed,) = (await boards.listing(context, "", now=now, by=by)).lines
    remarks = await examining.examine(context, session, now=now, by=by)
    asked = {
        rule for rule in ("no_mentor", "nobody_joined", "upcoming_empty")
        if (await boards.listing(context, f"alert:{rule}", now=now, by=by)).lines
    }  # fmt: skip
    return {
        "alerts": {rule.value for rule in rules},
        "list": {alert.rule.value for alert in listed.alerts},
        "query": asked,
        "show": {
            alert.rule.value for alert in (await boards.detail(context, session, now=now, by=by)).line.alerts
        },
        "doctor": {
            rule.value for rule in alert_boards.AlertRule
            if any(remark.about == "alert" and remark.fact.startswith(rule.words) for remark in remarks)
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, {"no_mentor"}),
        (59, {"no_mentor", "upcoming_empty"}),
        (71, {"no_mentor", "nobody_joined"}),
        (130, set()),
        (900, set()),
    ],
)
async def test_all_ways_tell_the_same_alerts(stage: Stage, minutes: int, expected: set[str]):
    draft = SessionDraft(
        title="Circle", kind=Kind.MENTORING, starts_at=START, ends_at=START + 60 * MIN, publish=True,
        author_id=stage.bob,
    )  # fmt: skip
    (session,) = (await sessions.create(stage.context, draft, by=stage.root, at=NOON)).sessions
    now = NOON + minutes * MIN
    before = await told(stage, session, now)
    assert before == dict.fromkeys(before, expected)
    await ticking.tick(stage.context, at=now)
    assert await told(stage, session, now) == before
