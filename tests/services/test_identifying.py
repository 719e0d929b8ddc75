"""Attendees nobody has identified: candidates with evidence, a choice that is kept and can be taken back."""

from __future__ import annotations

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, Conflict, NotAllowed, NotFound, Refused
from sessiontui.domain.vocabulary import Badge, Role
from sessiontui.services import boards, people, ticking
from sessiontui.services.attendance import identifying
from sessiontui.services.undo import undo
from tests.conftest import Stage
from tests.services.import_stage import LATER, session, take
from tests.services.test_importing import detail, only, zoom


async def annie(stage: Stage, *names: str) -> int:
    """Return a session in which somebody was whom nobody knows."""
    await take(stage, session())
    one = await only(stage)
    people_in = names or ("Annie",)
    await take(stage, zoom(*((name, "", "02:05", "02:35") for name in people_in)), session_id=one)
    async with stage.context.db.write(by=stage.root, at=LATER) as tx:
        await tx.update("session", one, meeting_id="85218486288")
    return one


async def chosen(stage: Stage, one: int, person: int, name: str = "Annie"):
    attendee = await identifying.find(stage.context, one, name)
    return await identifying.identify(
        stage.context, one, attendee, person, by=stage.root, at=LATER, reason="asked her"
    )


async def test_candidates_are_ranked_with_their_evidence(stage: Stage):
    one = await annie(stage, "Annie", "bob", "Zzyzx")
    await people.add(stage.context, "Anni", by=stage.root, at=LATER)
    found = {each.name: each for each in await identifying.strangers(stage.context, one, by=stage.root)}
    assert set(found) == {"Annie", "bob", "Zzyzx"}
    likely = found["Annie"].candidates
    assert [(each.name, each.reason) for each in likely] == [("Anni", "similar name")]
    assert [(each.name, each.reason) for each in found["bob"].candidates] == [("Bob", "same name, not expected")]
    assert found["Zzyzx"].candidates == ()


async def test_what_was_learnt_since_the_report_is_the_best_candidate(stage: Stage):
    await take(stage, session())
    one = await only(stage)
    await take(stage, zoom(("A. S.", "a.s@example.org", "02:05", "02:35")), session_id=one)
    await people.edit(stage.context, stage.ana, email="a.s@example.org", by=stage.root, at=LATER)
    (found,) = await identifying.strangers(stage.context, one, by=stage.root)
    assert (found.candidates[0].person_id, found.candidates[0].reason) == (stage.ana, "same e-mail address")


async def test_a_choice_counts_at_once_and_is_told(stage: Stage):
    one = await annie(stage)
    before = await detail(stage, one)
    assert Badge.UNMATCHED in before.line.badges
    assert before.presence[0].attendee_id is not None
    receipt = await chosen(stage, one, stage.ana)
    assert receipt.sentence.startswith("took Annie for Ana in Grief circle")
    after = await detail(stage, one)
    assert Badge.UNMATCHED not in after.line.badges
    assert [(each.person_id, each.matched, each.attendee_id) for each in after.presence] == [(stage.ana, True, None)]
    assert after.line.actual == before.line.actual
    assert (after.history[0].action, after.history[0].reason) == ("attendance.identify", "asked her")
    assert await identifying.strangers(stage.context, one, by=stage.root) == ()


async def test_a_choice_is_remembered_for_the_meeting_id_alone(stage: Stage):
    one = await annie(stage)
    await chosen(stage, one, stage.ana)
    again = await take(stage, zoom(("Annie", "", "05:05", "05:35"), start="05:00", end="06:00", name="next.csv"))
    assert not again.files[0].unmatched
    other = zoom(("Annie", "", "08:05", "08:35"), start="08:00", end="09:00", room="777 7777 7777", name="other.csv")
    assert [each.name for each in (await take(stage, other)).files[0].unmatched] == ["Annie"]


async def test_a_choice_is_taken_back_whole(stage: Stage):
    one = await annie(stage)
    before = await detail(stage, one)
    await chosen(stage, one, stage.ana)
    await undo(stage.context, by=stage.root, at=LATER)
    after = await detail(stage, one)
    assert after.presence == before.presence
    assert after.line.badges == before.line.badges
    again = await take(stage, zoom(("Annie", "", "05:05", "05:35"), start="05:00", end="06:00", name="next.csv"))
    assert [each.name for each in again.files[0].unmatched] == ["Annie"]
    assert await ticking.rebuild(stage.context, at=LATER) == 0


async def test_nobody_is_taken_for_two(stage: Stage):
    one = await annie(stage)
    receipt = await chosen(stage, one, stage.ana)
    with pytest.raises(Refused, match="Annie is known to be Ana already"):
        await chosen(stage, one, stage.bob)
    async with stage.context.db.write(by=stage.root, at=LATER) as tx:
        await tx.run("UPDATE attendee SET person_id = ?", (stage.bob,))
    with pytest.raises(Conflict, match="somebody else since"):
        await undo(stage.context, by=stage.root, at=LATER, entry=receipt.undo)


async def test_attendees_are_named_by_number_or_exact_name(stage: Stage):
    one = await annie(stage, "Annie", "Kim")
    first = await identifying.find(stage.context, one, "annie")
    assert await identifying.find(stage.context, one, f"#{first}") == first
    with pytest.raises(NotFound, match="no attendee"):
        await identifying.find(stage.context, one, "Ann")
    async with stage.context.db.write(by=stage.root, at=LATER) as tx:
        await tx.run("UPDATE attendee SET name = 'Kim'")
    with pytest.raises(BadInput, match="may be any of"):
        await identifying.find(stage.context, one, "Kim")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTICIPANT, Role.MENTOR])
async def test_only_those_who_may_correct_attendance_may_choose(stage: Stage, role: Role):
    one = await annie(stage)
    cyd = Actor(stage.cyd, "Cyd", role)
    with pytest.raises(NotAllowed):
        await identifying.strangers(stage.context, one, by=cyd)
    attendee = await identifying.find(stage.context, one, "Annie")
    with pytest.raises(NotAllowed):
        await identifying.identify(stage.context, one, attendee, stage.ana, by=cyd, at=LATER)
    assert not (await boards.detail(stage.context, one, now=LATER, by=stage.root)).presence[0].matched
