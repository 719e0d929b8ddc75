"""``serve``: the HTTP API, webhooks, calendar feeds and figures."""

from __future__ import annotations

import argparse
from dataclasses import replace
from importlib.util import find_spec

from sessiontui.cli.call import settings_of
from sessiontui.domain.errors import Unavailable

NEEDED = ("fastapi", "uvicorn", "prometheus_client")
"""What the extra ``server`` brings."""


def run(options: argparse.Namespace) -> int:
    """Serve until a signal asks to stop."""
    require_server()
    from sessiontui.runtime.serving import run_server

    settings = settings_of(options)
    rules = settings.server
    if options.host is not None:
        rules = replace(rules, host=options.host)
    if options.port is not None:
        rules = replace(rules, port=options.port)
    return run_server(replace(settings, server=rules), works=not options.no_worker)


def require_server() -> None:
    """Require what the extra ``server`` brings; ``Unavailable`` names what is missing."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise Unavailable(
            f"the server needs {', '.join(missing)}", hint="install it with: pip install 'sessiontui[server]'"
        )
