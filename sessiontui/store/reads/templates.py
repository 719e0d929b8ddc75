"""Questions about templates: what is kept of each, what became of their sessions, and how long these ran."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.instants import from_ms, maybe_instant
from sessiontui.domain.records import record
from sessiontui.domain.templates.suggesting import Record
from sessiontui.store.histories import Fetch
from sessiontui.store.reads.operations import Run
from sessiontui.store.viewing import own_sessions

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.reader import Row, Value

JUDGED: Final = 1000
"""Sessions of one template, the newest, that its figures are made from: what was before them says little of today."""

MEASURED: Final = 200
"""Sessions of one template, the newest, that a proposed length rests on."""

_ENDED: Final = "status IN ('ended_complete', 'ended_early', 'ended_no_show') AND NOT provisional"

_COLUMNS: Final = (
    "t.id, t.slug, t.built_in, t.version, coalesce(t.author_id, 0), t.created_at, t.retired_at,"
    " v.body, v.at, v.by_id, v.by_name"
)


@record(kw_only=True)
class TemplateRow:
    """One template as it is kept, with one of its versions; ``by_id`` is 0 where the product wrote that."""

    id: int
    slug: str
    built_in: bool
    newest: int
    author_id: int
    created_at: datetime
    retired_at: datetime | None
    body: Mapping[str, Json]
    at: datetime
    by_id: int
    by_name: str


@record
class VersionRow:
    """One version of a template: its number, since when it holds, and by whom."""

    version: int
    at: datetime
    by_name: str
    body: Mapping[str, Json]


async def everything(fetch: Fetch) -> list[TemplateRow]:
    """Return all templates, each with its newest version."""
    return [_row(row) for row in await fetch(f"{_SELECT} AND v.version = t.version ORDER BY t.id", ())]


async def named(fetch: Fetch, slug: str, version: int = 0) -> TemplateRow | None:
    """Return one template with a version of it, the newest for 0; ``None`` where there is none."""
    test = "v.version = ?" if version else "v.version = t.version AND ? = 0"
    rows = await fetch(f"{_SELECT} AND t.slug = ? AND {test}", (slug, version))
    return _row(rows[0]) if rows else None


async def by_id(fetch: Fetch, template_id: int, version: int) -> TemplateRow | None:
    """Return one template with a version of it."""
    rows = await fetch(f"{_SELECT} AND t.id = ? AND v.version = ?", (template_id, version))
    return _row(rows[0]) if rows else None


async def versions(fetch: Fetch, template_id: int) -> list[VersionRow]:
    """Return all versions of a template, the newest first."""
    rows = await fetch(
        "SELECT version, at, by_name, body FROM template_version WHERE template_id = ? ORDER BY version DESC",
        (template_id,),
    )
    return [
        VersionRow(cast("int", row[0]), from_ms(cast("int", row[1])), str(row[2]), json.loads(str(row[3])))
        for row in rows
    ]


async def records(fetch: Fetch, *, now: datetime, own: int | None = None) -> dict[str, Record]:
    """Return by word what became of the newest sessions of each template; with ``own``, of one person's sessions."""
    whose, values = _whose(own)
    rows = await fetch(
        f"SELECT t.slug, count(*), total({_ENDED}), total(status = 'ended_complete' AND NOT provisional),"
        " max(coalesce(s.created_at, s.starts_at)) FROM template t JOIN session s ON s.id IN"
        f" (SELECT id FROM session WHERE template_id = t.id{whose} ORDER BY starts_at DESC LIMIT {JUDGED})"
        " GROUP BY t.id",
        values,
    )
    return {
        str(slug): Record(
            uses=cast("int", uses),
            ended=int(cast("float", ended)),
            complete=int(cast("float", complete)),
            last_used=min(now, from_ms(cast("int", last))),
        )
        for slug, uses, ended, complete, last in rows
    }


async def actuals(fetch: Fetch, template_id: int, *, own: int | None = None) -> list[timedelta]:
    """Return how long the newest sessions of a template ran, of those that ended with somebody present."""
    whose, values = _whose(own)
    rows = await fetch(
        f"SELECT actual_ms FROM session WHERE template_id = ? AND {_ENDED} AND actual_ms > 0{whose}"
        f" ORDER BY starts_at DESC LIMIT {MEASURED}",
        (template_id, *values),
    )
    return [timedelta(milliseconds=cast("int", row[0])) for row in rows]


async def succeeded(fetch: Fetch, person_id: int) -> list[int]:
    """Return the templates of the newest sessions of one person that went to their end, one for each session."""
    rows = await fetch(
        "SELECT template_id FROM session WHERE template_id IS NOT NULL AND status = 'ended_complete'"
        f" AND NOT provisional AND id IN ({own_sessions('?1')}) ORDER BY starts_at DESC LIMIT {MEASURED}",
        (person_id,),
    )
    return [cast("int", row[0]) for row in rows]


async def uses(fetch: Fetch, template_id: int, *, version: int | None = None) -> int:
    """Return how many sessions were made from a template, or from one version of it."""
    rows = await fetch(
        "SELECT count(*) FROM session WHERE template_id = ?1 AND (?2 IS NULL OR template_version = ?2)",
        (template_id, version),
    )
    return cast("int", rows[0][0])


async def forget(run: Run, template_id: int, *, version: int | None = None) -> None:
    """Take a template away that nothing was made from, or one version of it."""
    if version is None:
        await run("DELETE FROM template WHERE id = ?", (template_id,))
    else:
        await run("DELETE FROM template_version WHERE template_id = ? AND version = ?", (template_id, version))


_SELECT: Final = f"SELECT {_COLUMNS} FROM template t JOIN template_version v ON v.template_id = t.id WHERE 1"


def _whose(own: int | None) -> tuple[str, Sequence[Value]]:
    return ("", ()) if own is None else (f" AND id IN ({own_sessions()})", (own, own, own))


def _row(row: Row) -> TemplateRow:
    return TemplateRow(
        id=cast("int", row[0]),
        slug=str(row[1]),
        built_in=bool(row[2]),
        newest=cast("int", row[3]),
        author_id=cast("int", row[4]),
        created_at=from_ms(cast("int", row[5])),
        retired_at=maybe_instant(cast("int | None", row[6])),
        body=json.loads(str(row[7])),
        at=from_ms(cast("int", row[8])),
        by_id=cast("int | None", row[9]) or 0,
        by_name=str(row[10]),
    )
