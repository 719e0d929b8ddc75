"""``views``: list, show, add, edit and remove the views that a person keeps for the desk."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Final

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call, carry_out
from sessiontui.cli.table import Column, lay_out
from sessiontui.cli.usage import WrongUsage
from sessiontui.domain.errors import Conflict, NotFound
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.phrases import count
from sessiontui.services import views
from sessiontui.services.views import NamedView

_TABLE: Final = (
    Column(heading="View"),
    Column(heading="Filter", least=20),
    Column(heading="Order"),
    Column(heading="Columns", least=10),
)


def run(options: argparse.Namespace) -> int:
    """Do what was asked with views."""
    if options.way == "edit" and not (options.query or options.order or options.columns):
        raise WrongUsage("say what is to change", hint="a QUERY, --order or --columns")
    return carry_out(options, _WAYS[options.way])


async def _list(call: Call) -> int:
    found = await views.everyone(call.context, by=call.actor)
    if call.options.json:
        output.put_json({"taken_at": rfc3339(call.clock())}, rows=("views", (_json(view) for view in found)))
        return 0
    rows = [[view.name, view.query or "everything", view.order, " ".join(view.columns)] for view in found]
    if rows:
        output.put(*lay_out(_TABLE, rows, width=output.width(), plain=output.is_plain(asked=call.options.ascii)))
    talk.say(count(len(found), "view"))
    return 0


async def _show(call: Call) -> int:
    view = await views.find(call.context, call.options.name, by=call.actor)
    if call.options.json:
        output.put_json({"taken_at": rfc3339(call.clock()), **_json(view)})
        return 0
    output.put(view.query or "everything")
    return 0


async def _add(call: Call) -> int:
    options = call.options
    try:
        there = await views.find(call.context, options.name, by=call.actor)
    except NotFound:
        empty = NamedView(name=options.name, query="")
        return await _keep(call, _changed(empty, options))
    told = f"there is a view {there.name} already"
    raise Conflict(told, title="Not kept", hint="'sessiontui views edit' changes it")


async def _edit(call: Call) -> int:
    view = await views.find(call.context, call.options.name, by=call.actor)
    return await _keep(call, _changed(view, call.options))


def _changed(view: NamedView, options: argparse.Namespace) -> NamedView:
    """Return a view with what was written in place of what it had."""
    query = " ".join(word.strip() for word in options.query)
    return replace(
        view,
        query=query or view.query,
        order=options.order or view.order,
        columns=tuple(options.columns or view.columns),
    )


async def _keep(call: Call, view: NamedView) -> int:
    kept = await views.save(call.context, view, by=call.actor, at=call.clock())
    return _done(call, f"kept the view {kept.name}: v on the desk shows it", kept)


async def _remove(call: Call) -> int:
    gone = await views.remove(call.context, call.options.name, by=call.actor, at=call.clock())
    return _done(call, f"forgot the view {gone.name}", gone)


def _done(call: Call, sentence: str, view: NamedView) -> int:
    if call.options.json:
        output.put_json({"sentence": sentence, "view": _json(view)})
    else:
        output.put(sentence)
    return 0


def _json(view: NamedView) -> dict[str, object]:
    return {"name": view.name, "query": view.query, "order": view.order or None, "columns": list(view.columns)}


_WAYS: Final[Mapping[str, Callable[[Call], Awaitable[int]]]] = {
    "list": _list,
    "show": _show,
    "add": _add,
    "edit": _edit,
    "remove": _remove,
}
