"""``worker``: the worker without a screen."""

from __future__ import annotations

import argparse

from sessiontui.cli.call import settings_of


def run(options: argparse.Namespace) -> int:
    """Work until a signal asks to stop."""
    from sessiontui.runtime import run_worker

    return run_worker(settings_of(options))
