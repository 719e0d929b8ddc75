"""Without a command: the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from sessiontui.runtime import Settings


def run(options: argparse.Namespace) -> int:
    """Open the console on the database of the settings."""
    from sessiontui.runtime import open_console, run_console

    if options.zone is not None or options.no_diff:
        return run_console(_settings(options))
    return open_console(
        lambda: _settings(options),
        database=options.database,
        config=options.config,
        ascii_only=options.ascii,
        read_only=options.read_only,
    )


def _settings(options: argparse.Namespace) -> Settings:
    from sessiontui.cli.call import settings_of  # they are read behind the first page

    return settings_of(options)
