"""Talk, files and people of a session on the command line: what ``do`` asks for, and what ``show`` tells."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sessiontui.cli.table import Column
from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.collaboration import CollaboratorRole
from sessiontui.domain.phrases import count
from sessiontui.domain.text import MAX_BLOCK, visible, visible_block
from sessiontui.services import boards, collaborating, people
from sessiontui.services.files import keeping, linking, opening
from sessiontui.services.files.keeping import FileDraft
from sessiontui.services.talk import writing

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sessiontui.cli.call import Call
    from sessiontui.services.files.shown import FileLine
    from sessiontui.services.pictures import SessionDetail
    from sessiontui.services.receipt import Receipt
    from sessiontui.services.talk.shown import Talk

STDIN: Final = "-"
"""Stands for what is piped in."""

FILES: Final = (
    Column(heading="File", right=True),
    Column(heading="Name", least=12),
    Column(heading="Version", right=True),
    Column(heading="What", least=8),
    Column(heading="Size", right=True),
    Column(heading="Added", least=12),
    Column(heading="Opened", least=6),
)
LINKS: Final = (
    Column(heading="Link", right=True),
    Column(heading="Title", least=12),
    Column(heading="Address", least=17),
)
TEAM: Final = (Column(heading="Person", least=12), Column(heading="Role"), Column(heading="Since"))


async def comment(call: Call) -> Receipt:
    """Write, edit or delete a comment."""
    options = call.options
    at = call.clock()
    if options.way == "add":
        parent = None if options.answer is None else _number(options.answer, "comment")
        session_id = await boards.find(call.context, options.id)
        return await writing.comment(
            call.context, session_id, _text(options.text), by=call.actor, at=at, parent_id=parent
        )
    number = _number(options.id, "comment")
    if options.way == "edit":
        return await writing.edit(call.context, number, _text(options.text), by=call.actor, at=at)
    return await writing.delete(call.context, number, by=call.actor, at=at, reason=options.reason)


async def attach(call: Call) -> Receipt:
    """Attach a file of this machine, or what is piped in, to a session."""
    options = call.options
    session_id = await boards.find(call.context, options.id)
    if options.file == STDIN:
        if not options.name:
            raise WrongUsage("what is piped in has no name", hint="give one with --name")
        content = sys.stdin.buffer.read(call.context.files.largest + 1)
        draft = FileDraft(content=content, name=options.name)
    else:
        draft = FileDraft(path=Path(options.file), name=options.name or "")
    return await keeping.attach(call.context, session_id, draft, by=call.actor, at=call.clock())


async def detach(call: Call) -> Receipt:
    """Take a version of a file away, or all of them."""
    options = call.options
    return await keeping.detach(
        call.context,
        _number(options.id, "file"),
        by=call.actor,
        at=call.clock(),
        reason=options.reason,
        all_versions=options.all_versions,
    )


async def open_file(call: Call) -> Receipt:
    """Write a version of a file to a path; that is written down."""
    number = _number(call.options.id, "file")
    return await opening.open_file(call.context, number, Path(call.options.to), by=call.actor, at=call.clock())


async def link(call: Call) -> Receipt:
    """Add a link to a session, or take one away."""
    options, at = call.options, call.clock()
    if options.way == "add":
        session_id = await boards.find(call.context, options.id)
        return await linking.add(call.context, session_id, options.link, by=call.actor, at=at, title=options.title)
    return await linking.remove(call.context, _number(options.id, "link"), by=call.actor, at=at)


async def collaborator(call: Call) -> Receipt:
    """Let somebody work on a session, as what, or no longer."""
    options, at = call.options, call.clock()
    session_id = await boards.find(call.context, options.id)
    person = (await people.find(call.context, options.person)).id
    if options.way == "set":
        role = CollaboratorRole(options.role)
        return await collaborating.invite(call.context, session_id, person, role, by=call.actor, at=at)
    return await collaborating.remove(call.context, session_id, person, by=call.actor, at=at)


SINGLE: Final[Mapping[str, Callable[[Call], Awaitable[Receipt]]]] = {
    "comment": comment,
    "attach": attach,
    "detach": detach,
    "open-file": open_file,
    "link": link,
    "collaborator": collaborator,
}
"""The actions of ``do``."""


def talk_lines(talk: Talk | None, zone: ZoneInfo) -> Iterator[str]:
    """Yield the comments of a session as a person reads them, answers below what they answer."""
    if talk is None or not talk.comments:
        return
    new = f", {talk.new} new" if talk.new else ""
    yield ""
    yield f"Talk ({count(talk.number, 'comment')}{new})"
    for one in talk.comments:
        indent = "  " * min(one.depth, 6)
        when = f"{one.at.astimezone(zone):%m-%d %H:%M}"
        said = "* " if one.is_new else ""
        if one.deleted_at is not None:
            yield f"{indent}#{one.id} {when}: deleted{f' by {visible(one.deleted_by)}' if one.deleted_by else ''}"
            continue
        edited = " (edited)" if one.edited_at else ""
        yield f"{indent}{said}#{one.id} {visible(one.author) or 'somebody'} {when}{edited}:"
        yield from (f"{indent}  {line}" for line in visible_block(one.body).splitlines())


def tables(detail: SessionDetail, zone: ZoneInfo) -> Iterator[tuple[str, Sequence[Column], list[list[str]]]]:
    """Yield the files, the links and the people of a session as tables of ``show``."""
    if detail.files is not None:
        yield "Files", FILES, [_file_row(one, zone) for one in detail.files.files]
        yield "Links", LINKS, [[str(one.id), one.title, one.link] for one in detail.files.links]
    people_of = () if detail.team is None else detail.team.people
    yield (
        "Collaborators",
        TEAM,
        [[one.name, str(one.role), f"{one.added_at.astimezone(zone):%m-%d %H:%M}"] for one in people_of],
    )


def _file_row(line: FileLine, zone: ZoneInfo) -> list[str]:
    opened = "" if line.opened is None else f"{count(line.opened, 'time')}" if line.opened else "never"
    added = f"{line.added_at.astimezone(zone):%m-%d %H:%M} {line.added_by}"
    what = "cleared" if line.cleared_at is not None else f"{line.what}{f'; {line.odd}' if line.odd else ''}"
    return [str(line.id), line.name, str(line.version), what, line.weighs, added, opened]


def _text(text: str) -> str:
    return sys.stdin.read(MAX_BLOCK + 1) if text == STDIN else text


def _number(text: str, what: str) -> int:
    own = text.strip().removeprefix("#")
    if not (own.isascii() and own.isdigit() and len(own) < 16):
        raise WrongUsage(f"{text!r} is not the number of a {what}", hint="'sessiontui show ID' tells them")
    return int(own)
