"""Comments: threads, names that are told once, edits with history, deleted ones in their place, and who may what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.collaboration import CollaboratorRole
from sessiontui.domain.errors import BadInput, Conflict, NotAllowed, NotFound, Refused
from sessiontui.domain.vocabulary import Role
from sessiontui.services import boards, collaborating, people, undo
from sessiontui.services.people import erasing
from sessiontui.services.talk import naming, writing
from sessiontui.services.talk.shown import Talk
from tests.conftest import NOON, Stage
from tests.services.post_stage import make

MIN = timedelta(minutes=1)


def who(person_id: int, name: str, role: Role = Role.MENTOR) -> Actor:
    return Actor(person_id, name, role)


async def talk(stage: Stage, session_id: int, *, by: Actor | None = None, as_of=None) -> Talk:
    found = await boards.detail(stage.context, session_id, now=NOON + 60 * MIN, by=by or stage.root, as_of=as_of)
    assert found.talk is not None
    return found.talk


async def say(stage: Stage, session_id: int, body: str, *, minute: int = 0, by: Actor | None = None, to=None) -> int:
    await writing.comment(stage.context, session_id, body, by=by or stage.root, at=NOON + minute * MIN, parent_id=to)
    return int(str((await stage.rows("SELECT max(id) FROM comment"))[0][0]))


async def letters(stage: Stage) -> list[str]:
    return [
        str(row[0]) for row in await stage.rows("SELECT name FROM notification WHERE kind = 'mention' ORDER BY id")
    ]


async def test_answers_stand_below_what_they_answer_whenever_they_come(stage: Stage):
    session = await make(stage, stage.ana)
    first = await say(stage, session, "one")
    await say(stage, session, "two", minute=1)
    answer = await say(stage, session, "to one", minute=2, to=first)
    await say(stage, session, "to that", minute=3, to=answer)
    shown = (await talk(stage, session)).comments
    assert [(one.body, one.depth) for one in shown] == [("one", 0), ("to one", 1), ("to that", 2), ("two", 0)]


async def test_each_named_person_who_may_read_it_is_told_once_for_a_comment(stage: Stage):
    session = await make(stage, stage.ana)
    comment = await say(stage, session, "@Ana @ana, and @Bob who has no place, what of it?")
    assert await letters(stage) == ["Ana"]
    (body,) = (await stage.rows("SELECT body FROM notification WHERE kind = 'mention'"))[0]
    assert "what of it?" in str(body)
    await writing.edit(stage.context, comment, "@Ana again", by=stage.root, at=NOON + MIN)
    assert await letters(stage) == ["Ana"]
    await collaborating.invite(
        stage.context, session, stage.bob, CollaboratorRole.VIEWER, by=stage.root, at=NOON + MIN
    )
    await writing.edit(stage.context, comment, "@Ana and now @Bob", by=stage.root, at=NOON + 2 * MIN)
    assert await letters(stage) == ["Ana", "Bob"]
    await say(stage, session, "@Ana, a new one", minute=3)
    assert await letters(stage) == ["Ana", "Bob", "Ana"]


async def test_nobody_is_told_of_their_own_words_and_an_undone_comment_tells_nobody(stage: Stage):
    session = await make(stage, stage.ana, author_id=stage.ana)
    ana = who(stage.ana, "Ana")
    await say(stage, session, "@Ana, note to myself", by=ana)
    assert await letters(stage) == []
    made = await writing.comment(stage.context, session, "@Ana!", by=stage.root, at=NOON + MIN)
    assert "1 told by mail" in made.sentence
    assert "1 letter held back" in (await undo.undo(stage.context, by=stage.root, at=NOON + MIN)).sentence


async def test_who_only_reads_gets_no_link_with_the_letter(stage: Stage):
    session = await make(stage, stage.ana, link="https://meet.example.org/secret")
    await collaborating.invite(stage.context, session, stage.bob, CollaboratorRole.VIEWER, by=stage.root, at=NOON)
    await say(stage, session, "@Ana @Bob", minute=1)
    rows = dict(await stage.rows("SELECT name, body FROM notification WHERE kind = 'mention'"))
    assert "secret" in str(rows["Ana"])
    assert "secret" not in str(rows["Bob"])


async def test_an_edit_keeps_what_was_said_and_undo_brings_it_back(stage: Stage):
    session = await make(stage)
    comment = await say(stage, session, "first")
    await writing.edit(stage.context, comment, "second", by=stage.root, at=NOON + 5 * MIN)
    await writing.edit(stage.context, comment, "third", by=stage.root, at=NOON + 9 * MIN)
    (line,) = (await talk(stage, session)).comments
    assert [line.body, *(text for text, _ in line.before)] == ["third", "first", "second"]
    (then,) = (await talk(stage, session, as_of=NOON + 6 * MIN)).comments
    assert (then.body, then.edited_at) == ("second", NOON + 5 * MIN)
    for expected in ("second", "first"):
        await undo.undo(stage.context, by=stage.root, at=NOON + 10 * MIN)
        (line,) = (await talk(stage, session)).comments
        assert line.body == expected
    assert line.edited_at is None
    assert line.before == ()


async def test_a_deleted_comment_keeps_its_place_and_comes_back(stage: Stage):
    session = await make(stage)
    first = await say(stage, session, "sorry")
    await say(stage, session, "no need", minute=1, to=first)
    await writing.delete(stage.context, first, by=stage.root, at=NOON + 2 * MIN, reason="tone")
    gone, answer = (await talk(stage, session)).comments
    assert (gone.body, gone.deleted_by, gone.before, answer.depth) == ("", "Root", (), 1)
    assert (await talk(stage, session)).number == 1
    assert (await talk(stage, session, as_of=NOON + MIN)).number == 2
    with pytest.raises(Refused, match="deleted"):
        await say(stage, session, "late", minute=3, to=first)
    await undo.undo(stage.context, by=stage.root, at=NOON + 4 * MIN)
    assert (await talk(stage, session)).comments[0].body == "sorry"


async def test_an_answered_comment_is_not_undone_under_its_answer(stage: Stage):
    session = await make(stage)
    first = await writing.comment(stage.context, session, "one", by=stage.root, at=NOON)
    await say(stage, session, "answer", minute=1, to=1)
    with pytest.raises(Conflict, match="answered"):
        await undo.undo(stage.context, by=stage.root, at=NOON + 2 * MIN, entry=first.undo)


@pytest.mark.parametrize("body", ["", " \n ", "\u200b\u202e", "x" * 10_001])
async def test_a_comment_says_something_and_not_too_much(stage: Stage, body: str):
    session = await make(stage)
    with pytest.raises(BadInput):
        await say(stage, session, body)


async def test_who_may_read_write_edit_and_delete(stage: Stage):
    """The author and the host write; who has a place reads; others do not know that it is there."""
    session = await make(stage, stage.bob, author_id=stage.ana)
    ana, bob, cyd = who(stage.ana, "Ana"), who(stage.bob, "Bob", Role.PARTICIPANT), who(stage.cyd, "Cyd")
    mine = await say(stage, session, "by Ana", by=ana)
    theirs = await say(stage, session, "by Root", minute=1)
    assert (await talk(stage, session, by=bob)).number == 2
    assert (await talk(stage, session, by=cyd)).hidden
    with pytest.raises(NotAllowed):
        await say(stage, session, "no", by=bob)
    with pytest.raises(NotAllowed, match="only they or an admin"):
        await writing.delete(stage.context, theirs, by=ana, at=NOON)
    with pytest.raises(NotAllowed, match="only they can edit"):
        await writing.edit(stage.context, mine, "put into her mouth", by=stage.root, at=NOON)
    with pytest.raises(NotFound):
        await writing.delete(stage.context, mine, by=cyd, at=NOON)
    await writing.delete(stage.context, mine, by=stage.root, at=NOON + 2 * MIN)
    assert await naming.callable_people(stage.context, session, by=cyd) == {}
    assert {"Ana", "Bob", "Root"} <= set((await naming.callable_people(stage.context, session, by=ana)).values())


async def test_what_came_since_the_last_look_is_new(stage: Stage):
    session = await make(stage, author_id=stage.ana)
    ana = who(stage.ana, "Ana")
    await say(stage, session, "one")
    assert (await talk(stage, session, by=ana)).new == 1
    assert await writing.look(stage.context, session, by=ana, at=NOON + MIN)
    assert not await writing.look(stage.context, session, by=ana, at=NOON + 2 * MIN)
    assert (await talk(stage, session, by=ana)).new == 0
    await say(stage, session, "two", minute=3)
    await say(stage, session, "my own", minute=4, by=who(stage.root.id or 0, "Root", Role.SUPERADMIN))
    assert [one.body for one in (await talk(stage, session, by=ana)).comments if one.is_new] == ["two", "my own"]


async def test_comments_are_found_by_those_who_may_read_them(stage: Stage):
    session = await make(stage, stage.bob, author_id=stage.ana)
    comment = await say(stage, session, "the aardvark agreement")
    ana, cyd = who(stage.ana, "Ana"), who(stage.cyd, "Cyd")

    async def found(query: str, by: Actor, as_of=None) -> int:
        board = await boards.board(stage.context, query, now=NOON + 60 * MIN, by=by, as_of=as_of)
        return len(board.lines)

    assert [await found("aardvark", by) for by in (stage.root, ana, cyd)] == [1, 1, 0]
    await writing.edit(stage.context, comment, "the zebra agreement", by=stage.root, at=NOON + 5 * MIN)
    assert [await found(word, stage.root) for word in ("aardvark", "zebra")] == [0, 1]
    assert [await found(word, stage.root, NOON + 3 * MIN) for word in ("aardvark", "zebra")] == [1, 0]
    await writing.delete(stage.context, comment, by=stage.root, at=NOON + 6 * MIN)
    assert await found("zebra", stage.root) == 0


async def test_an_erased_person_leaves_no_word(stage: Stage):
    session = await make(stage, author_id=stage.ana)
    ana = who(stage.ana, "Ana")
    comment = await say(stage, session, "my secret", by=ana)
    await writing.edit(stage.context, comment, "my other secret", by=ana, at=NOON + MIN)
    await say(stage, session, "Ana, thanks", minute=2)
    await erasing.erase(stage.context, stage.ana, by=stage.root, at=NOON + 3 * MIN)
    kept = str(await stage.rows("SELECT * FROM comment")) + str(await stage.rows("SELECT * FROM comment_version"))
    assert "secret" not in kept
    assert "Ana" not in kept
    assert (await people.find(stage.context, str(stage.ana))).name != "Ana"


async def test_hostile_text_is_kept_but_never_names_or_breaks(stage: Stage, nasty_texts):
    session = await make(stage, stage.ana)
    for text in nasty_texts:
        try:
            await say(stage, session, f"x{text}")
        except BadInput:
            assert len(text) >= 10_000
    await boards.board(stage.context, "x", now=NOON, by=stage.root)
    assert await letters(stage) == []


@pytest.fixture
def nasty_texts() -> list[str]:
    return [
        "\x1b]52;c;eA==\x07", "[@click=app.quit]x[/]", "\ud800", "\x00", "\u202egpj", "@" * 500, "@\x1b[2J",
        "@\u200bAna", "| | |", "%s {0} $by", "<script>", "=1+1", "👨‍👩‍👧" * 20, "a\u0300" * 300, "\n" * 300,
    ]  # fmt: skip
