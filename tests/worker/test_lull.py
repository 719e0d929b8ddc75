"""A question whose answer was no is asked again when something was committed, and when its time has come."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from sessiontui.worker.lull import LEAST, MOST, Lull
from tests.conftest import NOON

if TYPE_CHECKING:
    from sessiontui.services.context import Context

NOBODY = cast("Context", None)
SECOND = timedelta(seconds=1)


class Job:
    """Something due at an instant, if at all."""

    def __init__(self, due: datetime | None = None) -> None:
        self.due = due
        self.asked = 0
        self.lull = Lull(self.ask)

    async def ask(self, context: Context, *, at: datetime) -> bool:
        del context
        self.asked += 1
        return self.due is not None and self.due <= at

    def at(self, seconds: float, *, news: tuple[int, int] | None = (1, 1)) -> bool:
        return self.lull.may_find(NOBODY, at=NOON + seconds * SECOND, news=news)


def test_at_rest_it_is_asked_ever_more_seldom() -> None:
    job = Job()
    assert not any(job.at(second) for second in range(3600))
    assert job.asked < 6 + 3600 * SECOND / MOST, "where nothing is due later, nothing is asked of now"


def test_what_is_committed_now_and_then_costs_one_question_each_time() -> None:
    job = Job()
    for second in range(300):
        assert not job.at(second, news=(1, second // 3))
    assert job.asked <= 100 + 6


def test_it_is_asked_again_once_something_was_committed() -> None:
    job = Job()
    assert not any(job.at(second) for second in range(100))
    job.due = NOON
    assert not job.at(100)
    assert job.at(100, news=(1, 2))
    assert job.at(101, news=(1, 2))  # until it was done


def test_what_comes_due_by_itself_is_found_at_its_second() -> None:
    for due in range(200):
        job = Job(NOON + due * SECOND)
        assert [job.at(second) for second in range(due + 2)] == [False] * due + [True, True]


def test_where_nobody_knows_what_was_committed_it_is_always_asked() -> None:
    job = Job()
    assert not any(job.at(second, news=None) for second in range(100))
    assert job.asked == 100


def test_after_the_clock_was_set_back_it_is_asked_anew() -> None:
    job = Job()
    assert not any(job.at(second) for second in range(20))
    before = job.asked
    assert not job.at(-3600)
    assert job.asked > before
    assert LEAST < MOST
