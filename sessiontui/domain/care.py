"""How the product cares for itself, under ``[care]``: what is kept for how long, and how often it is backed up."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sessiontui.domain.records import record


@record(kw_only=True)
class Care:
    """How often a verified backup is made and how many stay, and how long books and measurements are kept."""

    backup_every: timedelta = timedelta(days=1)
    backups_kept: int = 3
    """Each is as large as the database."""
    runs_kept: timedelta = timedelta(days=7)
    """Runs of jobs that did something or failed."""
    changes_kept: timedelta = timedelta(days=2)
    """The change log; a console that was away for longer asks for everything anyway."""
    calls_kept: timedelta = timedelta(days=2)
    """Calls by endpoint and minute."""
    errors_kept: timedelta = timedelta(days=14)
    """Errors by kind and hour."""
    health_kept: timedelta = timedelta(days=30)
    """The score of the installation, every five minutes."""


DEFAULT_CARE: Final = Care()
