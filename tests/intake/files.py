"""Where the real files are, and small ways to read and write the text of exports."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sessiontui.intake import Intake, MeetingReport, read

REALDATA = Path(__file__).resolve().parents[3] / "shared" / "realdata"
needs_realdata = pytest.mark.skipif(not REALDATA.is_dir(), reason="the real files are not here")


def read_real(path: str, **options: object) -> Intake:
    file = REALDATA / path
    return read(file.name, file.read_bytes(), **options)


def read_text(text: str, *, name: str = "export.csv", encoding: str = "utf-8", **options: object) -> Intake:
    return read(name, text.encode(encoding), **options)


def only_report(intake: Intake) -> MeetingReport:
    (report,) = intake.reports
    return report


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
