"""JSON as it is kept: compact, in ASCII, equal texts for equal values.

It stands apart from the column types, because those load the mapper, and no first row waits for that.
"""

from __future__ import annotations

import json
from typing import Final

_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str)


def dump(value: object) -> str:
    """Return a value as compact ASCII JSON with sorted keys, so that equal values are equal texts."""
    return _ENCODER.encode(value)
