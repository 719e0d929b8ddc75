"""BigBlueButton: what its learning dashboard and its recordings tell about a meeting that took place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sessiontui.intake import bbb_dashboard, bbb_recording

if TYPE_CHECKING:
    from sessiontui.intake.findings import Findings
    from sessiontui.intake.source import Source

_DASHBOARD_KEYS: Final = ("intId", "extId", "users")
_RECORDING: Final = re.compile(r"<recording\b[^>]*\bmeeting_id\s*=")


def recognises(source: Source) -> bool:
    """Return whether the text is a learning dashboard's JSON or a recording's ``events.xml``."""
    return _is_dashboard(source) or _RECORDING.search(source.opening) is not None


def read(source: Source, findings: Findings) -> None:
    """Read either of them into one meeting report."""
    if source.text.lstrip("\ufeff \t\r\n").startswith("<"):
        bbb_recording.read(source, findings)
    else:
        bbb_dashboard.read(source, findings)


def _is_dashboard(source: Source) -> bool:
    opening = source.opening.lstrip("\ufeff \t\r\n")
    return opening.startswith("{") and all(re.search(rf'"{key}"\s*:', opening) for key in _DASHBOARD_KEYS)
