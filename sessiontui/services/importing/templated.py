"""Templates of outside files: each compared with what is kept under its word already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessiontui.domain.access import Action, Standing, require
from sessiontui.domain.errors import NotAllowed
from sessiontui.domain.templates.packaged import packaged
from sessiontui.domain.templates.text import values_of
from sessiontui.services.importing.outcome import FileOutcome, Verdict
from sessiontui.services.templates import changing
from sessiontui.store.reads import templates as kept

if TYPE_CHECKING:
    from sessiontui.intake import TemplateRecord
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
