"""Named views: a filter, an order and columns that a person keeps under a name.

They lie beside what else is remembered of a person's view. Keeping one is no act, and is not audited.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput, NotFound
from sessiontui.domain.query import View, parse
from sessiontui.domain.text import safe_line
from sessiontui.services import remembering
from sessiontui.services.context import Context

PREFIX: Final = "view:"
"""What the key of a view begins with, among the other things that are remembered."""

LONGEST: Final = 40
"""Characters that a name may have."""

MOST: Final = 100
"""Views that a person may have; more than anyone finds in a list."""

RESERVED: Final = frozenset({"save", "remove", *(view.value for view in View)})
"""Names that mean something else where a view is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedView:
    """A query, an order of the table, and the columns that are shown; no columns means all."""

    name: str
    query: str
    order: str = ""
    columns: tuple[str, ...] = ()


async def everyone(context: Context, *, by: Actor) -> tuple[NamedView, ...]:
    """Return the views of a person, by name."""
    remembered = await remembering.recall(context, by)
    found = [_read(value) for key, value in remembered.items() if key.startswith(PREFIX) and value]
    return tuple(sorted((view for view in found if view is not None), key=lambda view: view.name.casefold()))


async def find(context: Context, name: str, *, by: Actor) -> NamedView:
    """Return a view by its name, whatever the case; ``NotFound`` says which there are."""
    there = await everyone(context, by=by)
    found = next((view for view in there if _key(view.name) == _key(name)), None)
    if found is None:
        names = ", ".join((*(view.value for view in View), *(view.name for view in there)))
        raise NotFound(f"there is no view “{name.strip()[:LONGEST]}”", hint=f"there are {names}")
    return found


async def save(context: Context, view: NamedView, *, by: Actor, at: datetime) -> NamedView:
    """Keep a view under its name, in place of one that has it; ``BadInput`` says what cannot be kept."""
    if by.id is None:
        raise BadInput("nobody is there whose view it could be")
    context.db.require_writable()
    name = " ".join(safe_line(view.name).split())
    if not name or len(name) > LONGEST:
        raise BadInput(f"a view needs a name of at most {LONGEST} characters", hint="write :view save NAME")
    if name.casefold() in RESERVED:
        raise BadInput(f"“{name}” has a meaning of its own", hint="take another name")
    parse(view.query, now=at, zone=context.zone)
    there = await everyone(context, by=by)
    if len(there) >= MOST and all(_key(one.name) != _key(name) for one in there):
        raise BadInput(f"there are {MOST} views already", hint="remove one with :view remove NAME")
    written = {"name": name, "query": view.query, "order": view.order, "columns": list(view.columns)}
    await remembering.remember(context, {_key(name): json.dumps(written)}, by=by, at=at)
    return NamedView(name=name, query=view.query, order=view.order, columns=view.columns)


async def remove(context: Context, name: str, *, by: Actor, at: datetime) -> NamedView:
    """Forget a view, and return it."""
    found = await find(context, name, by=by)
    context.db.require_writable()
    # An empty text stands for nothing, for views as for all that is remembered.
    await remembering.remember(context, {_key(found.name): ""}, by=by, at=at)
    return found


def _key(name: str) -> str:
    return PREFIX + " ".join(name.split()).casefold()


def _read(value: str) -> NamedView | None:
    """Return a view as it was written, or nothing where a later version wrote what cannot be read."""
    try:
        written = json.loads(value)
        return NamedView(
            name=str(written["name"]),
            query=str(written["query"]),
            order=str(written["order"]),
            columns=tuple(str(key) for key in written["columns"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
