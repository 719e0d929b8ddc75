"""What is kept of people for their list is what the rows themselves add up to, whoever wrote them and however."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sessiontui.domain.instants import to_ms
from sessiontui.services import analytics, ticking
from sessiontui.services.people import records
from sessiontui.store.reads import records as kept
from tests.conftest import Stage
from tests.store.test_write_path import Walk

TRUTH = (
    "SELECT p.id, (SELECT count(*) FROM join_request r WHERE r.person_id = p.id AND r.state = 'approved'),"
    " (SELECT count(*) FROM session s WHERE s.mentor_id = p.id),"
    " (SELECT count(*) FROM join_request r WHERE r.person_id = p.id AND r.state = 'pending'),"
    " (SELECT max(joined_at) FROM presence v WHERE v.person_id = p.id) FROM person p ORDER BY p.id"
)

KEPT = "SELECT person_id, takes_part, hosts, pending, seen_at FROM person_tally ORDER BY person_id"


async def walked(stage: Stage, seed: int, steps: int) -> Walk:
    walk = Walk(stage, seed)
    await walk.begin()
    for _ in range(steps):
        await walk.step()
    return walk


@pytest.mark.parametrize("seed", range(5))
async def test_tallies_are_what_the_rows_add_up_to(stage: Stage, seed: int):
    walk = Walk(stage, seed)
    await walk.begin()
    for _ in range(8):
        for _ in range(10):
            await walk.step()
        assert await stage.rows(KEPT) == await stage.rows(TRUTH)
    assert await stage.rows("SELECT 1 FROM person_tally WHERE sessions != takes_part + hosts") == []
    assert any(row[1] or row[2] or row[3] for row in await stage.rows(KEPT))
    assert any(row[4] for row in await stage.rows(KEPT))


@pytest.mark.parametrize("seed", range(5))
async def test_a_record_that_is_kept_is_the_one_that_would_be_told_anew(stage: Stage, seed: int):
    walk = await walked(stage, 60 + seed, 30)
    compared = 0
    for _ in range(6):
        await ticking.tick(stage.context, at=walk.now)
        await records.redo(stage.context, at=walk.now)
        for _ in range(5):
            await walk.step()
        fetch = stage.context.db.fetch
        for later in (0, 1, 60, 3000):
            now = walk.now + timedelta(minutes=later)
            ids = [int(str(row[0])) for row in await fetch("SELECT id FROM person", ())]
            told = await records._told(fetch, ids, now)
            for one in (await kept.kept(fetch, ids, now=to_ms(now))).values():
                assert (one.came, one.booked) == told[one.person_id], (one, now)
                compared += 1
    assert compared


async def test_the_worker_tells_every_record_anew(stage: Stage):
    walk = await walked(stage, 3, 40)
    assert await kept.untold(stage.context.db.fetch, now=to_ms(walk.now), limit=9)
    await analytics.redo(stage.context, at=walk.now)
    assert await kept.untold(stage.context.db.fetch, now=to_ms(walk.now), limit=9) == []
