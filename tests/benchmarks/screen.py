"""A pseudo-terminal that counts: keys in, bytes out, and the time to the last byte of the frame."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

GAP = 0.03
"""Seconds of silence that end a frame."""

PIECES = 0.5
"""Milliseconds within which the pieces of one write follow each other."""

LIMIT = 30.0
"""Seconds after which a frame that does not end is cut off."""

CPU_CLOCK = 2
"""What the lowest bits of a clock say that is the processor time of a process, in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What came after something was done: milliseconds to its first and last byte, and how many bytes."""

    first: float
    last: float
    size: int
    raw: bytes = field(repr=False, default=b"")


class Screen:
    """A program in a terminal of its own."""

    def __init__(
        self, command: Sequence[str | Path], environment: dict[str, str], *, columns: int = 120, rows: int = 40
    ) -> None:
        self.began = time.perf_counter()
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.chdir(environment.get("HOME", "/"))
            words = [str(word) for word in command]
            os.execvpe(words[0], words, environment)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.set_blocking(self._terminal, False)

    def __enter__(self) -> Screen:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def press(self, keys: str, *, gap: float = GAP, wait: float = 1.0) -> Frame:
        """Type, and take the frame that follows."""
        self.drain()
        began = time.perf_counter()
        self.send(keys)
        return self.frame(began, gap=gap, wait=wait)

    def answer(self, keys: str, sign: bytes, *, gap: float, wait: float = 1.0) -> float:
        """Type, and return the milliseconds to the end of the write in which a sign comes, a pattern.

        A frame is one write. What others draw in the ``gap`` seconds behind it is waited for and not counted; what
        they draw before it makes it late, and counts. Where no sign comes all that comes is counted.
        """
        self.drain()
        pattern = re.compile(sign)
        began = time.perf_counter()
        self.send(keys)
        answered, last, raw = 0.0, 0.0, b""
        while chunk := self.read(gap if raw else wait):
            last = (time.perf_counter() - began) * 1000
            raw += chunk
            if (not answered or last - answered <= PIECES) and pattern.search(raw):
                answered = last
        return answered or last

    def frame(self, began: float, *, gap: float = GAP, wait: float = 1.0) -> Frame:
        """Take what comes until nothing has come for ``gap`` seconds, or at all for ``wait``."""
        first = last = 0.0
        chunks: list[bytes] = []
        while time.perf_counter() - began < LIMIT:
            chunk = self.read(gap if chunks else wait)
            if not chunk:
                break
            last = (time.perf_counter() - began) * 1000
            first = first or last
            chunks.append(chunk)
        raw = b"".join(chunks)
        return Frame(first, last, len(raw), raw)

    def until(self, words: bytes, *, limit: float = LIMIT) -> Frame:
        """Take everything since the start of the program until a pattern is seen, and the rest of that frame."""
        raw = b""
        pattern = re.compile(words)
        while not pattern.search(raw) and time.perf_counter() - self.began < limit:
            raw += self.read(0.2)
        first = (time.perf_counter() - self.began) * 1000
        if not pattern.search(raw):
            msg = f"never seen: {words!r} in {raw[-400:]!r}"
            raise AssertionError(msg)
        rest = self.frame(time.perf_counter())
        return Frame(first, first + rest.last, len(raw) + rest.size, raw + rest.raw)

    def moments(self, *patterns: bytes, limit: float = LIMIT) -> list[float]:
        """Return after how many milliseconds since the start of the program each pattern was first seen."""
        raw = b""
        seen: dict[bytes, float] = {}
        while len(seen) < len(patterns) and time.perf_counter() - self.began < limit:
            raw += self.read(0.2)
            at = (time.perf_counter() - self.began) * 1000
            for pattern in patterns:
                if pattern not in seen and re.search(pattern, raw):
                    seen[pattern] = at
        missing = [pattern for pattern in patterns if pattern not in seen]
        if missing:
            msg = f"never seen: {missing!r} in {raw[-400:]!r}"
            raise AssertionError(msg)
        return [seen[pattern] for pattern in patterns]

    def watch(self, seconds: float) -> bytes:
        """Take everything for so long."""
        end = time.perf_counter() + seconds
        chunks = []
        while (left := end - time.perf_counter()) > 0:
            chunks.append(self.read(left))
        return b"".join(chunks)

    def slowly(self, rate: int, seconds: float, *, key: str = "", every: float = 0.033, gap: float = 0.4) -> float:
        """Hold a key for so long over a line of ``rate`` bytes a second; return how long after it all has arrived."""
        began = time.perf_counter()
        typed = 0
        taken = 0.0
        last = began
        while True:
            now = time.perf_counter()
            if now - began < seconds:
                while typed * every < now - began:
                    self.send(key)
                    typed += 1
            elif now - max(last, began + seconds) > gap:
                return max(0.0, last - began - seconds)
            room = int((now - began) * rate - taken)
            if room > 0 and (chunk := self.read(0.005, most=min(room, 4096))):
                taken += len(chunk)
                last = time.perf_counter()
            else:
                taken = max(taken, (now - began) * rate - rate * 0.05)  # a line saves nothing up
                time.sleep(0.005)

    def drain(self) -> None:
        while self.read(0):
            pass

    def read(self, wait: float, *, most: int = 65536) -> bytes:
        """Take what is there, or what comes first within ``wait`` seconds."""
        ready, _, _ = select.select([self._terminal], [], [], wait)
        if not ready:
            return b""
        try:
            return os.read(self._terminal, most)
        except (BlockingIOError, OSError):
            return b""

    @property
    def cpu(self) -> float:
        """Seconds of processor time that the program has had, by the kernel's own clock of it.

        The times in ``/proc`` are whole hundredths of a second: of a program that rests for twenty seconds they tell
        a twentieth of a percent at the least, a sixth of what it may cost.
        """
        return time.clock_gettime(~self.pid << 3 | CPU_CLOCK)

    @property
    def worked(self) -> float:
        """Milliseconds of processor time that the threads of the program have had: ``cpu``, told finely."""
        threads = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e6

    @property
    def memory(self) -> float:
        """Megabytes of the program that are resident."""
        return self._megabytes("VmRSS")

    @property
    def most_memory(self) -> float:
        """Megabytes of the program that were resident when these were most, by the kernel's own note of it."""
        return self._megabytes("VmHWM")

    def _megabytes(self, name: str) -> float:
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) / 1024
        return 0.0

    def close(self) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                break
            for _ in range(60):
                self.read(0.05)
                try:
                    gone, _ = os.waitpid(self.pid, os.WNOHANG)
                except ChildProcessError:
                    gone = self.pid
                if gone:
                    os.close(self._terminal)
                    return
        os.close(self._terminal)


def first_frame(
    command: Sequence[str | Path], environment: dict[str, str], words: bytes, *, rounds: int = 5
) -> list[Frame]:
    """Start a program several times and take the frame in which words are first seen."""
    frames = []
    for _ in range(rounds):
        with Screen(command, environment) as screen:
            frames.append(screen.until(words))
    return frames
