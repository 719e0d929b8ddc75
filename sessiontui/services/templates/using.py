"""A session is made from a template: which version, and the plan it begins with, all in the session's transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sessiontui.domain.errors import NotFound, Refused
from sessiontui.domain.templates.checking import template_of
from sessiontui.domain.templates.shape import Template, TemplateRef, without
from sessiontui.services.pictures import MadeFrom
from sessiontui.services.templates.changing import ensure
from sessiontui.store.reads import templates as kept
from sessiontui.store.reads.plans_told import made_from

if TYPE_CHECKING:
    from sessiontui.store.histories import Fetch
    from sessiontui.store.tables import Series
    from sessiontui.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Used:
    """A template as a session keeps it: the version that it was made from, the plan without what was left out."""

    template: Template
    template_id: int
    version: int

    @property
    def said(self) -> str:
        """The template as a receipt names it."""
        return f"the template {self.template.name}, version {self.version}"


async def use(tx: Tx, ref: TemplateRef) -> Used:
    """Return the template that a session is to be made from; a retired one is refused."""
    row = await ensure(tx, ref.slug)
    if row.retired_at is not None:
        raise Refused(
            f"the template {row.body['name']} is retired", hint="choose another one, or restore it on screen 6"
        )
    version = ref.version or row.newest
    found = row if version == row.newest else await kept.named(tx.fetch, ref.slug, version)
    if found is None:
        raise NotFound(f"the template {ref.slug} has no version {version}", hint=f"its newest is {row.newest}")
    template = template_of(found.body)
    keys = {goal.key for goal in template.plan.goals}
    if unknown := sorted(ref.without - keys):
        raise NotFound(f"{template.name} has no goal {unknown[0]!r}", hint=f"it has: {', '.join(sorted(keys))}")
    return Used(replace(template, plan=without(template.plan, ref.without)), row.id, version)


async def used_by(tx: Tx, series: Series) -> Used | None:
    """Return the template that the dates of a series are made from, also where it was retired since."""
    if series.template_id is None:
        return None
    row = await kept.by_id(tx.fetch, series.template_id, series.template_version)
    if row is None:
        return None
    template = template_of(row.body)
    plan = without(template.plan, frozenset(series.template_without))
    return Used(replace(template, plan=plan), row.id, series.template_version)


async def template_of_session(fetch: Fetch, session_id: int) -> MadeFrom | None:
    """Return the template that a session was made from, as it was called in the version that the session keeps."""
    made = (await made_from(fetch, [session_id])).get(session_id)
    if made is None:
        return None
    row = await kept.named(fetch, *made)
    return MadeFrom(made[0], made[0] if row is None else str(row.body["name"]), made[1])


async def begin(tx: Tx, session_id: int, used: Used) -> None:
    """Give a new session the plan of its template."""
    if used.template.plan.is_empty:
        return
    from sessiontui.services.plans.stamping import stamp  # sessions without a plan do not load the room of plans

    await stamp(tx, session_id, used.template.plan)
