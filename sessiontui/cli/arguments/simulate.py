"""What can be written after ``simulate``."""

from __future__ import annotations

import argparse
import math

from sessiontui.cli.parsing import Parser, at_least_one


def add(commands: argparse._SubParsersAction[Parser], common: Parser) -> None:
    """Add the command."""
    simulate = commands.add_parser(
        "simulate", parents=[common], help="let a platform live through its HTTP API",
        description="People ask, come, stay and leave, hosts run their sessions: all through the HTTP API at URL, "
        "with the client library, until Ctrl+C. Faults can be put in the way. At the end it tells what came of "
        "every event, call and login, and exits with 1 when the counts do not add up. It makes people and sessions: "
        "only for platforms made for trying.",
    )  # fmt: skip
    simulate.add_argument("--url", required=True, metavar="URL", help="the server, such as http://127.0.0.1:8770")
    simulate.add_argument(
        "--key-file", metavar="FILE", help="holds the key of a client for read,write,events; - is stdin"
    )
    simulate.add_argument("--for", dest="seconds", type=at_least_one, metavar="S", help="stop after S seconds")
    simulate.add_argument("--rate", type=amount, default=0.0, metavar="N", help="N presence events a second on top")
    simulate.add_argument("--seed", type=int, default=1, metavar="N", help="another seed is another life")
    faults = simulate.add_argument_group("faults, between the client and the server")
    faults.add_argument("--latency", type=amount, default=0.0, metavar="S", help="delay each call by up to S seconds")
    faults.add_argument(
        "--errors", type=share, default=0.0, metavar="SHARE", help="answer 5xx; 0.05 is one of twenty"
    )
    faults.add_argument(
        "--drops", type=share, default=0.0, metavar="SHARE", help="cut connections, before or after the call"
    )
    faults.add_argument(
        "--revocations", type=share, default=0.0, metavar="SHARE", help="revoke the login before calls"
    )
    simulate.add_argument("--json", action="store_true", help="tell the counts as JSON, in ASCII")
    simulate.set_defaults(run="simulating:run")


def amount(text: str) -> float:
    """Return a number from 0 on.

    >>> amount("2.5")
    2.5
    """
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 on")
    return number


def share(text: str) -> float:
    """Return a share of calls, from 0 to 1.

    >>> share("0.05")
    0.05
    """
    if amount(text) > 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share from 0 to 1")
    return amount(text)
