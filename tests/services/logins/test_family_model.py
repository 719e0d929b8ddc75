"""Token families against a model: whatever is done in whatever order, the answers are those of the rules.

Ten thousand steps: ``python -m pytest tests/services/logins/test_family_model.py -m slow``.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from sessiontui.domain.errors import SessiontuiError
from sessiontui.services import logins
from sessiontui.services.logins import Revocation, Tokens, clients
from tests.conftest import NOON, Stage, build_stage
from tests.services.logins.desk import refreshed, why

HOUR, MIN, SEC = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


@dataclass
class Kept:
    """One login as the model knows it: tokens in their order, the newest last."""

    number: int
    opened: datetime
    seen: datetime
    refresh: list[str]
    access: list[tuple[str, datetime]]
    spent: dict[int, datetime] = field(default_factory=dict)
    ended: str = ""

    def over(self, now: datetime) -> str:
        """Return why it is over, in the words of the service."""
        if self.ended:
            return self.ended
        if now - self.opened >= 12 * HOUR:
            return "expired"
        return "idle" if now - self.seen >= 30 * MIN else ""


class Families(RuleBasedStateMachine):
    """Logins that are opened, used, refreshed, copied, ended, while time passes."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.stage: Stage = self.runner.run(build_stage(Path(self.folder.name)))
        receipt = self.runner.run(clients.add(self.stage.context, "portal", "read", by=self.stage.root, at=NOON))
        self.key, self.now = receipt.shown, NOON
        self.kept: list[Kept] = []

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.runner.run(self.stage.context.db.close())
            self.runner.close()
            self.folder.cleanup()

    @rule()
    def sign_in(self) -> None:
        made = self.runner.run(logins.sign_in(self.stage.context, key=self.key, at=self.now))
        until = self.now + HOUR
        self.kept.append(Kept(made.login_id, self.now, self.now, [made.refresh_token], [(made.access_token, until)]))

    @rule(pick=st.integers(0, 99), back=st.integers(0, 3), again=st.booleans())
    def refresh(self, pick: int, back: int, again: bool) -> None:
        """Present the newest refresh token of a login, or one before it, once or twice."""
        if not self.kept:
            return
        one = self.kept[pick % len(self.kept)]
        place = max(0, len(one.refresh) - 1 - back)
        for _ in range(1 + again):
            wanted = self.wanted(one, place)
            found = self.runner.run(refreshed(self.stage.context, one.refresh[place], self.now))
            assert (found if isinstance(found, str) else "tokens") == wanted
            if isinstance(found, Tokens):
                one.spent[place] = self.now
                one.seen = self.now
                one.refresh.append(found.refresh_token)
                one.access.append((found.access_token, min(self.now + HOUR, one.opened + 12 * HOUR)))
            elif wanted == "token_reuse" and not one.over(self.now):
                one.ended = "token_reuse"

    def wanted(self, one: Kept, place: int) -> str:
        """Return what the rules say of a refresh token that is presented now."""
        if over := one.over(self.now):
            return over
        if place not in one.spent:
            return "tokens"
        is_parent = place == len(one.refresh) - 2
        return "AlreadyRotated" if is_parent and self.now - one.spent[place] < 10 * SEC else "token_reuse"

    @rule(pick=st.integers(0, 99), back=st.integers(0, 2))
    def call(self, pick: int, back: int) -> None:
        if not self.kept:
            return
        one = self.kept[pick % len(self.kept)]
        token, until = one.access[max(0, len(one.access) - 1 - back)]
        wanted = one.over(self.now) or ("expired" if self.now >= until else "")
        assert self.runner.run(why(self.stage.context, token, self.now)) == wanted
        if not wanted:
            one.seen = self.now

    @rule(pick=st.integers(0, 99), way=st.sampled_from(("revoke", "sign_out", "force")))
    def end(self, pick: int, way: str) -> None:
        if not self.kept:
            return
        one, context, root = self.kept[pick % len(self.kept)], self.stage.context, self.stage.root
        if way == "sign_out":
            ended = self.runner.run(logins.sign_out(context, one.refresh[-1], at=self.now))
            if not one.ended and ended:
                one.ended = "revoked"
            return
        what = Revocation(login=one.number)
        try:
            if way == "force":
                self.runner.run(logins.force_refresh(context, [one.number], by=root, at=self.now))
            else:
                self.runner.run(logins.revoke(context, what, by=root, at=self.now))
        except SessiontuiError:
            assert one.ended or one.over(self.now)
            return
        if way == "revoke":
            one.ended = "revoked"
        else:
            one.access = [(token, min(until, self.now)) for token, until in one.access]

    @rule(seconds=st.sampled_from((1, 9, 10, 11, 299, 1_799, 1_800, 3_599)))
    def wait(self, seconds: int) -> None:
        self.now += seconds * SEC

    @invariant()
    def one_live_refresh_token_each(self) -> None:
        if not hasattr(self, "stage"):
            return
        rows = self.runner.run(
            self.stage.rows(
                "SELECT l.id FROM login l JOIN token t ON t.login_id = l.id WHERE t.kind = 'refresh'"
                " AND t.spent_at IS NULL AND l.ended_at IS NULL GROUP BY l.id HAVING count(*) != 1"
            )
        )
        assert rows == []


def test_families_answer_as_the_rules_say() -> None:
    run_state_machine_as_test(
        Families,
        settings=settings(
            max_examples=6, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.slow
def test_families_answer_as_the_rules_say_for_ten_thousand_steps() -> None:
    run_state_machine_as_test(
        Families,
        settings=settings(
            max_examples=100, stateful_step_count=100, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
