"""What is kept of the nouns: it is what they say, and with it a whole console works without the mapper."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sessiontui.store import migrations, nouns, shapes
from sessiontui.store.tables import Session

WORKS = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from sessiontui.services import ticking
from sessiontui.services.context import Context
from sessiontui.store.engine import Database
import sessiontui.store.tx
import sessiontui.worker.worker

async def main():
    db = await Database.open(Path(sys.argv[1]))
    await ticking.tick(Context(db=db), at=datetime(2026, 5, 4, tzinfo=UTC))
    async with db.write(by=__import__("sessiontui.domain.access").domain.access.WORKER, at=datetime.now(UTC)) as tx:
        person = await tx.insert("person", name="Ana", role="participant", name_key="ana")
        print((await tx.person(person)).name)
    await db.close()

asyncio.run(main())
print([name for name in ("sqlalchemy", "sqlmodel", "pydantic") if name in sys.modules])
"""


def test_what_is_kept_is_what_the_nouns_say(tmp_path: Path) -> None:
    file = tmp_path / "shapes.json"
    shapes.keep(file)
    kept = Path(shapes.__file__).with_name(shapes.KEPT)
    assert json.loads(kept.read_text()) == json.loads(file.read_text()), "run python -m sessiontui.store.shapes"


def test_what_was_kept_for_another_schema_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = dict(shapes.shapes())
    asked = []
    monkeypatch.setattr(migrations, "HEAD", migrations.HEAD + 1)
    monkeypatch.setattr(shapes, "told", lambda: asked.append(1) or kept)
    shapes.shapes.cache_clear()
    try:
        assert shapes.shapes() == kept
        assert asked
    finally:
        shapes.shapes.cache_clear()


def test_a_row_becomes_what_its_noun_would_be() -> None:
    at = datetime(2026, 5, 4, 12, tzinfo=UTC)
    columns = list(shapes.shapes()["session"].columns)
    assert columns == list(Session.model_fields)
    row = tuple({"starts_at": 1777896000000, "tags": '["b"]', "provisional": 1}.get(name) for name in columns)
    session = nouns.restored("session", row)
    assert (session.starts_at, session.tags, session.provisional, session.title) == (at, ["b"], True, None)  # type: ignore[attr-defined]


def test_a_worker_and_its_writes_do_without_the_mapper(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WORKS, tmp_path / "desk.db"], capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:2] == ["Ana", "[]"]
