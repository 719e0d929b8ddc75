"""``mail``: the outbox as lines, one letter whole, and how every letter reads."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call, carry_out
from sessiontui.cli.table import Column, lay_out
from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.domain.letters import SORTS, Page
from sessiontui.domain.phrases import count
from sessiontui.domain.preferences import language_of
from sessiontui.domain.text import visible, visible_block
from sessiontui.services import boards, people
from sessiontui.services.delivery import outbox, previews, wordings

if TYPE_CHECKING:
    from sessiontui.services.delivery.outbox import LetterLine

_LETTERS: Final = (
    Column(heading="ID", right=True),
    Column(heading="State"),
    Column(heading="Written (UTC)"),
    Column(heading="Kind"),
    Column(heading="To", least=10),
    Column(heading="Subject", least=12),
    Column(heading="Tries", right=True),
    Column(heading="Error", least=10),
)
_PAGES: Final = (
    Column(heading="Letter"),
    Column(heading="Kind"),
    Column(heading="Worded by"),
    Column(heading="Names"),
)


def run(options: argparse.Namespace) -> int:
    """Do what was asked with letters."""
    return carry_out(options, {"list": _list, "show": _show, "preview": _preview, "wordings": _wordings}[options.way])


async def _list(call: Call) -> int:
    options = call.options
    board = await outbox.outbox(call.context, " ".join(options.text), now=call.clock(), by=call.actor)
    lines = board.lines[: options.limit]
    if options.json:
        counts = {str(state): number for state, number in board.counts.items()}
        head = {"taken_at": rfc3339(board.taken_at), "counts": counts}
        output.put_json(head, rows=("letters", (_json(line) for line in lines)))
        return 0
    rows = [
        [
            str(line.id),
            str(line.state),
            f"{line.created_at:%m-%d %H:%M}",
            str(line.kind),
            line.name,
            line.subject,
            str(line.attempts),
            line.error,
        ]
        for line in lines
    ]
    if rows:
        output.put(*lay_out(_LETTERS, rows, width=output.width(), plain=output.is_plain(asked=options.ascii)))
    talk.say(count(len(lines), "letter"))
    return 0


async def _show(call: Call) -> int:
    letter = await outbox.letter(call.context, _number(call.options.letter), by=call.actor, at=call.clock())
    if call.options.json:
        told = {**_json(letter), "text": letter.body, "headers": dict(letter.headers)}
        output.put_json({"taken_at": rfc3339(call.clock()), **told})
        return 0
    state = f"{letter.state}: {letter.error}" if letter.error else str(letter.state)
    output.put(f"Letter #{letter.id}: {visible(state)}", "")
    _put_mail(letter.headers, letter.body, [attachment.words for attachment in letter.attachments])
    return 0


async def _preview(call: Call) -> int:
    options = call.options
    mail = await previews.preview(
        call.context,
        previews.page_of(options.kind),
        by=call.actor,
        at=call.clock(),
        session_id=None if options.session is None else await boards.find(call.context, options.session),
        person_id=None if options.to is None else (await people.find(call.context, options.to)).id,
        language=None if options.language is None else language_of(options.language),
    )
    headers = outbox.headers_of(mail)
    if options.json:
        output.put_json({"taken_at": rfc3339(call.clock()), "headers": dict(headers), "text": mail.body})
        return 0
    _put_mail(headers, mail.body, [])
    return 0


async def _wordings(call: Call) -> int:
    options, known = call.options, call.context.wordings
    language = language_of(options.language)
    if options.kind is not None:
        page = previews.page_of(options.kind)
        text = wordings.written_out(page, known, language)
        if options.json:
            output.put_json({"letter": str(page), "names": sorted(SORTS[page].names), "wording": text})
        else:
            output.put(*visible_block(text).rstrip("\n").split("\n"))
        return 0
    if options.json:
        rows = (
            {"letter": str(page), "kind": str(SORTS[page].kind), "names": sorted(SORTS[page].names)} for page in Page
        )
        output.put_json({"faults": [str(fault) for fault in known.faults]}, rows=("letters", rows))
    else:
        own = {
            page: ", ".join(sorted(tongue or "a file" for one, tongue in known.own if one is page)) for page in Page
        }
        names = {page: " ".join(f"${name}" for name in sorted(SORTS[page].names)) for page in Page}
        rows_ = [[str(page), str(SORTS[page].kind), own[page] or "sessiontui", names[page]] for page in Page]
        output.put(*lay_out(_PAGES, rows_, width=output.width(), plain=output.is_plain(asked=options.ascii)))
    for fault in known.faults:
        talk.say(f"sessiontui: {visible(str(fault))}")
    return 1 if known.faults else 0


def _put_mail(headers: tuple[tuple[str, str], ...], body: str, attachments: list[str]) -> None:
    output.put(*(f"{name}: {visible(value)}" for name, value in headers), "")
    output.put(*visible_block(body).rstrip("\n").split("\n"))
    if attachments:
        output.put("", *(f"[{words}]" for words in attachments))


def _json(line: LetterLine) -> dict[str, object]:
    return {
        "id": line.id,
        "state": str(line.state),
        "kind": str(line.kind),
        "channel": line.channel,
        "to": {"person": line.person_id, "name": line.name, "address": line.address},
        "session": line.session_id,
        "subject": line.subject,
        "attempts": line.attempts,
        "error": line.error or None,
        "created_at": rfc3339(line.created_at),
        "not_before": rfc3339(line.not_before),
        "sent_at": maybe_rfc3339(line.sent_at),
        "resend_of": line.resend_of,
        "resent": line.resent,
        "attachments": [one.words for one in line.attachments],
    }


def _number(text: str) -> int:
    own = text.strip().removeprefix("#")
    if not (own.isascii() and own.isdigit() and len(own) < 16):
        raise WrongUsage(f"{text!r} is not the number of a letter", hint="'sessiontui mail list' tells them")
    return int(own)
