"""The day of authors and mentors: in their morning, once, and only where there is something to tell."""

from __future__ import annotations

from dataclasses import replace

from sessiontui.domain.delivery import Delivery, LetterKind
from sessiontui.services import people, requests, ticking
from sessiontui.services.delivery import digests, preferences
from sessiontui.services.delivery.preferences import Wishes
from tests.conftest import NOON, Stage

from .post_stage import END, HOUR, MIN, be_there, deliver, hush, letters, mails, make, words

MORNING = NOON + 17 * HOUR  # 5 May, 05:00 UTC: seven o'clock in Madrid


async def home(stage: Stage, person_id: int, zone: str) -> None:
    await people.edit(stage.context, person_id, by=stage.root, at=NOON, zone=zone)


async def test_each_is_told_once_in_the_morning_where_they_live(stage: Stage):
    await home(stage, stage.ana, "Europe/Madrid")
    await home(stage, stage.bob, "America/New_York")
    start = MORNING + 12 * HOUR
    await make(stage, stage.cyd, author_id=stage.ana, mentor_id=stage.bob, starts=start, ends=start + HOUR)
    told: list[tuple[str, int]] = []
    at = MORNING - 3 * HOUR
    while at < MORNING + 14 * HOUR:
        if await digests.tell_days(stage.context, at=at):
            rows = await letters(stage, "name")
            told.append((str(rows[-1][0]), round((at - MORNING) / HOUR)))
        at += 10 * MIN
    assert told == [("Ana", 0), ("Bob", 6)]
    await deliver(stage, MORNING)
    (mail,) = [mail for mail in mails(stage) if "Ana" in str(mail["To"])]
    assert mail["Subject"] == "Your day: 1 session"
    assert "Tuesday 5 May 2026" in words(mail)
    assert "- 19:00 to 20:00  Circle #1 (1 approved)" in words(mail)
    assert "Times are those of Europe/Madrid." in words(mail)


async def test_it_says_who_waits_and_what_went_wrong(stage: Stage):
    await make(stage, stage.cyd, author_id=stage.ana, title="Nobody came")
    late = END + HOUR
    early = await make(stage, stage.cyd, author_id=stage.ana, title="Short one", starts=END, ends=late)
    await be_there(stage, early, stage.cyd, late - 40 * MIN, late - 35 * MIN)
    await ticking.tick(stage.context, at=late + MIN)
    later = MORNING + 100 * HOUR
    open_one = await make(stage, author_id=stage.ana, title="Open", starts=later, ends=later + HOUR)
    await requests.ask(stage.context, open_one, stage.bob, by=stage.root, at=NOON)
    await hush(stage)
    await ticking.tick(stage.context, at=MORNING + 2 * HOUR)
    assert await digests.tell_days(stage.context, at=MORNING + 2 * HOUR) == 1
    ((subject, body),) = await letters(stage, "subject, body")
    assert "1 request waits" in str(subject)
    ends = ("nobody came to Nobody came", "Short one ended early")
    for said in ("No session of yours today.", "- Open: 1 request", *ends):
        assert said in str(body)


async def test_nothing_to_say_is_not_said_and_not_asked_again_that_day(stage: Stage):
    start = MORNING + 30 * HOUR  # tomorrow
    session_id = await make(stage, stage.cyd, author_id=stage.ana, starts=start, ends=start + HOUR)
    assert await digests.tell_days(stage.context, at=MORNING + 2 * HOUR) == 0
    assert await stage.rows("SELECT digest_on FROM person WHERE id = ?", stage.ana) == [("2026-05-05",)]
    await requests.ask(stage.context, session_id, stage.bob, by=stage.root, at=MORNING + 3 * HOUR)
    await hush(stage)
    assert await digests.tell_days(stage.context, at=MORNING + 3 * HOUR) == 0
    assert await digests.tell_days(stage.context, at=MORNING + 26 * HOUR) == 1


async def test_it_can_be_switched_off_for_all_and_for_one(stage: Stage):
    start = MORNING + 12 * HOUR
    await make(stage, stage.cyd, author_id=stage.ana, mentor_id=stage.bob, starts=start, ends=start + HOUR)
    off = replace(stage.context, delivery=Delivery(digest=False))
    assert await digests.tell_days(off, at=MORNING + 2 * HOUR) == 0
    await preferences.change(stage.context, stage.bob, Wishes(no_mail=[LetterKind.DIGEST]), by=stage.root, at=NOON)
    assert await digests.tell_days(stage.context, at=MORNING + 2 * HOUR) == 1
    assert await letters(stage, "name, kind") == [("Ana", "digest")]


async def test_two_workers_write_one(stage: Stage):
    start = MORNING + 12 * HOUR
    await make(stage, author_id=stage.ana, starts=start, ends=start + HOUR)
    assert [await digests.tell_days(stage.context, at=MORNING + 2 * HOUR) for _ in range(2)] == [1, 0]
    async with stage.context.db.write(by=stage.root, at=NOON) as tx:
        await tx.run("UPDATE person SET digest_on = ''")
    assert await digests.tell_days(stage.context, at=MORNING + 2 * HOUR) == 0
