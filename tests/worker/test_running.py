from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sessiontui.domain.errors import Conflict, Unavailable
from sessiontui.services.context import Context
from sessiontui.worker.plans import PLANS, Plan
from sessiontui.worker.running import TOLD_EVERY, Entry, Outcome, attempt, may_find

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


async def nothing(context: Context, *, at: datetime, epoch: int | None) -> int:
    del context, at, epoch
    return 0


def entry() -> Entry:
    return Entry(Plan(name="tick", act=nothing, every=SECOND, prompt=True))


async def test_whatever_a_job_raises_is_kept_as_one_clean_line() -> None:
    async def burst() -> int:
        raise ZeroDivisionError("by\x00 zero\nand more")

    outcome = await attempt("tick", burst)
    assert outcome.error.startswith("ZeroDivisionError: by")
    assert "\x00" not in outcome.error
    assert not outcome.fenced


async def test_errors_of_the_domain_are_told_in_their_own_words() -> None:
    async def full() -> int:
        raise Unavailable("the disk is full", hint="free some space")

    async def fenced() -> int:
        raise Conflict("another worker leads now")

    assert (await attempt("tick", full)).error == "Unavailable: the disk is full (free some space)"
    assert (await attempt("tick", fenced)).fenced


def test_idle_runs_are_only_counted() -> None:
    job = entry()
    for second in range(5):
        assert job.note(Outcome(), at=NOON + second * SECOND, took=timedelta()) is None
    tally = job.tally()
    assert tally is not None
    assert (tally.runs, tally.errors, tally.last_at, tally.next_at) == (
        5,
        0,
        NOON + 4 * SECOND,
        NOON + 5 * SECOND,
    )
    assert job.tally() is None


def test_a_turn_with_nothing_to_do_counts_as_an_idle_run_does() -> None:
    told = []
    for turns in ("idle", "rest"):
        job = entry()
        job.note(Outcome(error="no"), at=NOON, took=SECOND)
        assert job.tally() is not None
        for second in (1, 2):
            if turns == "idle":
                job.note(Outcome(), at=NOON + second * SECOND, took=timedelta())
            else:
                job.rest(NOON + second * SECOND)
        told.append((job.tally(), job.note(Outcome(error="no"), at=NOON + 3 * SECOND, took=SECOND), job.tally()))
    assert told[0] == told[1]
    assert told[0][0] is not None
    assert told[0][0].last_error == "", "that it went well again is written down at once"


def test_a_failure_that_repeats_has_a_line_a_minute() -> None:
    job = entry()
    lines = [job.note(Outcome(error="no"), at=NOON + second * SECOND, took=timedelta()) for second in range(121)]
    assert [index for index, line in enumerate(lines) if line is not None] == [0, 60, 120]
    tally = job.tally()
    assert tally is not None
    assert tally.errors == 121


def test_another_failure_and_one_after_success_have_their_own_line() -> None:
    job = entry()
    told = [
        job.note(outcome, at=NOON, took=timedelta()) is not None
        for outcome in (Outcome(error="no"), Outcome(error="disk"), Outcome(), Outcome(error="disk"))
    ]
    assert told == [True, True, False, True]


def test_what_was_not_written_down_is_counted_again() -> None:
    job = entry()
    job.note(Outcome(error="no"), at=NOON, took=timedelta())
    tally = job.tally()
    assert tally is not None
    job.put_back(tally)
    assert job.tally() == tally


def test_lateness_is_what_exceeds_the_pace() -> None:
    job = entry()
    assert job.lateness(50.0) == timedelta()
    job.done_at = 100.0
    assert job.lateness(100.9) == timedelta()
    assert job.lateness(107.0) == timedelta(seconds=6)
    job.paused = True
    assert job.lateness(107.0) == timedelta()


def test_the_jobs_have_names_of_their_own_and_one_is_prompt() -> None:
    assert len({plan.name for plan in PLANS}) == len(PLANS)
    assert [plan.name for plan in PLANS if plan.prompt] == ["status-tick"]
    assert {plan.name: plan.every for plan in PLANS}["presence-sweep"] == 15 * SECOND


def test_a_job_that_does_nothing_is_written_down_once_a_minute() -> None:
    job = entry()
    tallies = []
    for second in range(180):
        job.note(Outcome(), at=NOON + second * SECOND, took=timedelta())
        tallies.append(job.tally())
    told = [tally for tally in tallies if tally is not None]
    assert len(told) == 180 * SECOND // TOLD_EVERY
    last = job.tally(at_last=True)
    assert last is not None
    assert sum(tally.runs for tally in told) + last.runs == 180


def test_what_was_done_or_went_wrong_is_written_down_at_once() -> None:
    job = entry()
    seen = []
    for second, outcome in enumerate(
        (Outcome(), Outcome(), Outcome(touched=2), Outcome(), Outcome(error="no"), Outcome(error="no"), Outcome())
    ):
        job.note(outcome, at=NOON + second * SECOND, took=timedelta())
        seen.append(job.tally() is not None)
    assert seen == [True, False, True, False, True, False, True]


def test_a_tally_that_could_not_be_written_is_written_with_the_next() -> None:
    job = entry()
    job.note(Outcome(), at=NOON, took=timedelta())
    tally = job.tally()
    assert tally is not None
    job.put_back(tally)
    again = job.tally()
    assert again is not None
    assert again.runs == 1


def test_a_question_that_waits_or_fails_is_a_yes() -> None:
    async def no() -> bool:
        return False

    async def waits() -> bool:
        await asyncio.sleep(0)
        return False

    async def fails() -> bool:
        raise ZeroDivisionError

    assert not may_find(no())
    assert may_find(waits())
    assert may_find(fails())
