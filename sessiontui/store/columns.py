"""Column types of the product: instants that refuse naive values, and JSON kept as text."""

from __future__ import annotations

import json
from datetime import datetime
from typing import cast

from sqlalchemy import BigInteger, Dialect, Text
from sqlalchemy.types import TypeDecorator

from sessiontui.domain.chain import Json
from sessiontui.domain.instants import from_ms, to_ms
from sessiontui.store.compact import dump


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept as whole milliseconds since 1970 in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Turn an instant into milliseconds; a naive one raises ``ValueError``."""
        del dialect
        return None if value is None else to_ms(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Turn milliseconds into an instant."""
        del dialect
        return None if value is None else from_ms(value)


class JsonText(TypeDecorator[Json]):
    """A JSON value, kept as compact text with sorted keys."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Json, dialect: Dialect) -> str:
        """Write the value as JSON."""
        del dialect
        return dump(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Json:
        """Read the value from JSON."""
        del dialect
        return None if value is None else cast("Json", json.loads(value))
