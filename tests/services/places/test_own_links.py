"""Where everybody has a link of their own, a letter brings its reader's, is kept without it, and leaks none."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import timedelta

from sessiontui.domain.places import JitsiServer, Maker
from sessiontui.domain.vocabulary import RequestState
from sessiontui.services import interventions, requests, series
from sessiontui.services.delivery.own_links import MARK
from sessiontui.services.interventions import taking_part
from sessiontui.services.places import asking
from sessiontui.services.series import SeriesDraft, stamp
from tests.conftest import NOON, Stage
from tests.services.places.house import everything_in, with_platforms, work
from tests.services.post_stage import MIN, SEC, deliver, folder, letters, mails, make

DAY = timedelta(days=1)


def on_jitsi(stage: Stage) -> Stage:
    """Return the stage with a Jitsi that lets nobody in without a token of their own."""
    stage = with_platforms(stage, jitsi="https://meet.example.org")
    platforms = replace(stage.context.platforms, jitsi=JitsiServer(url="https://meet.example.org", app="us"))
    return replace(stage, context=replace(stage.context, platforms=platforms))


def users(stage: Stage) -> list[tuple[str, str]]:
    """Return to whom each mail went, and whom the token in it lets in, nobody where it has none."""
    found = []
    for mail in mails(stage):
        names = [""]
        for word in mail.get_content().split() if not mail.is_multipart() else mail.get_body().get_content().split():
            if "jwt=" in word:
                part = word.partition("jwt=")[2].split(".")[1]
                names = [json.loads(urlsafe_b64decode(part + "=="))["context"]["user"]["name"]]
        found.append((mail["To"].addresses[0].display_name, *names))
    return sorted(found)


async def given(stage: Stage) -> tuple[Stage, int]:
    stage = on_jitsi(stage)
    session = await make(stage, stage.ana, stage.bob)
    await asking.give_room(stage.context, session, Maker.JITSI, by=stage.root, at=NOON)
    await work(stage.context, NOON + SEC)
    return stage, session


async def test_each_reader_gets_their_own_link_and_the_outbox_keeps_none(stage: Stage):
    stage, session = await given(stage)
    await interventions.remind(stage.context, [session], by=stage.root, at=NOON + MIN)
    await deliver(stage, NOON + 2 * MIN)
    assert users(stage) == [("Ana", "Ana"), ("Bob", "Bob")]
    bodies = [str(row[0]) for row in await letters(stage, "body")]
    assert all(MARK in body and "jwt=" not in body for body in bodies)
    for file in folder(stage).glob("*.eml"):
        file.unlink()
    assert b"jwt=" not in everything_in(stage.path.parent)


async def test_who_lost_their_place_meanwhile_gets_no_link(stage: Stage):
    stage, session = await given(stage)
    await interventions.message(stage.context, [session], f"Come here: {MARK}", by=stage.root, at=NOON + MIN)
    await taking_part.remove_participant(stage.context, session, stage.bob, by=stage.root, at=NOON + MIN)
    await deliver(stage, NOON + 2 * MIN)
    assert ("Bob", "Bob") not in users(stage)
    assert ("Ana", "Ana") in users(stage)


async def test_who_is_refused_learns_no_link(stage: Stage):
    stage, session = await given(stage)
    await requests.ask(stage.context, session, stage.cyd, by=stage.root, at=NOON)
    request = await requests.find(stage.context, session, stage.cyd)
    await requests.decide(stage.context, [request], RequestState.REJECTED, by=stage.root, at=NOON + MIN)
    await deliver(stage, NOON + 2 * MIN)
    assert users(stage) == [("Cyd", "")]
    assert MARK not in str(await letters(stage, "body"))


async def test_every_date_of_a_series_gets_a_room_of_its_own(stage: Stage):
    stage = on_jitsi(stage)
    wanted = SeriesDraft(
        title="Circle", starts=(NOON + DAY).replace(tzinfo=None), length=timedelta(hours=1), zone="UTC",
        rule="weekly", platform="jitsi",
    )  # fmt: skip
    made = await series.create(stage.context, wanted, by=stage.root, at=NOON)
    assert "is asked for a room for each" in made.sentence
    while await work(stage.context, NOON + SEC):
        pass
    rows = await stage.rows("SELECT count(*), count(DISTINCT link), count(place_id) FROM session")
    assert rows == [(13, 13, 13)]
    later = NOON + 30 * DAY
    new = await stamp(stage.context, at=later)
    assert new
    while await work(stage.context, later + SEC):
        pass
    rows = await stage.rows("SELECT count(*) = count(DISTINCT link), min(platform), max(link = '') FROM session")
    assert rows == [(1, "jitsi", 0)]
    await series.take_out(stage.context, made.sessions[3], by=stage.root, at=NOON)
    assert (await stage.rows("SELECT count(*) FROM place WHERE session_id IS NULL")) == [(1,)]
