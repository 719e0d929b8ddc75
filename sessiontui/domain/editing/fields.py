"""Field by field: which changes of two people go together, and which of them somebody has to choose between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, cast

from sessiontui.domain.chain import Json
from sessiontui.domain.editing.texts import merge
from sessiontui.domain.records import field, record

TEXTS: Final = frozenset({"description"})
"""Fields of several lines, which are merged line by line."""

SETS: Final = frozenset({"tags"})
"""Fields in which order means little: what either added is there, what either took away is gone."""


@record(kw_only=True)
class Change:
    """One change of one field that somebody made: from what, to what, by whom and when."""

    field: str
    before: Json
    after: Json
    by: str
    at: datetime


@record(kw_only=True)
class FieldConflict:
    """One field that two have changed in different ways; ``by`` is empty where nobody is known to have done it.

    ``together`` is what the two come to where both are kept, for fields that are texts; else ``None``.
    """

    field: str
    base: Json
    mine: Json
    theirs: Json
    by: str = ""
    at: datetime | None = None
    together: str | None = None


@record(kw_only=True)
class Reconciled:
    """What becomes of one's changes when others were quicker.

    ``values`` are what can be written at once, ``merged`` the fields in which both changes are kept, ``theirs`` the
    changes of others in fields that one left alone, ``conflicts`` what has to be decided.
    """

    values: Mapping[str, Json]
    merged: tuple[str, ...] = ()
    theirs: tuple[Change, ...] = ()
    conflicts: tuple[FieldConflict, ...] = field(default=())


def base_of(current: Mapping[str, Json], changes: Sequence[Change]) -> dict[str, Json]:
    """Return how a thing was before some changes, which come oldest first.

    >>> from datetime import UTC
    >>> at = datetime(2026, 5, 4, tzinfo=UTC)
    >>> base_of({"title": "C", "link": ""}, [Change(field="title", before=b, after=a, by="Bob", at=at)
    ...     for b, a in (("A", "B"), ("B", "C"))])
    {'title': 'A', 'link': ''}
    """
    base = dict(current)
    for change in reversed(changes):
        base[change.field] = change.before
    return base


def reconcile(
    *,
    base: Mapping[str, Json],
    mine: Mapping[str, Json],
    theirs: Mapping[str, Json],
    changes: Sequence[Change] = (),
    agreeing: bool = True,
) -> Reconciled:
    """Return what becomes of the fields in ``mine``, which were ``base`` when one began and are ``theirs`` by now.

    ``changes`` tell who did what meanwhile, oldest first. Two who wrote the same text agree. ``agreeing`` says that
    two who came to the same number or object do so too; a count that both have raised would be raised only once.

    >>> reconcile(base={"seats": 1}, mine={"seats": 2}, theirs={"seats": 2}).conflicts
    ()
    >>> len(reconcile(base={"seats": 1}, mine={"seats": 2}, theirs={"seats": 2}, agreeing=False).conflicts)
    1
    """
    last = {change.field: change for change in changes}
    values: dict[str, Json] = {}
    merged: list[str] = []
    conflicts: list[FieldConflict] = []
    for name, wanted in mine.items():
        before, there = base.get(name), theirs.get(name)
        if there == before or (there == wanted and (agreeing or isinstance(wanted, str))):
            values[name] = wanted
            continue
        both = _both(name, before, wanted, there, agreeing=agreeing)
        if both is not None:
            values[name] = both
            merged.append(name)
            continue
        by = last.get(name)
        conflicts.append(
            FieldConflict(
                field=name,
                base=before,
                mine=wanted,
                theirs=there,
                by="" if by is None else by.by,
                at=None if by is None else by.at,
                together=_together(name, before, wanted, there),
            )
        )
    others = tuple(change for name, change in last.items() if name not in mine)
    return Reconciled(values=values, merged=tuple(merged), theirs=others, conflicts=tuple(conflicts))


def _both(name: str, base: Json, mine: Json, theirs: Json, *, agreeing: bool) -> Json | None:
    """Return a field with the changes of both, where they leave each other alone; else ``None``."""
    if name in TEXTS and isinstance(base, str) and isinstance(mine, str) and isinstance(theirs, str):
        merged = merge(base, mine, theirs)
        return merged.text if merged.clean else None
    if name in SETS:
        return cast("Json", _set(_words(base), _words(mine), _words(theirs)))
    if isinstance(base, Mapping) and isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        return _keys(base, mine, theirs, agreeing=agreeing)
    return None


def _together(name: str, base: Json, mine: Json, theirs: Json) -> str | None:
    if not (isinstance(mine, str) and isinstance(theirs, str)):
        return None
    if name in TEXTS:
        return merge(base if isinstance(base, str) else "", mine, theirs).text
    return f"{mine} / {theirs}" if name == "title" else None


def _words(value: Json) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else []


def _set(base: Iterable[str], mine: Iterable[str], theirs: Iterable[str]) -> list[str]:
    before, wanted, there = list(base), list(mine), list(theirs)
    gone = {one for one in before if one not in wanted or one not in there}
    return [one for one in dict.fromkeys((*there, *wanted)) if one not in gone]


def _keys(
    base: Mapping[str, Json], mine: Mapping[str, Json], theirs: Mapping[str, Json], *, agreeing: bool
) -> Json | None:
    """Return an object in which each key is whose it was changed by; ``None`` where both changed one apart."""
    missing = object()
    found: dict[str, Json] = {}
    for key in dict.fromkeys((*theirs, *mine)):
        before, wanted, there = (side.get(key, missing) for side in (base, mine, theirs))
        if before not in (wanted, there) and not (agreeing and wanted == there):
            return None
        kept = there if wanted == before else wanted
        if kept is not missing:
            found[key] = cast("Json", kept)
    return found
