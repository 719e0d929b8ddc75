from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from sessiontui.calling import Caller
from sessiontui.platforms import Plan

NOW = datetime(2026, 5, 4, 14, tzinfo=UTC)


@dataclass
class Times:
    """A clock that the tests move, and the waits that were asked for."""

    now: datetime = NOW
    waits: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
async def caller(times: Times) -> AsyncIterator[Caller]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield Caller(name="The vendor", client=client, now=lambda: times.now, sleep=times.sleep, luck=lambda: 1.0)


@pytest.fixture
def plan() -> Plan:
    return Plan(
        key="session-4711",
        title="Grief circle",
        starts_at=NOW + timedelta(days=1),
        length=timedelta(minutes=45, seconds=30),
        description="Bring tea.",
        host_email="lee@example.org",
        zone="Europe/Madrid",
        capacity=8,
    )
