"""``templates``: list, show, add, edit, retire, restore, export and suggest."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call, carry_out
from sessiontui.cli.exporting import whole_file
from sessiontui.cli.table import Column, lay_out
from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.errors import Unavailable
from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.domain.phrases import count, span, time_since
from sessiontui.domain.templates.outline import outline
from sessiontui.domain.templates.shape import Difficulty, Template
from sessiontui.domain.templates.suggesting import Wish
from sessiontui.domain.templates.text import read_bytes, values_of, write
from sessiontui.domain.vocabulary import Kind
from sessiontui.services.receipt import Receipt
from sessiontui.services.templates import changing, knowing, listing
from sessiontui.services.templates.listing import TemplateLine

_TABLE: Final = (
    Column(heading="Template"),
    Column(heading="Name", least=12),
    Column(heading="Kind"),
    Column(heading="Length", right=True),
    Column(heading="Difficulty"),
    Column(heading="Goals", right=True),
    Column(heading="Version", right=True),
    Column(heading="Uses", right=True),
    Column(heading="Success"),
    Column(heading="Last used"),
)
_RANKS: Final = (
    Column(heading="Score", right=True),
    Column(heading="Template"),
    Column(heading="Why", least=30),
)
_EDITABLE: Final = ("name", "kind", "minutes", "difficulty", "title", "description", "capacity", "tag")


def run(options: argparse.Namespace) -> int:
    """Do what was asked with templates."""
    given = [name for name in _EDITABLE if getattr(options, name, None) is not None]
    if options.way == "edit" and (options.file is None) == (not given):
        raise WrongUsage(
            "give a FILE, or what is to change", hint="'sessiontui templates edit --help' tells what can be"
        )
    ways: dict[str, Callable[[Call], Awaitable[int]]] = {
        "list": _list, "show": _show, "add": _add, "edit": _edit, "retire": _retire, "restore": _restore,
        "export": _export, "suggest": _suggest,
    }  # fmt: skip
    return carry_out(options, ways[options.way])


async def _list(call: Call) -> int:
    now = call.clock()
    board = await listing.board(call.context, by=call.actor, now=now, retired=call.options.all)
    if call.options.json:
        output.put_json({"taken_at": rfc3339(now)}, rows=("templates", (_json(line) for line in board.lines)))
        return 0
    rows = [_row(call, line) for line in board.lines]
    output.put(*lay_out(_TABLE, rows, width=output.width(), plain=output.is_plain(asked=call.options.ascii)))
    talk.say(count(len(rows), "template"))
    return 0


async def _show(call: Call) -> int:
    now = call.clock()
    page = await listing.page(call.context, call.options.template, by=call.actor, now=now)
    line, lasting = page.line, page.lasting
    if call.options.number is not None:
        older = await listing.version_of(call.context, line.slug, call.options.number, now=now)
        line = replace(line, template=older, version=call.options.number)
    if call.options.json:
        whole: dict[str, object] = {
            "proposed_minutes": lasting.minutes,
            "proposed_why": lasting.said,
            "past_sessions": lasting.n,
            "versions": [{"version": one.number, "at": rfc3339(one.at), "by": one.by} for one in page.versions],
        }
        output.put_json({"taken_at": rfc3339(now), **_json(line), **whole})
        return 0
    told = line.template
    output.put(f"{told.name}  {line.slug}  version {line.version}{'  (retired)' if line.retired_at else ''}")
    facts = (
        ("Kind", f"{told.kind}, {told.difficulty}"),
        ("Length", lasting.said),
        ("Titles", f"begin with {told.title!r}" if told.title else "as you write them"),
        ("Seats", str(told.capacity) if told.capacity else "no limit"),
        ("Tags", ", ".join(told.tags) or "none"),
        ("Uses", _success(line) if board_has_figures(line) else "none yet"),
    )
    output.put(*(f"{name + ':':<12} {value}" for name, value in facts))
    if told.description:
        output.put("", *told.description.splitlines())
    plain = output.is_plain(asked=call.options.ascii)
    output.put("", *(("  " * row.depth + row.said(ascii_only=plain)).rstrip() for row in outline(told.plan)))
    return 0


async def _add(call: Call) -> int:
    template = read_bytes(_content(call.options.file))
    return _done(call, template.slug, await changing.add(call.context, template, by=call.actor, at=call.clock()))


async def _edit(call: Call) -> int:
    options, now = call.options, call.clock()
    one = await knowing.find(call.context, options.template, now=now)
    template = _changed(one.template, options) if options.file is None else read_bytes(_content(options.file))
    receipt = await changing.edit(
        call.context, one.slug, template, by=call.actor, at=now, expected=one.version if one.id else None
    )
    return _done(call, one.slug, receipt)


def _changed(template: Template, options: argparse.Namespace) -> Template:
    given = {name: getattr(options, name) for name in _EDITABLE if getattr(options, name) is not None}
    if "tag" in given:
        given["tags"] = tuple(tag for tag in given.pop("tag") if tag)
    for name, words in (("kind", Kind), ("difficulty", Difficulty)):
        if name in given:
            given[name] = words(given[name])
    return replace(template, **given)


async def _retire(call: Call) -> int:
    return await _settle(call, changing.retire)


async def _restore(call: Call) -> int:
    return await _settle(call, changing.restore)


async def _settle(call: Call, act: Callable[..., Awaitable[Receipt]]) -> int:
    now = call.clock()
    slug = (await knowing.find(call.context, call.options.template, now=now)).slug
    return _done(call, slug, await act(call.context, slug, by=call.actor, at=now, reason=call.options.reason))


async def _export(call: Call) -> int:
    options, now = call.options, call.clock()
    if options.templates:
        found = [await knowing.find(call.context, word, now=now) for word in options.templates]
    else:
        found = list(await knowing.known(call.context, now=now))
    shape = options.format or ("toml" if len(found) == 1 else "jsonl")
    if shape == "toml" and len(found) != 1:
        raise WrongUsage("a TOML file holds one template", hint="name one, or take --format jsonl")
    templates = [one.template for one in found]
    text = write(templates[0]) if shape == "toml" else "".join(_lines(templates))
    if options.output is None:
        output.put_utf8(text)
    else:
        with whole_file(Path(options.output)) as file:
            file.write(text)
        talk.say(f"wrote {count(len(found), 'template')} to {options.output}")
    return 0


def _lines(templates: list[Template]) -> Iterator[str]:
    for template in templates:
        yield json.dumps({"type": "template", **values_of(template)}) + "\n"


async def _suggest(call: Call) -> int:
    options, now = call.options, call.clock()
    wish = Wish(
        kind=None if options.kind is None else Kind(options.kind),
        tags=tuple(options.tag or ()),
        text=" ".join(options.text),
        difficulty=None if options.difficulty is None else Difficulty(options.difficulty),
    )
    found = (await listing.suggestions(call.context, wish, by=call.actor, now=now))[: options.limit]
    if options.json:
        rows = (
            {
                "slug": one.slug,
                "name": one.name,
                "score": one.score,
                "parts": [
                    {"part": part.name, "points": round(part.points, 2), "of": part.most, "why": part.said}
                    for part in one.parts
                ],
            }
            for one in found
        )
        output.put_json({"taken_at": rfc3339(now)}, rows=("suggestions", rows))
        return 0
    table = [[str(one.score), one.slug, one.why] for one in found]
    output.put(*lay_out(_RANKS, table, width=output.width(), plain=output.is_plain(asked=options.ascii)))
    return 0


def board_has_figures(line: TemplateLine) -> bool:
    """Tell whether anything became of a template yet, as far as one may know."""
    return line.record.uses > 0


def _row(call: Call, line: TemplateLine) -> list[str]:
    told, last = line.template, line.record.last_used
    return [
        line.slug,
        told.name,
        str(told.kind),
        span(told.minutes),
        str(told.difficulty),
        str(len(told.plan.goals)),
        str(line.version) + (" retired" if line.retired_at else ""),
        str(line.record.uses),
        _success(line),
        "never" if last is None else time_since(last, call.clock()),
    ]


def _success(line: TemplateLine) -> str:
    if line.success is None:
        return "none ended" if line.record.uses else ""
    return f"{line.success:.0%} of {line.record.ended} ended"


def _json(line: TemplateLine) -> dict[str, object]:
    return {
        **values_of(line.template),
        "version": line.version,
        "built_in": line.built_in,
        "retired_at": maybe_rfc3339(line.retired_at),
        "changed_at": maybe_rfc3339(line.changed_at),
        "changed_by": line.changed_by,
        "uses": line.record.uses,
        "ended": line.record.ended,
        "success_rate": None if line.success is None else round(line.success, 4),
        "low": None if line.low is None else round(line.low, 4),
        "high": None if line.high is None else round(line.high, 4),
        "last_used": maybe_rfc3339(line.record.last_used),
    }


def _done(call: Call, slug: str, receipt: Receipt) -> int:
    if call.options.json:
        output.put_json({"sentence": receipt.sentence, "template": slug, "undo": receipt.undo})
    else:
        output.put(receipt.sentence)
    return 0


def _content(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise Unavailable(f"{file} cannot be read: {error.strerror}", hint="check the name of the file") from error
