"""The way in from a shell; it imports nothing that costs time before it knows what is asked."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 ok, 1 refused or found problems, 2 wrong usage."""
    gc.disable()  # next to nothing that is loaded is ever thrown away; what works on switches it on again
    from sessiontui.cli.app import run

    return run(sys.argv[1:] if arguments is None else arguments)


if __name__ == "__main__":
    sys.exit(main())
