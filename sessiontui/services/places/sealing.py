"""The vault of an open database: its keys looked up at need, made at first need, and exchanged for new ones."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final

from sessiontui.domain.access import Action, Actor, require
from sessiontui.domain.chain import Json
from sessiontui.domain.errors import Unavailable
from sessiontui.domain.phrases import count
from sessiontui.services.context import Context
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_door
from sessiontui.services.vault import KEY_BYTES, Cell, Vault, key_id, key_of
from sessiontui.store.reads import sealed as kept

BATCH: Final = 200
"""Texts that are sealed anew in one transaction."""


async def vault_of(context: Context) -> Vault:
    """Return the vault with the keys there are, for opening."""
    return Vault(tuple(await asyncio.to_thread(context.key_source.there)))


async def sealing_vault(context: Context) -> Vault:
    """Return a vault that can seal, making its first key where nothing was sealed yet.

    Where something was sealed and no key is there, none is made: ``Unavailable`` says that the key is missing.
    """
    vault = await vault_of(context)
    if vault.keys:
        return vault
    if some := await kept.some(context.db.fetch, limit=1):
        raise Unavailable(
            f"the key {key_of(some[0].text)} with which secrets are sealed is not in {context.key_source.words}",
            hint="put it back: without it sealed secrets cannot be read, and no new ones are kept",
        )
    await asyncio.to_thread(context.key_source.add, secrets.token_bytes(KEY_BYTES))
    return await vault_of(context)


async def number(context: Context) -> int:
    """Return how many secrets are sealed."""
    return await kept.number(context.db.fetch)


async def lost(context: Context) -> str:
    """Return what cannot be opened with the keys there are, in a sentence; nothing where all can."""
    known = {key_id(key) for key in (await vault_of(context)).keys}
    cells = await kept.some(context.db.fetch, limit=await kept.number(context.db.fetch))
    missing = {key_of(cell.text) for cell in cells} - known
    if not missing:
        return ""
    closed = sum(key_of(cell.text) in missing for cell in cells)
    return f"{count(closed, 'secret')} sealed with {', '.join(sorted(missing))}, which is not here"


async def rotate(
    context: Context, *, by: Actor, at: datetime, progress: Callable[[int, int], None] | None = None
) -> Receipt:
    """Seal everything with a new key. One that was cut off goes on with the key that it had made.

    Every text is opened before the new key is made, so that a missing key changes nothing. Old keys stay where they
    are: backups are sealed with them.
    """
    await require_door(context, Action.MANAGE_ROLES, by=by, at=at)
    vault = await vault_of(context)
    is_cut_off = (
        bool(vault.keys and await kept.not_with(context.db.fetch, vault.newest, limit=1)) and len(vault.keys) > 1
    )
    of = await kept.number(context.db.fetch)
    if of and not vault.keys:
        await sealing_vault(context)  # says which key is missing
    for cell in await kept.some(context.db.fetch, limit=of):
        vault.open(cell.text, Cell(cell.table, cell.row, cell.column))
    if not is_cut_off:
        await asyncio.to_thread(context.key_source.add, secrets.token_bytes(KEY_BYTES))
        vault = await vault_of(context)
    done = 0
    while some := await kept.not_with(context.db.fetch, vault.newest, limit=BATCH):
        async with context.db.write(by=by, at=at) as tx:
            require(by, Action.MANAGE_ROLES)
            for cell in some:
                place = Cell(cell.table, cell.row, cell.column)
                await kept.exchange(tx.run, cell, vault.move(cell.text, source=place, target=place))
        done += len(some)
        if progress is not None:
            progress(done, max(of, done))
    sentence = f"sealed {count(done, 'secret')} with the new key {vault.newest}"
    async with context.db.write(by=by, at=at) as tx:
        require(by, Action.MANAGE_ROLES)
        detail: dict[str, Json] = {"key": vault.newest, "secrets": done, "finished": is_cut_off}
        await tx.audit("secrets.rotate", sentence, subject="secrets", subject_id=0, detail=detail)
    olds = ", ".join(key_id(key) for key in vault.keys[:-1])
    old = f"; backups may still need {olds}: keep it with them" if olds else ""
    return Receipt(sentence=f"{sentence}, kept in {context.key_source.words}{old}")
