"""``do``: every intervention, by the same services as the keys of the console."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call, carry_out
from sessiontui.cli.do import acts, choosing, placing, reaching
from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.errors import Conflict, NeedsConsent, SessiontuiError
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.phrases import count
from sessiontui.domain.text import visible
from sessiontui.domain.vocabulary import Control, Move

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionLine
    from sessiontui.services.receipt import Receipt

MANY: Final = 10
"""How many sessions may be cancelled at once before the number must be typed."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One part of an act that was not done, and why."""

    id: str
    error: SessiontuiError


@dataclass(slots=True)
class Done:
    """What an act came to, part by part."""

    receipts: list[Receipt] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    async def try_each(self, ids: Sequence[str], act: Callable[[str], Awaitable[Receipt]]) -> None:
        """Do one thing after the other; one that is refused does not keep the next from being done."""
        for text in ids:
            try:
                self.receipts.append(await act(text))
            except WrongUsage:
                raise
            except SessiontuiError as error:
                self.refused.append(Refusal(text, error))


def run(options: argparse.Namespace) -> int:
    """Carry out one action on everything that was named."""
    acts.require_usage(options)
    return carry_out(options, _do)


async def _do(call: Call) -> int:
    options = call.options
    done = Done()
    action = str(options.action)
    if action in acts.SINGLE:
        done.receipts.append(await _asking(call, lambda: acts.SINGLE[action](call)))
        return _tell(call, done)
    if action == "check-platform" and not options.ids:
        done.receipts.append(await placing.check_all(call))
        return _tell(call, done)
    ids = list(dict.fromkeys(options.ids))
    if action in reaching.TOGETHER:
        done.receipts.append(await reaching.TOGETHER[action](call, ids, call.clock()))
        return _tell(call, done)
    if action in ("approve", "reject", "withdraw"):
        ids = await acts.request_ids(call, ids)
        if action == "reject":
            talk.confirm(f"Reject {count(len(ids), 'request')}?", yes=options.yes)
    elif action in (Move.CANCEL, Move.COMPLETE):
        await _confirm(call, ids)
    if action in (Move.REASSIGN, "assign") and options.mentor is None:
        options.mentor = await choosing.mentor_of(call, ids)
    at = call.clock()
    await done.try_each(ids, lambda text: _asking(call, lambda: acts.EACH[action](call, text, at)))
    return _tell(call, done)


async def _asking(call: Call, act: Callable[[], Awaitable[Receipt]]) -> Receipt:
    """Do an act, and once more if it asks first and somebody agrees."""
    try:
        return await act()
    except NeedsConsent as asks:
        talk.confirm(f"{asks.detail}. Book all the same?", yes=False)
    call.options.yes = True
    try:
        return await act()
    finally:
        call.options.yes = False


async def _confirm(call: Call, ids: Sequence[str]) -> None:
    """Ask before what cannot be undone with one key; the gravest acts must be typed."""
    lines = [line for text in ids if (line := await acts.seen(call, text)) is not None]
    if not lines:
        return
    inside = sum(line.active for line in lines)
    what = f"{lines[0].title} #{lines[0].id}" if len(lines) == 1 else count(len(lines), "session")
    question = f"{call.options.action.capitalize()} {what}?"
    if inside:
        question += f" {count(inside, 'guest')} inside."
    if call.options.action == Move.CANCEL and any(line.control is not Control.DRAFT for line in lines):
        question = f"Participants, whoever is inside, the mentor and the author are told by mail.\n{question}"
    if len(lines) > 1:
        question = "\n".join([*(_named(line) for line in lines[:20]), question])
    grave = call.options.action == Move.CANCEL and (inside or len(lines) > MANY)
    expected = "" if not grave else lines[0].title if len(lines) == 1 else str(len(lines))
    talk.confirm(question, yes=call.options.yes, expected=expected)


def _named(line: SessionLine) -> str:
    return f"  #{line.id} {visible(line.title)}: {line.beside}"


def _tell(call: Call, done: Done) -> int:
    receipts, refused = done.receipts, done.refused
    refused_inside = sum(len(receipt.refused) for receipt in receipts)
    if call.options.json:
        output.put_json(
            {
                "taken_at": rfc3339(call.clock()),
                "receipts": [_receipt(receipt) for receipt in receipts],
                "refused": [
                    {
                        "id": part.id,
                        "title": part.error.title,
                        "detail": part.error.detail,
                        "hint": part.error.hint or None,
                        **_conflict(part.error),
                    }
                    for part in refused
                ],
            }
        )
    else:
        output.put(*(line for receipt in receipts for line in (_sentence(receipt), receipt.shown) if line))
    is_one = len(receipts) + len(refused) == 1
    noun = "request " if call.options.action in acts.ON_REQUESTS else ""
    for part in refused:
        talk.complain(part.error, about="" if is_one else f"{noun}{part.id}")
    for receipt in receipts:
        for subject, reason in receipt.refused:
            talk.say(f"sessiontui: #{subject}: {visible(reason)}")
    return 1 if refused or refused_inside else 0


def _conflict(error: SessiontuiError) -> dict[str, object]:
    """Return what two have changed in different ways, with both values; nothing for other refusals."""
    if not isinstance(error, Conflict) or not error.fields:
        return {}
    fields = [
        {
            "field": one.field,
            "before": one.base,
            "mine": one.mine,
            "theirs": one.theirs,
            "together": one.together,
            "by": one.by or None,
            "at": None if one.at is None else rfc3339(one.at),
        }
        for one in error.fields
    ]
    return {"conflict": {"version": error.version, "fields": fields}}


def _receipt(receipt: Receipt) -> dict[str, object]:
    return {
        "sentence": receipt.sentence,
        "sessions": list(receipt.sessions),
        "people": list(receipt.people),
        "undo": receipt.undo,
        "shown": receipt.shown or None,
    }


def _sentence(receipt: Receipt) -> str:
    sessions = " ".join(f"#{session_id}" for session_id in receipt.sessions)
    text = receipt.sentence + (f" ({sessions})" if sessions else "")
    return text if receipt.undo is None else f"{text}; undo with: sessiontui do undo {receipt.undo}"
