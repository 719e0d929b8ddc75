"""Two versions of one text: merged line by line where they do not overlap, set side by side where they do."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from sessiontui.domain.records import record


@record(kw_only=True)
class Merge:
    """What two versions of a text come to.

    ``text`` holds every line that either of them wrote; where both changed the same lines it is not ``clean``: mine
    stand there first, and theirs after them.
    """

    text: str
    clean: bool


def merge(base: str, mine: str, theirs: str) -> Merge:
    r"""Return what two versions of ``base`` come to.

    >>> merge("one\ntwo\nthree", "one!\ntwo\nthree", "one\ntwo\nthree\nfour")
    Merge(text='one!\ntwo\nthree\nfour', clean=True)
    >>> merge("tea", "coffee", "milk")
    Merge(text='coffee\nmilk', clean=False)
    """
    if mine == theirs or theirs == base:
        return Merge(text=mine, clean=True)
    if mine == base:
        return Merge(text=theirs, clean=True)
    old = base.split("\n")
    edits = sorted(
        [*_edits(old, mine.split("\n"), is_mine=True), *_edits(old, theirs.split("\n"), is_mine=False)],
        key=lambda edit: (edit.start, edit.end),
    )
    lines: list[str] = []
    at, clean = 0, True
    for group in _groups(edits):
        start, end = group[0].start, max(edit.end for edit in group)
        lines += old[at:start]
        ours, others = (_applied(old, start, end, group, is_mine=whose) for whose in (True, False))
        if len({edit.is_mine for edit in group}) == 1:
            lines += ours if group[0].is_mine else others
        elif ours == others:
            lines += ours
        else:
            clean = False
            lines += [*ours, *others]
        at = end
    return Merge(text="\n".join((*lines, *old[at:])), clean=clean)


@record
class _Edit:
    """Lines that stand in the place of the base's lines from ``start`` up to ``end``."""

    start: int
    end: int
    lines: tuple[str, ...]
    is_mine: bool


def _edits(old: Sequence[str], new: Sequence[str], *, is_mine: bool) -> list[_Edit]:
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [
        _Edit(start, end, tuple(new[there:until]), is_mine)
        for code, start, end, there, until in codes
        if code != "equal"
    ]


def _groups(edits: Sequence[_Edit]) -> list[list[_Edit]]:
    """Return the edits in groups of those that overlap, in their order."""
    groups: list[list[_Edit]] = []
    for edit in edits:
        if groups and any(_overlap(one, edit) for one in groups[-1]):
            groups[-1].append(edit)
        else:
            groups.append([edit])
    return groups


def _overlap(one: _Edit, other: _Edit) -> bool:
    """Tell whether two edits are about the same lines; what is added at the edge of a change has no sure place."""
    if one.is_mine == other.is_mine:
        return False
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return max(one.start, other.start) < min(one.end, other.end)


def _applied(old: Sequence[str], start: int, end: int, group: Sequence[_Edit], *, is_mine: bool) -> list[str]:
    """Return the base's lines from ``start`` up to ``end`` as one of the two has them."""
    lines: list[str] = []
    at = start
    for edit in group:
        if edit.is_mine is is_mine:
            lines += [*old[at : edit.start], *edit.lines]
            at = edit.end
    return [*lines, *old[at:end]]
