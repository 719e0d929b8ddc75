from __future__ import annotations

import grp
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sessiontui.domain.errors import BadInput, Unavailable
from sessiontui.domain.vocabulary import Role
from sessiontui.runtime import Settings, Storage, actor, opened

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def settings(path: Path, *, group: str = "", read_only: bool = False) -> Settings:
    return Settings(storage=Storage(database=path, group=group), read_only=read_only)


async def test_a_new_database_is_private_and_its_opener_the_superadmin(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "desk" / "a.db"
    async with opened(settings(path)) as context:
        me = await actor(context, NOON)
        assert me.role is Role.SUPERADMIN
        assert {mode(file) for file in path.parent.iterdir()} == {0o600}
    assert mode(path.parent) == 0o700


async def test_a_shared_database_belongs_to_its_group(tmp_path: Path) -> None:
    path = tmp_path / "desk" / "a.db"
    group = grp.getgrgid(os.getgid()).gr_name
    async with opened(settings(path, group=group)) as context:
        await actor(context, NOON)
        files = [file for file in path.parent.iterdir() if file.is_file()]
        assert {file.name for file in files} >= {"a.db", "a.db-wal", "a.db-shm", "a.db.lead"}
        assert {mode(file) for file in files} == {0o660}
    assert mode(path.parent) == 0o2770


async def test_sharing_a_private_database_opens_its_files_but_not_a_folder_that_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    folder.mkdir(mode=0o700)
    async with opened(settings(folder / "a.db")):
        pass
    async with opened(settings(folder / "a.db", group=grp.getgrgid(os.getgid()).gr_name)):
        pass
    assert mode(folder / "a.db") == 0o660
    assert mode(folder) == 0o700


async def test_an_unknown_group_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no group 'nobody-knows'"):
        async with opened(settings(tmp_path / "desk" / "a.db", group="nobody-knows")):
            pass
    assert not (tmp_path / "desk").exists()


async def test_reading_makes_no_database(tmp_path: Path) -> None:
    for wanted, create in (
        (settings(tmp_path / "x" / "a.db", read_only=True), True),
        (settings(tmp_path / "a"), False),
    ):
        with pytest.raises(Unavailable):
            async with opened(wanted, create=create):
                pass
    assert list(tmp_path.iterdir()) == []
