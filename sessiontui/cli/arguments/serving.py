"""What can be written after ``serve``."""

from __future__ import annotations

import argparse

from sessiontui.cli.parsing import Parser


def add(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    """Add the command."""
    serve = commands.add_parser(
        "serve", parents=[common], help="serve the HTTP API, webhooks, calendars and figures",
        description="Serve the HTTP API until SIGTERM or Ctrl+C; logs are JSON lines on stderr. Beside it a "
        "worker moves sessions through their life.",
    )  # fmt: skip
    serve.add_argument("--host", metavar="H", help="the address to listen on (default: this host alone)")
    serve.add_argument("--port", type=_port, metavar="P", help="the port (default: 8770; 0 for any that is free)")
    serve.add_argument("--no-worker", action="store_true", help="run no worker beside it")
    serve.set_defaults(run="serving:run")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:6]) <= 65_535):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: write a number from 0 to 65535")
    return int(text)
