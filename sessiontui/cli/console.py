"""Without a command: the console."""

from __future__ import annotations

import argparse

from sessiontui.cli.call import settings_of


def run(options: argparse.Namespace) -> int:
    """Open the console on the database of the settings."""
    from sessiontui.runtime import run_console

    return run_console(settings_of(options))
