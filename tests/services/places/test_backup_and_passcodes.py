"""Spare places are switched to and back, people are told; passcodes are shown to whom may see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.alerts import AlertRule, Suggestion
from sessiontui.domain.errors import Conflict, NotAllowed, Refused, Unavailable
from sessiontui.domain.places import Maker
from sessiontui.domain.vocabulary import Role
from sessiontui.services import boards, exporting, sessions, undo
from sessiontui.services.alerts import boards as alert_boards
from sessiontui.services.exporting import Noun
from sessiontui.services.places import asking, joining, looking, rolls, sealing
from sessiontui.services.sessions import SessionEdit
from sessiontui.services.vault import key_id
from tests.conftest import NOON, Stage
from tests.platforms.vendor import Reply, Vendor, vendor
from tests.services.places.house import (
    PASSCODE,
    SECRET,
    MemoryKeys,
    ZoomHouse,
    everything_in,
    orders,
    place,
    with_platforms,
    work,
)
from tests.services.post_stage import END, HOUR, MIN, SEC, START, letters, make

ONE, TWO = "https://meet.example.org/one", "https://meet.example.org/two"


@pytest.fixture
def house() -> ZoomHouse:
    return ZoomHouse()


@pytest.fixture
def zoom(house: ZoomHouse) -> Iterator[Vendor]:
    with vendor(house) as there:
        yield there


async def given(stage: Stage, zoom: Vendor) -> tuple[Stage, int]:
    stage = with_platforms(stage, zoom.url)
    session = await make(stage, stage.ana, mentor_id=stage.bob)
    await asking.give_room(stage.context, session, by=stage.root, at=NOON)
    await work(stage.context, NOON + SEC)
    return stage, session


async def test_the_spare_link_takes_the_place_and_undo_gives_it_back(stage: Stage):
    session = await make(stage, stage.ana, link=ONE, mentor_id=stage.bob)
    with pytest.raises(Refused, match="no spare link is known"):
        await asking.use_backup(stage.context, session, by=stage.root, at=NOON)
    await asking.name_backup(stage.context, session, TWO, by=stage.root, at=NOON)
    receipt = await asking.use_backup(stage.context, session, by=stage.root, at=NOON)
    assert "2 people told" in receipt.sentence
    found = await place(stage, session)
    assert (found["link"], found["backup_link"]) == (TWO, ONE)
    rows = await letters(stage, "kind, name, subject, body")
    assert {row[1] for row in rows} == {"Ana", "Bob"}
    assert all("another link" in str(row[2]) and TWO in str(row[3]) for row in rows)
    await undo.undo(stage.context, by=stage.root, at=NOON + SEC)
    found = await place(stage, session)
    assert (found["link"], found["backup_link"]) == (ONE, TWO)
    assert {row[0] for row in await letters(stage, "state")} == {"cancelled"}


async def test_a_missing_key_does_not_stand_in_the_way_of_a_spare_link(stage: Stage, zoom: Vendor):
    stage, session = await given(stage, zoom)
    settings = replace(stage.context.platforms, backup=Maker.ZOOM)
    stage = replace(stage, context=replace(stage.context, platforms=settings, key_source=MemoryKeys()))
    await asking.name_backup(stage.context, session, TWO, by=stage.root, at=NOON + MIN)
    await asking.use_backup(stage.context, session, by=stage.root, at=NOON + MIN)
    assert (await place(stage, session))["link"] == TWO


async def test_to_use_the_backup_again_switches_back(stage: Stage):
    session = await make(stage, stage.ana, link=ONE)
    await asking.name_backup(stage.context, session, TWO, by=stage.root, at=NOON)
    for expected in (TWO, ONE):
        await asking.use_backup(stage.context, session, by=stage.root, at=NOON)
        assert (await place(stage, session))["link"] == expected


async def test_undo_does_not_undo_what_came_after(stage: Stage):
    session = await make(stage, stage.ana, link=ONE)
    receipt = await asking.name_backup(stage.context, session, TWO, by=stage.root, at=NOON)
    await sessions.edit(
        stage.context, session, SessionEdit(link="https://meet.example.org/3"), by=stage.root, at=NOON
    )
    with pytest.raises(Conflict, match="was changed since"):
        await undo.undo(stage.context, by=stage.root, at=NOON, entry=receipt.undo)


async def test_a_room_on_the_backup_platform_is_made_and_moved_to(stage: Stage, zoom: Vendor):
    stage = with_platforms(stage, zoom.url, jitsi="https://meet.example.org", backup=Maker.JITSI)
    session = await make(stage, stage.ana, link=ONE)
    await asking.use_backup(stage.context, session, by=stage.root, at=NOON)
    with pytest.raises(Refused, match="asked for a room already"):
        await asking.use_backup(stage.context, session, by=stage.root, at=NOON)
    assert (await place(stage, session))["link"] == ONE
    await work(stage.context, NOON + SEC)
    found = await place(stage, session)
    assert (found["platform"], found["backup_link"], found["state"]) == ("jitsi", ONE, "there")
    assert str(found["link"]).startswith("https://meet.example.org/")
    assert ("changed", "Ana") in await letters(stage, "kind, name")
    await undo.undo(stage.context, by=stage.root, at=NOON + 2 * SEC)
    assert (await place(stage, session))["link"] == ONE


async def test_the_spare_link_is_sent_without_moving(stage: Stage, zoom: Vendor):
    stage = with_platforms(stage, zoom.url, jitsi="https://meet.example.org", backup=Maker.JITSI)
    session = await make(stage, stage.ana, link=ONE)
    await asking.send_backup_link(stage.context, session, by=stage.root, at=NOON)
    await work(stage.context, NOON + SEC)
    found = await place(stage, session)
    assert found["link"] == ONE
    assert str(found["backup_link"]).startswith("https://meet.example.org/")
    ((name, body),) = await letters(stage, "name, body")
    assert (name, str(found["backup_link"]) in str(body)) == ("Ana", True)
    receipt = await asking.send_backup_link(stage.context, session, by=stage.root, at=NOON + 2 * SEC)
    assert "to 1 person" in receipt.sentence


async def test_a_passcode_is_revealed_to_whom_may_see_it_and_that_is_written_down(stage: Stage, zoom: Vendor):
    stage, session = await given(stage, zoom)
    receipt = await joining.reveal(stage.context, session, by=stage.root, at=NOON + MIN)
    assert (receipt.shown, PASSCODE in receipt.sentence) == (PASSCODE, False)
    for actor in (Actor(stage.ana, "Ana", Role.PARTICIPANT), Actor(stage.bob, "Bob", Role.MENTOR)):
        assert (await joining.reveal(stage.context, session, by=actor, at=NOON + MIN)).shown == PASSCODE
    for actor in (Actor(stage.cyd, "Cyd", Role.PARTICIPANT), Actor(stage.cyd, "Cyd", Role.MENTOR)):
        with pytest.raises(NotAllowed):
            await joining.reveal(stage.context, session, by=actor, at=NOON + MIN)
    with pytest.raises(NotAllowed):
        await joining.reveal(stage.context, session, by=Actor(9, "Vi", Role.VIEWER), at=NOON + MIN)
    rows = await stage.rows("SELECT by_name, action FROM audit_entry WHERE action IN ('session.reveal', 'refused')")
    assert [row[0] for row in rows if row[1] == "session.reveal"] == ["Root", "Ana", "Bob"]
    assert [row[0] for row in rows if row[1] == "refused"].count("Cyd") >= 1
    trail = str(await stage.rows("SELECT sentence, reason, detail FROM audit_entry"))
    assert PASSCODE not in trail
    assert "v1." not in trail
    assert PASSCODE.encode() not in everything_in(stage.path.parent)


async def test_who_moderates_enters_as_host_and_guests_as_guests(stage: Stage, zoom: Vendor):
    stage, session = await given(stage, zoom)
    shown = (await joining.moderate(stage.context, session, by=stage.root, at=NOON + MIN)).shown
    assert shown == "https://zoom.us/s/85200000001?zak=s3cret-zak"
    shown = (await joining.invite(stage.context, session, stage.ana, by=stage.root, at=NOON + MIN)).shown
    assert shown == "https://zoom.us/j/85200000001"
    with pytest.raises(Refused, match="not approved"):
        await joining.invite(stage.context, session, stage.cyd, by=stage.root, at=NOON + MIN)
    gone = replace(stage.context, platforms=type(stage.context.platforms)())
    shown = (await joining.moderate(gone, session, by=stage.root, at=NOON + MIN)).shown
    assert shown == "https://zoom.us/j/85200000001", "without the platform there is still the link of all"


def bbb(asked: object) -> Reply:
    path = asked.path  # type: ignore[attr-defined]
    fields = {
        "create": "<meetingID>m</meetingID><internalMeetingID>i</internalMeetingID>",
        "end": "",
        "isMeetingRunning": "<running>false</running>",
    }[path.rpartition("/")[2]]
    return Reply(200, f"<response><returncode>SUCCESS</returncode>{fields}</response>".encode())


async def test_bigbluebutton_has_a_link_for_each_person(stage: Stage):
    with vendor(bbb) as there:
        stage = with_platforms(stage, bbb=there.url)
        session = await make(stage, stage.ana)
        await asking.give_room(stage.context, session, by=stage.root, at=NOON)
        await work(stage.context, NOON + SEC)
        guest = (await joining.invite(stage.context, session, stage.ana, by=stage.root, at=NOON + SEC)).shown
        host = (await joining.moderate(stage.context, session, by=stage.root, at=NOON + SEC)).shown
        assert ("role=VIEWER" in guest, "fullName=Ana" in guest, "role=MODERATOR" in host) == (True, True, True)
        await looking.look(stage.context, at=START - MIN)
        detail = await boards.detail(stage.context, session, now=START - MIN, by=stage.root)
        assert detail.place is not None
        assert detail.place.look is not None
        assert detail.place.look.works
        lines = (await alert_boards.board(stage.context, now=START - MIN, by=stage.root)).lines
        assert AlertRule.LINK_BROKEN not in {line.rule for line in lines}


async def test_a_link_that_fails_twice_alerts_and_the_backup_is_proposed(stage: Stage):
    answers = [200]
    with vendor(lambda asked: Reply(answers[0])) as there:
        session = await make(stage, stage.ana, link=f"{there.url}/room")
        await asking.name_backup(stage.context, session, TWO, by=stage.root, at=NOON)

        async def rules(at) -> dict[AlertRule, tuple[Suggestion, ...]]:
            board = await alert_boards.board(stage.context, now=at, by=stage.root, helpful=9)
            return {line.rule: line.actions for line in board.lines}

        assert await looking.look(stage.context, at=START - HOUR - MIN) == 0, "not yet within the hour"
        assert await looking.look(stage.context, at=START - 40 * MIN) == 1
        assert await looking.look(stage.context, at=START - 35 * MIN) == 0, "it was looked at ten minutes ago at most"
        answers[0] = 502
        assert await looking.look(stage.context, at=START - 29 * MIN) == 1
        assert AlertRule.LINK_BROKEN not in await rules(START - 29 * MIN), "one failure is often the network's"
        assert await looking.look(stage.context, at=START - 28 * MIN) == 1
        found = await rules(START - 28 * MIN)
        assert found[AlertRule.LINK_BROKEN][0] is Suggestion.USE_BACKUP
        detail = await boards.detail(stage.context, session, now=START - 28 * MIN, by=stage.root)
        (alert,) = [line for line in detail.line.alerts if line.rule is AlertRule.LINK_BROKEN]
        assert "does not work" in alert.sentence
        answers[0] = 200
        assert await looking.look(stage.context, at=START - 27 * MIN) == 1
        assert AlertRule.LINK_BROKEN not in await rules(START - 27 * MIN)
        answers[0] = 502
        for minute in (16, 15):
            await looking.look(stage.context, at=START - minute * MIN)
        await asking.use_backup(stage.context, session, by=stage.root, at=START - 14 * MIN)
        assert AlertRule.LINK_BROKEN not in await rules(START - 14 * MIN), "what was seen was seen of the other link"


async def test_one_look_for_each_host_and_few_a_run(stage: Stage):
    with vendor(lambda asked: Reply(200)) as one, vendor(lambda asked: Reply(404)) as two:
        for number in range(4):
            await make(stage, stage.ana, link=f"{one.url}/{number}", title=f"One {number}")
        await make(stage, stage.ana, link=f"{two.url.replace('127.0.0.1', 'localhost')}/x", title="Two")
        assert await looking.look(stage.context, at=START - MIN) == 2
        assert (len(one.asked), len(two.asked)) == (1, 1)


@pytest.mark.parametrize(
    "link",
    ["http://[", "http://a\x00b/", "https://\u202egro.elpmaxe/", "http://127.0.0.1:1/", "http://" + "a" * 300, "x:y",
     "https://ex ample.org/\x1b[2J", "http://%zz/", "http://xn--/", "http://\ud83d\ude00.example/"],
)  # fmt: skip
async def test_hostile_links_are_looked_at_without_harm(stage: Stage, link: str):
    link = link.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    session = await make(stage, stage.ana, link=link)
    receipt = await looking.check(stage.context, session, by=stage.root, at=NOON)
    assert "does not work" in receipt.sentence
    ((fact,),) = await stage.rows("SELECT fact FROM link_look")
    assert str(fact).isprintable()


async def test_the_participants_of_zoom_come_in_once(stage: Stage, zoom: Vendor, house: ZoomHouse):
    stage, _ = await given(stage, zoom)
    await work(stage.context, NOON + 2 * SEC)
    people = [("Ana", "ana@example.org", 5, 55), ("Nobody we know\x1b[2J", "", 10, 50)]
    house.present["uuid1=="] = [
        {
            "id": name[:3],
            "name": name,
            "user_email": mail,
            "join_time": iso(START + a * MIN),
            "leave_time": iso(START + b * MIN),
        }
        for name, mail, a, b in people
    ]
    from sessiontui.services import ticking

    await ticking.tick(stage.context, at=END + SEC)
    assert await rolls.ask(stage.context, at=END + 2 * MIN) == 0, "the platform writes its list with a delay"
    assert await rolls.ask(stage.context, at=END + 6 * MIN) == 1
    await work(stage.context, END + 6 * MIN)
    seen = await stage.rows("SELECT person_id, source FROM presence ORDER BY id")
    assert (stage.ana, "import") in seen
    assert len(seen) == 2
    assert await rolls.ask(stage.context, at=END + 8 * MIN) == 0
    before = await stage.rows("SELECT * FROM presence")
    (row,) = await stage.rows("SELECT id FROM place")
    async with stage.context.db.write(by=stage.root, at=END + HOUR) as tx:
        await tx.run(
            "INSERT INTO place_order (place_id, kind, next, state, attempts, not_before, created_at, last_error)"
            " VALUES (?, 'roll', '', 'pending', 0, 0, 0, '')",
            (row[0],),
        )
    await work(stage.context, END + HOUR)
    assert await stage.rows("SELECT * FROM presence") == before


def iso(at) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


async def test_keys_are_exchanged_and_old_secrets_still_open(stage: Stage, zoom: Vendor):
    stage, session = await given(stage, zoom)
    keys = stage.context.key_source
    assert isinstance(keys, MemoryKeys)
    (old,) = keys.keys
    receipt = await sealing.rotate(stage.context, by=stage.root, at=NOON + MIN)
    assert "sealed 2 secrets" in receipt.sentence
    found = await place(stage, session)
    assert key_id(old) not in str(found["passcode"])
    keys.keys.remove(old)
    assert (await joining.reveal(stage.context, session, by=stage.root, at=NOON + MIN)).shown == PASSCODE
    with pytest.raises(NotAllowed):
        await sealing.rotate(stage.context, by=Actor(stage.bob, "Bob", Role.ADMIN), at=NOON + MIN)
    assert await sealing.lost(stage.context) == ""


async def test_an_exchange_that_was_cut_off_goes_on_with_the_key_it_had_made(
    stage: Stage, zoom: Vendor, monkeypatch: pytest.MonkeyPatch
):
    stage, session = await given(stage, zoom)

    class Killed(BaseException):
        """Stands for the end of the process."""

    async def killed(*_: object) -> bool:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("sessiontui.store.reads.sealed.exchange", killed)
        with pytest.raises(Killed):
            await sealing.rotate(stage.context, by=stage.root, at=NOON)
    keys = stage.context.key_source
    assert isinstance(keys, MemoryKeys)
    assert len(keys.keys) == 2
    assert (await joining.reveal(stage.context, session, by=stage.root, at=NOON)).shown == PASSCODE
    await sealing.rotate(stage.context, by=stage.root, at=NOON)
    assert len(keys.keys) == 2
    assert await sealing.lost(stage.context) == ""


async def test_a_missing_key_loses_nothing(stage: Stage, zoom: Vendor, house: ZoomHouse):
    stage, session = await given(stage, zoom)
    keys = stage.context.key_source
    assert isinstance(keys, MemoryKeys)
    kept = list(keys.keys)
    keys.keys.clear()
    for act in (joining.reveal, lambda *a, **b: sealing.rotate(a[0], **b)):
        with pytest.raises(Unavailable, match=r"not here|is not in memory"):
            await act(stage.context, session, by=stage.root, at=NOON + MIN)
    assert keys.keys == []
    other = await make(stage, stage.ana, title="Other")
    with pytest.raises(Unavailable, match="is not in memory"):
        await asking.give_room(stage.context, other, by=stage.root, at=NOON + MIN)
    assert house.made == 1
    keys.keys.extend(kept)
    assert (await joining.reveal(stage.context, session, by=stage.root, at=NOON + MIN)).shown == PASSCODE


async def test_platform_and_link_are_exported_to_those_who_may_open_them(stage: Stage, zoom: Vendor):
    stage, session = await given(stage, zoom)

    async def row(by: Actor) -> dict[str, object]:
        rows = [one async for one in exporting.rows(stage.context, Noun.SESSIONS, "view:all", by=by, now=NOON + MIN)]
        return dict(rows[0])

    told = await row(stage.root)
    assert (told["platform"], told["link"]) == ("zoom", "https://zoom.us/j/85200000001")
    assert PASSCODE not in str(told)
    hidden = await row(Actor(99, "Vi", Role.VIEWER))
    assert (hidden["platform"], hidden["link"]) == (None, None)
    detail = await boards.detail(stage.context, session, now=NOON, by=Actor(99, "Vi", Role.VIEWER))
    assert (detail.place, detail.link) == (None, "")
    assert SECRET not in str(detail)
    assert (await orders(stage))[0] == ("make", "done")


RIGHTS = {
    "room": lambda c, s, by: asking.give_room(c, s, Maker.JITSI, by=by, at=NOON),
    "backup": lambda c, s, by: asking.name_backup(c, s, TWO, by=by, at=NOON),
    "use-backup": lambda c, s, by: asking.use_backup(c, s, by=by, at=NOON),
    "send-backup-link": lambda c, s, by: asking.send_backup_link(c, s, by=by, at=NOON),
    "check-platform": lambda c, s, by: looking.check(c, s, by=by, at=NOON),
    "moderate": lambda c, s, by: joining.moderate(c, s, by=by, at=NOON),
}
MAY = {
    Role.VIEWER: set(),
    Role.PARTICIPANT: set(),
    Role.MENTOR: set(),
    Role.ADMIN: set(RIGHTS),
    Role.SUPERADMIN: set(RIGHTS),
}


@pytest.mark.parametrize("role", list(Role))
async def test_every_right_is_asked_in_the_service(stage: Stage, role: Role):
    """A stranger of each role; those who host are mentors of their own, and may."""
    stage = with_platforms(stage, jitsi="https://meet.example.org", backup=Maker.JITSI)
    stranger, host = Actor(stage.cyd, "Cyd", role), Actor(stage.bob, "Bob", Role.MENTOR)
    for number, (name, act) in enumerate(RIGHTS.items()):
        window = {"starts": START + number * HOUR, "ends": END + number * HOUR}
        session = await make(stage, stage.ana, link="http://127.0.0.1:1/", mentor_id=stage.bob, title=name, **window)
        if name in MAY[role]:
            await act(stage.context, session, stranger)
        else:
            with pytest.raises(NotAllowed):
                await act(stage.context, session, stranger)
            await act(stage.context, session, host)
