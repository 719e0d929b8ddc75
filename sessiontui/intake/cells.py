r"""How text is written into a CSV cell so that no spreadsheet or terminal acts on it, and read back unchanged.

A cell that a spreadsheet would take for a formula gets a leading apostrophe. Characters that act on a terminal or
that reorder text are written ``\u{1b}``; a literal ``\u{`` is written ``\u{5c}u{``.
"""

from __future__ import annotations

import re
from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_ACTING: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]|\\(?=u\{)"
)
_WRITTEN: Final = re.compile(r"\\u\{([0-9a-f]{1,6})\}")
_MAX_CODE: Final = 0x10FFFF


def quote_cell(text: str) -> str:
    r"""Return text as it is written into a cell.

    >>> quote_cell("=1+1"), quote_cell("a\x1b[2J"), quote_cell("'=1"), quote_cell("it's")
    ("'=1+1", 'a\\u{1b}[2J', "''=1", "it's")
    """
    written = _ACTING.sub(lambda found: f"\\u{{{ord(found[0]):x}}}", text)
    return "'" + written if _is_marked(written) or written.startswith(_FORMULA) else written


def unquote_cell(cell: str) -> str:
    r"""Return the text that a cell stands for.

    >>> unquote_cell("'=1+1"), unquote_cell("a\\u{1b}[2J"), unquote_cell("''=1"), unquote_cell("it's")
    ('=1+1', 'a\x1b[2J', "'=1", "it's")
    """
    written = cell[1:] if _is_marked(cell) else cell
    return _WRITTEN.sub(_character, written) if "\\u{" in written else written


def _is_marked(text: str) -> bool:
    """Return whether text is apostrophes before the beginning of a formula."""
    rest = text.lstrip("'")
    return len(rest) < len(text) and rest.startswith(_FORMULA)


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return chr(code) if code <= _MAX_CODE and not 0xD800 <= code <= 0xDFFF else found[0]
