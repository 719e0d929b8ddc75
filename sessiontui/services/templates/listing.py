"""Templates as screen 6 and the command line show them: with their uses, their success, and whom they suit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from statistics import median_low
from typing import TYPE_CHECKING

from sessiontui.domain.access import Action, Actor, Reach, Standing, may, reach
from sessiontui.domain.analytics.estimates import wilson
from sessiontui.domain.errors import NotFound
from sessiontui.domain.templates.checking import template_of
from sessiontui.domain.templates.lasting import Lasting, propose
from sessiontui.domain.templates.shape import Difficulty, Template
from sessiontui.domain.templates.suggesting import NO_RECORD, Record, Suggestion, Wish, suggest
from sessiontui.services.context import Context
from sessiontui.services.templates.knowing import PRODUCT, KnownTemplate, find, known
from sessiontui.store.reads import templates as kept

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateLine:
    """One template as a row. ``record`` counts its newest sessions; ``low`` to ``high`` holds the success rate."""

    template: Template
    version: int
    built_in: bool
    retired_at: datetime | None
    changed_at: datetime | None
    changed_by: str
    record: Record
    low: float | None = None
    high: float | None = None
    may_change: bool = False
    """Whether the one who looks may change it."""

    @property
    def slug(self) -> str:
        """The word by which it is named."""
        return self.template.slug

    @property
    def success(self) -> float | None:
        """The share of its sessions that went to their end; ``None`` before one has ended."""
        return self.record.complete / self.record.ended if self.record.ended else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateBoard:
    """All templates at one instant; ``has_figures`` says whether the one who looks may see what became of them."""

    taken_at: datetime
    lines: tuple[TemplateLine, ...] = ()
    has_figures: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a template: its number, since when it holds, by whom."""

    number: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplatePage:
    """One template whole: as a row, how long to plan for, and its versions, the newest first."""

    line: TemplateLine
    lasting: Lasting
    versions: tuple[Version, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One template as it is offered for a new session: how well it suits, and how long to plan for."""

    template: Template
    version: int
    suggestion: Suggestion
    lasting: Lasting

    @property
    def slug(self) -> str:
        """The word by which it is named."""
        return self.template.slug


async def board(context: Context, *, by: Actor, now: datetime, retired: bool = True) -> TemplateBoard:
    """Return all templates, the built-in first; without ``retired`` only those from which sessions can be made."""
    records, has_figures = await _records(context, by, now)
    lines = [_line(one, records, by) for one in await known(context, now=now) if retired or one.retired_at is None]
    return TemplateBoard(taken_at=now, lines=tuple(lines), has_figures=has_figures)


async def page(context: Context, word: str, *, by: Actor, now: datetime) -> TemplatePage:
    """Return one template whole; ``NotFound`` says which come close."""
    one = await find(context, word, now=now)
    records, _ = await _records(context, by, now)
    versions = [] if one.id is None else await kept.versions(context.db.fetch, one.id)
    told = [Version(number=row.version, at=row.at, by=row.by_name) for row in versions]
    if not told or told[0].number != one.version:
        told.insert(0, Version(number=one.version, at=one.changed_at or now, by=PRODUCT))
    return TemplatePage(
        line=_line(one, records, by), lasting=await lasting(context, one, by=by), versions=tuple(told)
    )


async def version_of(context: Context, word: str, version: int, *, now: datetime) -> Template:
    """Return an older version of a template."""
    one = await find(context, word, now=now)
    if version == one.version:
        return one.template
    row = await kept.named(context.db.fetch, one.slug, version)
    if row is None:
        raise NotFound(f"the template {one.slug} has no version {version}", hint=f"its newest is {one.version}")
    return template_of(row.body)


async def lasting(context: Context, one: KnownTemplate, *, by: Actor) -> Lasting:
    """Return how long to plan a session for, from how long those before it ran."""
    far = reach(by, Action.ANALYTICS)
    if one.id is None or far is Reach.NO:
        return propose(one.template.minutes, ())
    own = by.id if far is Reach.OWN else None
    return propose(one.template.minutes, await kept.actuals(context.db.fetch, one.id, own=own))


async def suggestions(context: Context, wish: Wish, *, by: Actor, now: datetime) -> tuple[Suggestion, ...]:
    """Return the templates that are not retired, the best for a wish first, each score with its parts in words."""
    there = [one for one in await known(context, now=now) if one.retired_at is None]
    records, _ = await _records(context, by, now)
    if wish.usual is None and wish.difficulty is None and by.id is not None:
        wish = replace(wish, usual=await _usual(context, by.id, there))
    return suggest(wish, [one.template for one in there], records, now=now)


async def offers(context: Context, wish: Wish, *, by: Actor, now: datetime) -> tuple[Offer, ...]:
    """Return what ``suggestions`` does, each with its template and the length that is proposed."""
    there = {one.slug: one for one in await known(context, now=now)}
    return tuple(
        [
            Offer(
                template=there[one.slug].template,
                version=there[one.slug].version,
                suggestion=one,
                lasting=await lasting(context, there[one.slug], by=by),
            )
            for one in await suggestions(context, wish, by=by, now=now)
        ]
    )


async def _usual(context: Context, person_id: int, there: list[KnownTemplate]) -> Difficulty | None:
    """Return the difficulty at which somebody has mostly succeeded; nothing before they have."""
    steps = {one.id: one.template.difficulty.step for one in there if one.id is not None}
    done = [steps[key] for key in await kept.succeeded(context.db.fetch, person_id) if key in steps]
    return tuple(Difficulty)[median_low(done)] if done else None


async def _records(context: Context, by: Actor, now: datetime) -> tuple[Mapping[str, Record], bool]:
    """Return what became of the sessions of each template, as far as somebody may know."""
    far = reach(by, Action.ANALYTICS)
    if far is Reach.NO:
        return {}, False
    own = by.id if far is Reach.OWN else None
    return await kept.records(context.db.fetch, now=now, own=own), True


def _line(one: KnownTemplate, records: Mapping[str, Record], by: Actor) -> TemplateLine:
    record = records.get(one.slug, NO_RECORD)
    low, high = wilson(record.complete, record.ended) or (None, None)
    own = by.id is not None and by.id == one.author_id
    return TemplateLine(
        template=one.template,
        version=one.version,
        built_in=one.built_in,
        retired_at=one.retired_at,
        changed_at=one.changed_at,
        changed_by=one.changed_by,
        record=record,
        low=low,
        high=high,
        may_change=may(by, Action.MANAGE_TEMPLATES, Standing(authored=own)).allowed,
    )
