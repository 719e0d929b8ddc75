"""The file as text: which encoding its bytes are in, and what the reader was told about it."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sessiontui.domain.errors import BadInput

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

MAX_BYTES: Final = 256 * 1024 * 1024  # far beyond any export seen; more would not fit in memory a few times over
_SAMPLE: Final = 4096
_HALF_EMPTY: Final = 0.03  # share of NUL bytes that digits, spaces and tabs alone give to UTF-16 in any script
_CLEARLY: Final = 5  # how much oftener they stand on one side than on the other


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its name without folders, its text, and the options that settle what the text leaves open.

    ``zone`` is that of times which carry none, ``None`` if nobody said. ``day_first`` likewise.
    """

    name: str
    text: str
    zone: ZoneInfo | None = None
    day_first: bool | None = None
    guessed_encoding: bool = False

    @property
    def opening(self) -> str:
        """The first stretch of the text, enough to recognise a format."""
        return self.text[:_SAMPLE]


def decode(raw: bytes) -> tuple[str, bool]:
    """Return the text of a file, and whether its encoding had to be guessed because it is not valid UTF.

    UTF-8 and UTF-16 in both byte orders are read with and without a byte order mark; anything else is taken for
    Windows-1252 and Latin-1, in which every byte means something.

    >>> decode("é".encode("utf-16"))[0], decode("a,b".encode("utf-16-be"))[0], decode(b"caf\\xe9")
    ('é', 'a,b', ('café', True))
    """
    if len(raw) > MAX_BYTES:
        raise BadInput(
            f"the file has {len(raw) // 1_048_576} MB, {MAX_BYTES // 1_048_576} MB are the most",
            hint="split it and import the parts",
        )
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if raw.startswith(mark):
            body = raw[len(mark) :]
            try:
                return body.decode(encoding), False
            except UnicodeDecodeError:
                return body.decode(encoding, errors="replace"), True
    if (bare := _bare_utf16(raw)) is not None:
        return raw.decode(bare, errors="replace"), False
    try:
        return raw.decode("utf-8"), False
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("cp1252"), True
    except UnicodeDecodeError:
        return raw.decode("latin-1"), True


def _bare_utf16(raw: bytes) -> str | None:
    """Return which UTF-16 bytes without a mark are: text has no NUL but as one half of such a character."""
    sample = raw[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    least = len(sample) * _HALF_EMPTY
    if odd > least and even * _CLEARLY < odd:
        return "utf-16-le"
    return "utf-16-be" if even > least and odd * _CLEARLY < even else None
