"""Questions about single answers on what was learned, and the write that takes one back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from sessiontui.domain.records import record

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.histories import Fetch
    from sessiontui.store.tx import Tx


@record
class PracticeRow:
    """One answer as it is kept; ``at`` is milliseconds, the rest points from 0 to 100."""

    id: int
    person_id: int
    person: str
    skill: str
    before: float
    after: float
    at: int


async def one(fetch: Fetch, session_id: int, person_id: int, skill: str) -> PracticeRow | None:
    """Return what a person said of a skill in a session."""
    found = [row for row in await of_session(fetch, session_id) if (row.person_id, row.skill) == (person_id, skill)]
    return found[0] if found else None


async def of_session(fetch: Fetch, session_id: int) -> list[PracticeRow]:
    """Return what everybody said of a session, in the order it was said."""
    rows = await fetch(
        "SELECT k.id, k.person_id, p.name, k.skill, k.before, k.after, k.at FROM skill_practice k"
        " JOIN person p ON p.id = k.person_id WHERE k.session_id = ? ORDER BY k.at, k.id",
        (session_id,),
    )
    return [PracticeRow(*row) for row in rows]  # type: ignore[arg-type]


async def put_back(tx: Tx, session_id: int, person_id: int, skill: str, old: Mapping[str, Json] | None) -> None:
    """Put back what stood there before an answer, or take it away where nothing did."""
    key = (session_id, person_id, skill)
    if old is None:
        await tx.run("DELETE FROM skill_practice WHERE session_id = ? AND person_id = ? AND skill = ?", key)
        return
    await tx.run(
        "UPDATE skill_practice SET before = ?, after = ?, at = ?"
        " WHERE session_id = ? AND person_id = ? AND skill = ?",
        (cast("float", old["before"]), cast("float", old["after"]), cast("int", old["at"]), *key),
    )
