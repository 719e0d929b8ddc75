"""Without a command: the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessiontui.cli.call import settings_of

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Open the console on the database of the settings."""
    from sessiontui.runtime import open_console, run_console

    if options.zone is not None or options.no_diff:
        return run_console(settings_of(options))
    return open_console(
        lambda: settings_of(options),
        database=options.database,
        config=options.config,
        ascii_only=options.ascii,
        read_only=options.read_only,
    )
