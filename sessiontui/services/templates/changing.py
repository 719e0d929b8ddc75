"""Templates are added, changed, retired and restored; every act can be undone while no session rests on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action, Actor, Standing, may
from sessiontui.domain.errors import AlreadyThere, BadInput, Conflict, NotAllowed, NotFound, Refused
from sessiontui.domain.phrases import count
from sessiontui.domain.templates.checking import template_of
from sessiontui.domain.templates.packaged import packaged
from sessiontui.domain.templates.shape import Template
from sessiontui.domain.templates.text import values_of
from sessiontui.services.context import Context
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_door
from sessiontui.services.templates.knowing import PRODUCT, REVISION, is_behind
from sessiontui.store.reads import operations
from sessiontui.store.reads import templates as kept
from sessiontui.store.reads.templates import TemplateRow

if TYPE_CHECKING:
    from sessiontui.store.tables import AuditEntry
    from sessiontui.store.tx import Tx

ADDED: Final = "template.add"
CHANGED: Final = "template.edit"
RETIRED: Final = "template.retire"
RESTORED: Final = "template.restore"
"""The acts, as the audit trail names them."""

ACTS: Final = frozenset({ADDED, CHANGED, RETIRED, RESTORED})

SUBJECT: Final = "template"
"""What an audit entry about a template is about."""


async def add(context: Context, template: Template, *, by: Actor, at: datetime) -> Receipt:
    """Add a template; its word must be free. ``Faulty`` tells what is wrong with it."""
    checked = template_of(values_of(template))
    own = Standing(authored=True)
    await require_door(context, Action.MANAGE_TEMPLATES, by=by, at=at, standing=own)
    async with context.db.write(by=by, at=at) as tx:
        receipt = await put(tx, checked)
        if receipt is None:
            raise AlreadyThere(
                f"there is a template {checked.slug} already", hint="give it another name or slug, or edit that one"
            )
    return receipt


async def edit(
    context: Context, slug: str, template: Template, *, by: Actor, at: datetime, expected: int | None = None
) -> Receipt:
    """Give a template a new version; sessions that were made from an older one keep theirs.

    Its word stays what it was. ``expected`` is the version that the editor was shown.
    """
    checked = template_of(values_of(replace(template, slug=slug)))
    async with context.db.write(by=by, at=at) as tx:
        row = await ensure(tx, slug)
        require_own(tx, row)
        if expected is not None and row.newest != expected:
            raise Conflict(f"{row.by_name} made version {row.newest} of it meanwhile", hint="look again, then decide")
        if dict(row.body) == values_of(checked):
            raise BadInput("nothing to change was given")
        return await renew(tx, row, checked)


async def retire(context: Context, slug: str, *, by: Actor, at: datetime, reason: str = "") -> Receipt:
    """Retire a template: nothing new is made from it, sessions that were keep it."""
    return await _settle(context, slug, by=by, at=at, reason=reason, retired_at=at)


async def restore(context: Context, slug: str, *, by: Actor, at: datetime, reason: str = "") -> Receipt:
    """Bring a retired template back."""
    return await _settle(context, slug, by=by, at=at, reason=reason, retired_at=None)


async def put(tx: Tx, template: Template) -> Receipt | None:
    """Add a template inside a transaction; ``None`` where its word is taken."""
    if template.slug in packaged() or await kept.named(tx.fetch, template.slug) is not None:
        return None
    template_id = await _insert(tx, template, built_in=False, by_name=tx.by.name, by_id=tx.by.id)
    sentence = f"added the template {template.name} ({template.slug})"
    entry = await _audit(tx, ADDED, sentence, template_id, slug=template.slug, version=1)
    return Receipt(sentence=sentence, undo=entry)


async def renew(tx: Tx, row: TemplateRow, template: Template) -> Receipt:
    """Give a template its next version inside a transaction."""
    version = row.newest + 1
    await _insert_version(tx, row.id, version, template, by_name=tx.by.name, by_id=tx.by.id)
    await _show(tx, row.id, version, template)
    sentence = f"changed the template {template.name}: version {version}"
    entry = await _audit(tx, CHANGED, sentence, row.id, slug=row.slug, version=version)
    return Receipt(sentence=sentence, undo=entry)


async def ensure(tx: Tx, slug: str) -> TemplateRow:
    """Return a template as the database keeps it, a built-in one written down first; ``NotFound`` for no template."""
    row, built_in = await kept.named(tx.fetch, slug), packaged().get(slug)
    if built_in is not None and row is None:
        await _insert(tx, built_in, built_in=True, by_name=PRODUCT, by_id=None)
    elif built_in is not None and row is not None and is_behind(row, built_in):
        await _insert_version(tx, row.id, row.newest + 1, built_in, by_name=PRODUCT, by_id=None)
        await _show(tx, row.id, row.newest + 1, built_in)
    else:
        if row is None:
            raise NotFound(f"there is no template {slug[:60]!r}")
        return row
    found = await kept.named(tx.fetch, slug)
    if found is None:
        raise NotFound(f"there is no template {slug[:60]!r}")
    return found


def require_own(tx: Tx, row: TemplateRow) -> None:
    """Raise ``NotAllowed`` unless the one who acts may change this template."""
    verdict = may(
        tx.by, Action.MANAGE_TEMPLATES, Standing(authored=tx.by.id is not None and tx.by.id == row.author_id)
    )
    if not verdict.allowed:
        raise NotAllowed(verdict.reason, hint=verdict.hint, action=Action.MANAGE_TEMPLATES)


async def take_back(tx: Tx, act: AuditEntry, seal: int) -> None:
    """Undo one act on a template, unless a session or a later act rests on it."""
    del seal
    slug, version = str(act.detail["slug"]), cast("int", act.detail["version"])
    row = await kept.named(tx.fetch, slug)
    if row is None:
        raise Conflict(f"the template {slug} is gone")
    require_own(tx, row)
    if act.action in (RETIRED, RESTORED):
        if (row.retired_at is not None) != (act.action == RETIRED):
            raise Conflict("it was changed since")
        await tx.update("template", row.id, retired_at=tx.at if act.action == RESTORED else None)
    elif row.newest != version:
        raise Conflict(f"{row.by_name} made version {row.newest} of it since")
    elif made := await kept.uses(tx.fetch, row.id, version=version):
        raise Refused(f"{count(made, 'session')} made from it meanwhile", hint="change it again, or retire it")
    elif act.action == ADDED:
        await kept.forget(tx.run, row.id)
    else:
        await kept.forget(tx.run, row.id, version=version)
        before = await kept.versions(tx.fetch, row.id)
        await _show(tx, row.id, before[0].version, template_of(before[0].body))
    await _tell(tx)


async def _settle(
    context: Context, slug: str, *, by: Actor, at: datetime, reason: str, retired_at: datetime | None
) -> Receipt:
    async with context.db.write(by=by, at=at) as tx:
        row = await ensure(tx, slug)
        require_own(tx, row)
        name, word = str(row.body["name"]), "retired" if retired_at else "restored"
        if (row.retired_at is not None) == (retired_at is not None):
            raise Refused(f"{name} is {'retired already' if retired_at else 'not retired'}")
        await tx.update("template", row.id, retired_at=retired_at)
        sentence = f"{word} the template {name}"
        act = RETIRED if retired_at else RESTORED
        entry = await _audit(tx, act, sentence, row.id, slug=slug, version=row.newest, reason=reason)
    return Receipt(sentence=sentence, undo=entry)


async def _insert(tx: Tx, template: Template, *, built_in: bool, by_name: str, by_id: int | None) -> int:
    template_id = await tx.insert(
        "template",
        slug=template.slug,
        name=template.name,
        kind=str(template.kind),
        built_in=built_in,
        author_id=by_id,
        created_at=tx.at,
    )
    await _insert_version(tx, template_id, 1, template, by_name=by_name, by_id=by_id)
    await _tell(tx)
    return template_id


async def _insert_version(
    tx: Tx, template_id: int, version: int, template: Template, *, by_name: str, by_id: int | None
) -> None:
    await tx.insert(
        "template_version",
        template_id=template_id,
        version=version,
        body=values_of(template),
        at=tx.at,
        by_id=by_id,
        by_name=by_name,
    )


async def _show(tx: Tx, template_id: int, version: int, template: Template) -> None:
    """Let a version be the newest one."""
    await tx.update("template", template_id, version=version, name=template.name, kind=str(template.kind))
    await _tell(tx)


async def _tell(tx: Tx) -> None:
    """Tell all processes that what they keep of templates is old."""
    revision = int(await operations.setting(tx.fetch, REVISION) or "0")
    await operations.write_setting(tx.run, REVISION, str(revision + 1))


async def _audit(
    tx: Tx, act: str, sentence: str, template_id: int, *, slug: str, version: int, reason: str = ""
) -> int:
    await _tell(tx)
    entry = await tx.audit(
        act,
        sentence,
        subject=SUBJECT,
        subject_id=template_id,
        reason=reason,
        detail={"slug": slug, "version": version},
        reversible=True,
    )
    return entry.id
