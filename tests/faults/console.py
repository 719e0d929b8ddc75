"""A console, as it is opened in a terminal, whose admin never stops pressing keys: it runs until it is killed.

``python -m tests.faults.console DATABASE`` starts the installed program in a pseudo-terminal of its own.
"""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import time

KEYS = ("S", "P", "P", "j")
"""Starting, pausing, going on, and down to the next row."""

TITLE = "Going on"
"""How the sessions are called that the keys are for; once one of them is on the screen, keys are pressed."""


def main(database: str) -> None:
    """Open the console in a child, say ``ready`` once it shows its rows, and press keys until killed."""
    child, terminal = pty.fork()
    if child == 0:
        arguments = ["env", "TERM=xterm-256color", "TEXTUAL_ANIMATIONS=none", sys.executable, "-m", "sessiontui"]
        os.execvp("env", [*arguments, "--database", database])
    seen, place, told = b"", 0, False
    sys.stdout.write(f"console {child}\n")
    sys.stdout.flush()
    while True:
        if select.select([terminal], [], [], 0.02)[0]:
            try:
                seen = (seen + os.read(terminal, 65536))[-65536:]
            except OSError:
                return
        if not told and TITLE.encode() in seen:
            told = True
            sys.stdout.write("ready\n")
            sys.stdout.flush()
        if told:
            os.write(terminal, KEYS[place % len(KEYS)].encode())
            place += 1
            time.sleep(0.08)


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    main(sys.argv[1])
