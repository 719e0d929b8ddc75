"""What is free is given back to the system, where the C library can be asked to."""

from __future__ import annotations

import asyncio
import ctypes
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from sessiontui.domain.errors import Unavailable
from sessiontui.store import thrift
from sessiontui.store.engine import Database
from tests.conftest import NOON, Stage

PAGE = 4096


def resident() -> int:
    """Return the bytes of this process that are resident."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def can_be_asked() -> bool:
    return sys.platform == "linux" and hasattr(ctypes.CDLL(None), "malloc_trim")


@pytest.fixture
def asked_anew() -> Iterator[None]:
    thrift._trim.cache_clear()
    yield
    thrift._trim.cache_clear()


@pytest.mark.skipif(not can_be_asked(), reason="a C library that cannot be asked")
def test_what_was_freed_between_what_is_kept_is_given_back():
    blocks = [bytes(2_000) for _ in range(20_000)]
    kept = blocks[::50]
    full = resident()
    del blocks
    assert thrift.give_back()
    assert full - resident() > 20_000_000  # of the 40 that were freed, since those that are kept hold pages
    assert len(kept) == 400


@pytest.mark.usefixtures("asked_anew")
def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(thrift.ctypes, "CDLL", lambda name: SimpleNamespace())
    assert not thrift.give_back()


@pytest.mark.usefixtures("asked_anew")
def test_another_system_is_left_alone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(thrift.sys, "platform", "darwin")
    assert not thrift.give_back()


async def test_a_database_goes_on_when_it_was_made_slim(stage: Stage):
    db = stage.context.db
    before = await db.fetch("SELECT name FROM person ORDER BY id")
    await db.slim()
    async with db.write(by=stage.root, at=NOON) as tx:
        assert await tx.fetch("SELECT name FROM person ORDER BY id", ()) == before
    await db.slim()
    assert await db.fetch("SELECT name FROM person ORDER BY id") == before


async def test_it_waits_until_nobody_writes(stage: Stage):
    db = stage.context.db
    async with db.write(by=stage.root, at=NOON) as tx:
        await tx.fetch("SELECT 1", ())
        waiting = asyncio.create_task(db.slim())
        await db.fetch("SELECT 1")  # behind what it asks the reader
        assert not waiting.done()
    await waiting


async def test_one_that_is_only_read_can_be_made_slim_until_it_is_closed(stage: Stage):
    db = await Database.open(stage.context.db.path, read_only=True)
    await db.slim()
    await db.close()
    with pytest.raises(Unavailable):
        await db.slim()
