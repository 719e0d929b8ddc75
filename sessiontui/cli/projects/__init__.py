"""``projects``: list, show, sum up, advise, and change what is in them."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call, carry_out
from sessiontui.cli.exporting import whole_file
from sessiontui.cli.projects import told as projects_told
from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.errors import Refused
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.phrases import count
from sessiontui.domain.visits.words import ActivityKind, ItemState
from sessiontui.services import boards, people
from sessiontui.services.projects import changing, items, knowing, listing, past, portable, questions, told
from sessiontui.services.receipt import Receipt
from sessiontui.services.visits import going, summing
from sessiontui.services.visits.keeping import blocker_json, step_json
from sessiontui.services.visits.recording import Ping, track_activity


def run(options: argparse.Namespace) -> int:
    """Do what was asked with projects."""
    return carry_out(options, _WAYS[options.way])


async def _list(call: Call) -> int:
    at, every = call.options.at, call.options.all
    if at is None:
        board = await listing.board(call.context, by=call.actor, now=call.clock(), archived=every)
    else:
        board = await past.board(call.context, by=call.actor, at=at)
        board = replace(board, lines=tuple(line for line in board.lines if every or line.archived_at is None))
    if call.options.json:
        rows = (told.line_json(line) for line in board.lines)
        output.put_json({"taken_at": rfc3339(board.taken_at)}, rows=("projects", rows))
        return 0
    plain = output.is_plain(asked=call.options.ascii)
    output.put(*projects_told.board_lines(board, width=output.width(), plain=plain))
    talk.say(count(len(board.lines), "project"))
    return 0


async def _show(call: Call) -> int:
    at, project_id = call.options.at, await _project(call)
    if at is None:
        page = await listing.page(call.context, project_id, by=call.actor, now=call.clock())
    else:
        page = await past.page(call.context, project_id, by=call.actor, at=at)
    if call.options.json:
        output.put_json(told.page_json(page))
    else:
        output.put(*projects_told.page_lines(page, call.zone, plain=output.is_plain(asked=call.options.ascii)))
    return 0


async def _summary(call: Call) -> int:
    at, who, project_id = call.options.at, await _person(call), await _project(call)
    if at is None:
        found = await summing.summary(call.context, who, project_id, by=call.actor, now=call.clock())
    else:
        found = await past.summary(call.context, who, project_id, by=call.actor, at=at)
    if call.options.json:
        output.put_json(told.summary_json(found))
    else:
        output.put(*projects_told.summary_lines(found, plain=output.is_plain(asked=call.options.ascii)))
    return 0


async def _analytics(call: Call) -> int:
    row = await summing.analytics(
        call.context, await _person(call), await _project(call), by=call.actor, now=call.clock()
    )
    whole = told.analytics_json(row)
    if call.options.json:
        output.put_json({"taken_at": rfc3339(call.clock()), **whole})
    else:
        steps, standing = row.steps, row.blockers
        shown = {**whole, "suggested_next_steps": len(steps), "active_blockers": len(standing)}
        output.put(*(f"{name.replace('_', ' ') + ':':<24} {_word(value)}" for name, value in shown.items()))
    return 0


async def _steps(call: Call) -> int:
    at, now, project_id = call.options.at, call.clock(), await _project(call)
    if at is None:
        found = await summing.steps(call.context, project_id, by=call.actor, now=now)
    else:
        found, _ = await past.advice(call.context, project_id, by=call.actor, at=at)
    if call.options.json:
        output.put_json({"taken_at": rfc3339(at or now)}, rows=("steps", (step_json(one) for one in found)))
        return 0
    output.put(*(projects_told.step_line(one) for one in found))
    talk.say(count(len(found), "next step"))
    return 0


async def _blockers(call: Call) -> int:
    at, now, project_id = call.options.at, call.clock(), await _project(call)
    if at is None:
        found = await summing.standing_blockers(call.context, project_id, by=call.actor, now=now)
    else:
        _, found = await past.advice(call.context, project_id, by=call.actor, at=at)
    if call.options.json:
        output.put_json({"taken_at": rfc3339(at or now)}, rows=("blockers", (blocker_json(one) for one in found)))
        return 0
    output.put(*(projects_told.blocker_line(one) for one in found))
    talk.say(count(len(found), "blocker"))
    return 0


async def _add(call: Call) -> int:
    options = call.options
    receipt = await changing.add(
        call.context, options.name, by=call.actor, at=call.clock(), description=options.description or ""
    )
    return _done(call, receipt)


async def _edit(call: Call) -> int:
    options, context, by, at = call.options, call.context, call.actor, call.clock()
    project_id = await _project(call)
    if options.archive:
        return _done(call, await changing.archive(context, project_id, by=by, at=at, reason=options.reason))
    if options.restore:
        return _done(call, await changing.restore(context, project_id, by=by, at=at, reason=options.reason))
    if options.name is None and options.description is None:
        raise WrongUsage("give what is to change", hint="'sessiontui projects edit --help' tells what can be")
    return _done(
        call,
        await changing.edit(context, project_id, by=by, at=at, name=options.name, description=options.description),
    )


async def _item(call: Call) -> int:
    options, context, by, at = call.options, call.context, call.actor, call.clock()
    project_id = await _project(call)
    session_id = None if options.session is None else await boards.find(call.context, options.session)
    match options.act:
        case "add":
            title = " ".join(options.text) or options.title or ""
            state = ItemState(options.state or ItemState.EXPLORING)
            receipt = await items.add(
                context, project_id, title, by=by, at=at, state=state, note=options.note or "", session_id=session_id
            )
        case "move":
            item_id, rest = _numbered(options.text, "an item")
            wanted = rest or options.state or ""
            if wanted not in set(ItemState):
                raise WrongUsage(f"{wanted!r} is no state", hint=f"one of {', '.join(ItemState)}")
            receipt = await items.move(
                context, item_id, ItemState(wanted), by=by, at=at, session_id=session_id, reason=options.reason
            )
        case "edit":
            item_id, rest = _numbered(options.text, "an item")
            title = rest or options.title
            receipt = await items.edit(context, item_id, by=by, at=at, title=title, note=options.note)
        case "remove":
            item_id, _ = _numbered(options.text, "an item")
            receipt = await items.remove(context, item_id, by=by, at=at, reason=options.reason)
        case _:
            page = await listing.page(context, project_id, by=by, now=at)
            found = [one for one in page.items if options.state in (None, one.state)]
            return _rows(
                call, "items", [told.item_json(one) for one in found], projects_told.item_lines(found, call.zone)
            )
    return _done(call, receipt)


async def _question(call: Call) -> int:
    options, context, by, at = call.options, call.context, call.actor, call.clock()
    project_id = await _project(call)
    match options.act:
        case "ask":
            receipt = await questions.ask(
                context, project_id, " ".join(options.text), by=by, at=at, item_id=options.item
            )
        case "answer":
            question_id, text = _numbered(options.text, "a question")
            receipt = await questions.answer(context, question_id, text, by=by, at=at)
        case "remove":
            question_id, _ = _numbered(options.text, "a question")
            receipt = await questions.remove(context, question_id, by=by, at=at)
        case _:
            page = await listing.page(context, project_id, by=by, now=at)
            found = [one for one in page.questions if options.all or one.answered_at is None]
            return _rows(
                call,
                "questions",
                [told.question_json(one) for one in found],
                projects_told.question_lines(found, call.zone),
            )
    return _done(call, receipt)


async def _blocker(call: Call) -> int:
    options, context, by, at = call.options, call.context, call.actor, call.clock()
    project_id = await _project(call)
    if options.act == "report":
        kind = ActivityKind(options.type)
        receipt = await questions.report(
            context, project_id, kind, " ".join(options.text), by=by, at=at, item_id=options.item
        )
    else:
        activity_id, _ = _numbered(options.text, "a blocker")
        receipt = await questions.settle(context, activity_id, by=by, at=at, reason=options.reason)
    return _done(call, receipt)


async def _session(call: Call) -> int:
    project_id = await _project(call)
    refused = 0
    for text in call.options.sessions:
        session_id = await boards.find(call.context, text)
        try:
            receipt = await changing.put_in(
                call.context, session_id, None if call.options.out else project_id, by=call.actor, at=call.clock()
            )
        except Refused as error:
            refused += 1
            talk.say(str(error))
        else:
            _done(call, receipt)
    return 1 if refused else 0


async def _visit(call: Call) -> int:
    options, context, by, at = call.options, call.context, call.actor, call.clock()
    project_id = await _project(call)
    match options.act:
        case "start":
            receipt = await going.start(context, await _person(call), project_id, by=by, at=at)
        case "end":
            receipt = await going.end(context, await _person(call), project_id, by=by, at=at)
        case "track":
            ping = Ping(
                project_id=project_id,
                person_id=None if options.agent else await _person(call),
                agent=options.agent,
                kind=ActivityKind(options.kind),
                text=" ".join(options.text),
            )
            receipt = await track_activity(context, ping, by=by, at=at)
        case _:
            page = await listing.page(context, project_id, by=by, now=at)
            person = None if options.person is None else await _person(call)
            found = [one for one in page.visits if person in (None, one.person_id)]
            return _rows(
                call,
                "visits",
                [told.visit_json(one) for one in found],
                projects_told.visit_lines(found, call.zone, at),
            )
    return _done(call, receipt)


async def _export(call: Call) -> int:
    options = call.options
    ids = [(await knowing.find(call.context, text)).id for text in options.projects]
    lines = [line async for line in portable.lines(call.context, ids, by=call.actor, now=call.clock())]
    if options.output is None:
        output.put_utf8("".join(lines))
        return 0
    with whole_file(Path(options.output)) as file:
        file.writelines(lines)
    talk.say(f"wrote {count(len(lines), 'line')} to {options.output}")
    return 0


async def _project(call: Call) -> int:
    return (await knowing.find(call.context, call.options.project)).id


async def _person(call: Call) -> int:
    if call.options.person is not None:
        return (await people.find(call.context, call.options.person)).id
    if call.actor.id is None:
        raise WrongUsage("name somebody with --person")
    return call.actor.id


def _numbered(words: list[str], what: str) -> tuple[int, str]:
    """Return the number that words begin with, and the rest of them."""
    digits = words[0].removeprefix("#") if words else ""
    if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        raise WrongUsage(f"give the number of {what} first")
    return int(digits), " ".join(words[1:])


def _rows(call: Call, noun: str, rows: list[dict[str, object]], lines: Iterator[str]) -> int:
    if call.options.json:
        output.put_json({"taken_at": rfc3339(call.clock())}, rows=(noun, iter(rows)))
    else:
        output.put(*lines)
        talk.say(count(len(rows), noun.removesuffix("s")))
    return 0


def _done(call: Call, receipt: Receipt) -> int:
    if call.options.json:
        whole = {"sentence": receipt.sentence, "project": receipt.project, "id": receipt.part, "undo": receipt.undo}
        output.put_json({**whole, "sessions": list(receipt.sessions)})
    else:
        number = f" (#{receipt.part})" if receipt.part is not None else ""
        output.put(f"{receipt.sentence}{number}")
    return 0


def _word(value: object) -> str:
    return "never" if value is None else str(value)


_WAYS: Final[dict[str, Callable[[Call], Awaitable[int]]]] = {
    "list": _list, "show": _show, "summary": _summary, "analytics": _analytics, "steps": _steps,
    "blockers": _blockers, "add": _add, "edit": _edit, "item": _item, "question": _question, "blocker": _blocker,
    "session": _session, "visit": _visit, "export": _export,
}  # fmt: skip
