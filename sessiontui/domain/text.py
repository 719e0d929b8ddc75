"""Text from outside: what may enter storage, and what of it may be laid out on a screen.

Storage keeps text as it was given, save what no database can hold: ``safe_line`` and ``safe_block`` put
U+FFFD for NUL and surrogates, and cap the length. Cleaning happens on the way out:

* ``visible`` and ``visible_block`` are for everything that is laid out. They change how wide a text is, so
  they run before the layout.
* ``strip_controls`` is the last gate before a terminal. It never changes a width.
* ``for_log`` is for log lines, which are ASCII.

What ``visible`` makes of a character:

=====================================================  ==================================================
line ends, tab                                         one space
other C0, DEL                                          their control pictures, U+2400 and on
C1, private use, unassigned, surrogates                U+FFFD
bidi controls, tags, other format characters, fillers  taken out
U+200D between two emoji, or two letters that join     spared, the first ``MAX_JOINERS`` of a line
U+200C between two letters that join                   spared
U+FE0F after an emoji, or inside a keycap              spared; other variation selectors are taken out
the fifth and later mark on one base                   taken out
a mark without a base                                  set on a dotted circle, not on its neighbour
=====================================================  ==================================================
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

MAX_LINE: Final = 500
"""Longest name or title, in characters."""

MAX_BLOCK: Final = 10_000
"""Longest description, message or reason, in characters."""

MAX_TAG: Final = 100
MAX_TAGS: Final = 100
"""How long a tag can be, and how many a session can have."""

MAX_MARKS: Final = 4
"""Most marks on one base: the densest orthographies need four; stacks that cover other rows need more."""

MAX_JOINERS: Final = 8
"""Most U+200D in one line: layouts count what follows one as no cell wide, where terminals often draw it."""

# These are classes of characters, compiled where one is first looked for: the first page of a console needs none.

STRIPPED: Final = "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\U000e0000-\U000e007f]"
"""The characters that a terminal never receives from data: C0, C1, DEL, line separators, bidi and tags."""

_REPLACEMENT: Final = "\ufffd"
_DOTTED_CIRCLE: Final = "\u25cc"
_ZWNJ: Final = "\u200c"
_ZWJ: Final = "\u200d"
_EMOJI_STYLE: Final = "\ufe0f"
_TRANSPARENT: Final = frozenset((_ZWNJ, _ZWJ, _EMOJI_STYLE))

_UNSTORABLE: Final = "[\x00\ud800-\udfff]"
_SURROGATE: Final = "[\ud800-\udfff]"
_LINE_END: Final = "\r\n|[\n\r\x85\u2028\u2029]"

_FIRST_MARK: Final = "\u0300"
"""Below it lie the letters of most of Europe; whatever is printable there stands for itself."""

# What holds letters, kana, ideographs, hangul, punctuation and emoji alone: such text needs no second look
# once it is also printable and in normal form C. No mark, filler or variation selector lies in here.
_PLAIN: Final = (
    "[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u055f\u05d0-\u05ea\u0621-\u064a\u1e00-\u1fff"
    "\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2100-\u2bff\u3001-\u3029\u3041-\u3096\u30a0-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U0001f000-\U0001faff]*"
)

# Invisible by definition though not of the category Cf: fillers, variation selectors, reserved ones.
_IGNORABLE: Final = (
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0e\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)

# Emoji of Unicode 15 and later, which the character tables of older Pythons call unassigned.
_LATER_EMOJI: Final = "[\U0001f6d8\U0001f6dc\U0001fa70-\U0001faff]"

_EMOJI: Final = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)

# Scripts whose letters change shape next to one another: Arabic to Tibetan, Myanmar, Khmer, Mongolian and the
# Brahmic and nomadic scripts beyond. Between letters of other scripts a joiner only disguises a name.
_JOINING: Final = (
    "\u0620-\u06ff\u0700-\u08ff\u0900-\u0fff\u1000-\u109f\u1780-\u17ff\u1820-\u18af\u1a20-\u1aaf\u1b00-\u1c4f"
    "\ua840-\ua8ff\ua980-\ua9ff\uaa60-\uaa7f\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc"
    "\U00010a00-\U00011fff\U0001e900-\U0001e95f"
)

_REGIONAL_INDICATORS: Final = "".join(map(chr, range(0x1F1E6, 0x1F200)))


class _Shown(dict[int, int | str]):
    """What ``str.translate`` puts for a code point; the ones beyond ASCII and C1 are looked up each time,
    so that a text with every character there is does not stay in memory.
    """

    def __missing__(self, point: int) -> int | str:
        char = chr(point)
        if re.match(_IGNORABLE, char):
            return ""
        if char in "\u2028\u2029":
            return " "
        if char in _TRANSPARENT:
            return point
        match unicodedata.category(char):
            case "Cf":
                return ""
            case "Cn" if re.match(_LATER_EMOJI, char):
                return point
            case "Cc" | "Cn" | "Co" | "Cs":
                return _REPLACEMENT
            case _:
                return point


_SHOWN: Final = _Shown(
    {point: 0x2400 + point for point in range(0x20)}
    | {point: point for point in range(0x20, 0x7F)}
    | {0x7F: 0x2421}
    | dict.fromkeys(range(0x80, 0xA0), _REPLACEMENT)
    | dict.fromkeys((0x09, 0x0A, 0x0D, 0x85), " ")
)


def safe_line(text: str, limit: int = MAX_LINE) -> str:
    """Return a name or title as storage keeps it, at most ``limit`` characters long.

    >>> safe_line("Zoë\\x00"), safe_line("abcdef", 3)
    ('Zoë\ufffd', 'abc')
    """
    return _storable(text, limit)


def safe_block(text: str, limit: int = MAX_BLOCK) -> str:
    """Return a description, message or reason as storage keeps it, at most ``limit`` characters long."""
    return _storable(text, limit)


def visible(text: str) -> str:
    """Return what of a text may be laid out on one line, in normal form C; running it twice changes nothing.

    >>> visible("Ann\\x1b[31m\\nLee\\u202e")
    'Ann␛[31m Lee'
    """
    if _is_plain(text):
        return text
    shown = text.replace("\r\n", "\n").translate(_SHOWN)
    shown = _limit_marks(unicodedata.normalize("NFC", shown))
    shown = _lost_style().sub("", shown)
    # A joiner that goes lets the marks around it change places, which can leave another without its letter.
    while (settled := unicodedata.normalize("NFC", _limit_joiners(shown))) != shown:
        shown = settled
    return shown


def visible_block(text: str) -> str:
    r"""Return what of a text may be laid out on several lines; every kind of line end becomes ``\n``.

    >>> visible_block("one\r\ntwo\u2028three\tfour")
    'one\ntwo\nthree four'
    """
    if _is_plain(text):
        return text
    return "\n".join(visible(line) for line in re.split(_LINE_END, text))


def strip_controls(text: str) -> str:
    """Return a laid-out line without what a terminal never receives; the width in cells stays the same.

    What is dropped is no cell wide. A surrogate, which no terminal encoding can carry, is one cell wide and
    becomes U+FFFD, which is as well.

    >>> strip_controls("a\\x1b]52;c;eA==\\x07b")
    'a]52;c;eA==b'
    """
    if text.isprintable():  # all that is dropped or replaced is not
        return text
    return re.sub(_SURROGATE, _REPLACEMENT, re.sub(STRIPPED, "", text))


def for_log(text: str) -> str:
    r"""Return a text in printable ASCII alone, with all else, and the backslash, escaped as Python does.

    >>> for_log("Zoë\n\x1b")
    'Zo\\xeb\\n\\x1b'
    """
    return text.encode("unicode_escape").decode("ascii")


def is_hostile(text: str) -> bool:
    r"""Tell whether showing a text leaves something out or puts a sign in its place.

    Line ends, tabs and normal forms do not count. A soft hyphen does: the word says what a text can do,
    not what its writer wanted.

    >>> is_hostile("Zoë\nLee"), is_hostile("Zoë\x1b[2J"), is_hostile("pay\u200bpal")
    (False, True, True)
    """
    lines = re.sub(_LINE_END, "\n", text).replace("\t", " ")
    return visible_block(lines) != unicodedata.normalize("NFC", lines)


def _storable(text: str, limit: int) -> str:
    if not text.isprintable():
        text = re.sub(_UNSTORABLE, _REPLACEMENT, text)
    if len(text) <= limit:
        return text
    end = limit
    while end > 0 and _continues(text, end):
        end -= 1
    # One sequence that is longer than the limit is cut hard: an empty name would hide more.
    return text[: end or limit]


def _continues(text: str, at: int) -> bool:
    """Whether the character at ``at`` belongs to what stands before it."""
    before, char = text[at - 1], text[at]
    if before == _ZWJ or char in _TRANSPARENT or _is_mark(char):
        return True
    if "\U0001f3fb" <= char <= "\U0001f3ff" or "\U000e0020" <= char <= "\U000e007f":
        return True  # skin tones, and the tags of a flag
    if "\u1160" <= char <= "\u11ff":
        return True  # vowel and final of a hangul syllable
    if char in _REGIONAL_INDICATORS:
        letters = len(text[:at]) - len(text[:at].rstrip(_REGIONAL_INDICATORS))
        return letters % 2 == 1
    return before == "\r" and char == "\n"


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


def _is_plain(text: str) -> bool:
    """Whether a text can be shown as it is; ``False`` only means that it needs a second look."""
    if not text.isprintable():
        return False
    if text.isascii() or max(text) < _FIRST_MARK:
        return True
    return re.fullmatch(_PLAIN, text) is not None and unicodedata.is_normalized("NFC", text)


def _limit_marks(text: str) -> str:
    """Take out the marks beyond ``MAX_MARKS`` on one base, and give a base to those that have none."""
    kept: list[str] = []
    has_base, marks = False, 0
    for char in text:
        if char in _TRANSPARENT:
            pass
        elif not _is_mark(char):
            has_base, marks = True, 0
        elif marks == MAX_MARKS:
            continue
        else:
            if not has_base:
                kept.append(_DOTTED_CIRCLE)
                has_base = True
            marks += 1
        kept.append(char)
    return "".join(kept)


def _limit_joiners(text: str) -> str:
    """Take out the joiners that join nothing, and U+200D beyond ``MAX_JOINERS``."""
    left = MAX_JOINERS

    def spare(found: re.Match[str]) -> str:
        nonlocal left
        if found["spared"] is None:
            return ""
        if found["spared"] == _ZWJ:
            left -= 1
            return _ZWJ if left >= 0 else ""
        return _ZWNJ

    return _joiner().sub(spare, text)


# Made when the first text asks for them: few do, and making them takes longer than all the others together.


@cache
def _lost_style() -> re.Pattern[str]:
    return re.compile(f"(?<![{_EMOJI}])(?<![0-9#*](?=\ufe0f\u20e3))\ufe0f")


@cache
def _joiner() -> re.Pattern[str]:
    return re.compile(
        f"(?P<spared>(?<=[{_JOINING}])[{_ZWNJ}{_ZWJ}](?=[{_JOINING}])"
        f"|(?<=[{_EMOJI}{_EMOJI_STYLE}]){_ZWJ}(?=[{_EMOJI}]))"
        f"|[{_ZWNJ}{_ZWJ}]"
    )
