"""Templates of outside files: each compared with what is kept under its word; and sessions made from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessiontui.domain.access import Action, Standing, require
from sessiontui.domain.errors import NotAllowed, NotFound
from sessiontui.domain.templates.checking import template_of
from sessiontui.domain.templates.packaged import packaged
from sessiontui.domain.templates.text import values_of
from sessiontui.services.importing.outcome import FileOutcome, Verdict
from sessiontui.services.plans.stamping import stamp
from sessiontui.services.templates import changing
from sessiontui.store.reads import templates as kept

if TYPE_CHECKING:
    from sessiontui.intake import SessionRecord, TemplateRecord
    from sessiontui.store.tx import Tx


async def take_template(tx: Tx, record: TemplateRecord, outcome: FileOutcome) -> None:
    """Bring one template up to what a file says of it: a new one, a new version, or nothing new."""
    template = record.template
    row = await kept.named(tx.fetch, template.slug)
    said = packaged().get(template.slug) if row is None else None
    before = values_of(said) if said is not None else None if row is None else dict(row.body)
    if before == values_of(template):
        outcome.counts[Verdict.UNCHANGED] += 1
        return
    try:
        if before is None:
            require(tx.by, Action.MANAGE_TEMPLATES, Standing(authored=True))
            await changing.put(tx, template)
            outcome.counts[Verdict.ADDED] += 1
        else:
            held = await changing.ensure(tx, template.slug)
            changing.require_own(tx, held)
            await changing.renew(tx, held, template)
            outcome.counts[Verdict.UPDATED] += 1
    except NotAllowed as error:
        outcome.refuse(record.line, error.detail, template.name)


async def begin_with(tx: Tx, record: SessionRecord, outcome: FileOutcome, session_id: int, *, has_plan: bool) -> None:
    """Keep which template a new session was made from; its plan comes from there unless the files tell one."""
    slug = record.template or ""
    try:
        newest = await changing.ensure(tx, slug)
    except NotFound:
        outcome.note(f"line {record.line}: there is no template {slug[:60]!r}; the session was made without one")
        return
    version = record.template_version or newest.newest
    row = newest if version == newest.newest else await kept.named(tx.fetch, slug, version)
    if row is None:
        outcome.note(f"line {record.line}: the template {slug} has no version {version}; its newest was taken")
        row, version = newest, newest.newest
    await tx.update("session", session_id, template_id=row.id, template_version=version)
    tx.touch(session_id)
    plan = template_of(row.body).plan
    if not has_plan and not plan.is_empty:
        await stamp(tx, session_id, plan)
