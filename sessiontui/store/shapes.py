"""What a table looks like to whoever writes one row of it: its columns, and what stands where nothing is given.

The stored nouns say so themselves. But they are classes of an object mapper, which takes half a second and a third of
a console's memory; so what they say is kept beside this module, and the mapper is loaded only where it was kept for
another schema. After a change of the nouns::

    python -m sessiontui.store.shapes
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final, NamedTuple

from sessiontui.store import migrations
from sessiontui.store.reader import Value

KEPT: Final = "shapes.json"
"""The file beside this module that keeps what the nouns say."""


class Kind(StrEnum):
    """What the values of a column are, where the database keeps them as something else."""

    PLAIN = ""
    INSTANT = "instant"
    BOOLEAN = "boolean"
    JSON = "json"


class Shape(NamedTuple):
    """The columns of one table in their order, and what the database keeps in those that are not given."""

    columns: Mapping[str, Kind]
    defaults: Mapping[str, Value]


@cache
def shapes() -> Mapping[str, Shape]:
    """Return the shape of every table by its name."""
    kept = json.loads(resources.files(__package__).joinpath(KEPT).read_text(encoding="utf-8"))
    if kept["schema"] != migrations.HEAD:
        return told()
    return {
        table: Shape({name: Kind(kind) for name, kind in columns.items()}, defaults)
        for table, (columns, defaults) in kept["tables"].items()
    }


def told() -> dict[str, Shape]:
    """Return what the stored nouns say."""
    from sqlalchemy import Boolean
    from sqlmodel import SQLModel

    from sessiontui.store.columns import Instant, JsonText
    from sessiontui.store.nouns import bound
    from sessiontui.store.tables import NOUNS

    def kind(of: object) -> Kind:
        if isinstance(of, Instant):
            return Kind.INSTANT
        if isinstance(of, JsonText):
            return Kind.JSON
        return Kind.BOOLEAN if isinstance(of, Boolean) else Kind.PLAIN

    found = {}
    for table, noun in NOUNS.items():
        fields = {name: field for name, field in noun.model_fields.items() if not field.is_required()}
        defaults = {
            name: bound(field.get_default(call_default_factory=True, validated_data={}))
            for name, field in fields.items()
        }
        found[table] = Shape(
            {column.name: kind(column.type) for column in SQLModel.metadata.tables[table].c},
            {name: value for name, value in defaults.items() if value is not None},
        )
    return found


def keep(file: Path) -> None:
    """Keep what the stored nouns say now."""
    tables = {table: [dict(shape.columns), dict(shape.defaults)] for table, shape in sorted(told().items())}
    lines = ",\n".join(
        f"{json.dumps(table)}:{json.dumps(shape, ensure_ascii=False)}" for table, shape in tables.items()
    )
    file.write_text(f'{{"schema":{migrations.HEAD},"tables":{{\n{lines}\n}}}}\n', encoding="utf-8")


if __name__ == "__main__":
    keep(Path(__file__).with_name(KEPT))
