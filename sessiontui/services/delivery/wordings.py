"""Wordings of one's own: a folder with one file for each letter, read once when the database is opened.

A file is called by its letter, as in ``reminder.txt``, or by letter and language, as in ``reminder.de.txt``. Its
first line is ``Subject:`` and what stands above the mail, the second is empty, the rest is the letter.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from sessiontui.domain.letters import BUILT_IN, SORTS, Fault, Page, Wording, Wordings, parse

ENDING: Final = ".txt"

MOST: Final = 1000
"""Files that are read: every letter in some forty languages."""

LARGEST: Final = 64 * 1024
"""Bytes of a file; one that is larger is no letter."""

_NAMED: Final = re.compile(r"(?P<page>[a-z_]+)(?:\.(?P<language>[a-z]{2,3}(?:-[a-z0-9]{2,8})*))?\.txt")


def wordings_of(folder: Path | None) -> Wordings:
    """Return the wordings of a folder over those of the program; ``faults`` say what is wrong there."""
    if folder is None:
        return BUILT_IN
    own: dict[tuple[Page, str], Wording] = {}
    faults: list[Fault] = []
    try:
        files = sorted(path for path in folder.iterdir() if path.name.endswith(ENDING))
    except OSError as error:
        return Wordings(faults=(Fault(file=str(folder), line=0, what=f"it cannot be read: {error.strerror}"),))
    if len(files) > MOST:
        faults.append(Fault(file=str(folder), line=0, what=f"it has more than {MOST} files; the rest is not read"))
    for path in files[:MOST]:
        found, wrong = _read(path)
        faults += wrong
        if found is not None:
            page, language, wording = found
            own[page, language] = wording
    return Wordings(own, tuple(faults))


def written_out(page: Page, wordings: Wordings = BUILT_IN, language: str = "") -> str:
    """Return a wording as its file would hold it."""
    wording = wordings.of(page, language)
    return f"Subject: {wording.subject}\n\n{wording.body.rstrip()}\n"


def _read(path: Path) -> tuple[tuple[Page, str, Wording] | None, tuple[Fault, ...]]:
    def fault(what: str) -> tuple[None, tuple[Fault, ...]]:
        return None, (Fault(file=str(path), line=0, what=what),)

    named = _NAMED.fullmatch(path.name)
    if named is None or named["page"] not in set(Page):
        return fault(f"no letter is called so; there are: {', '.join(Page)}, each with {ENDING} or .de{ENDING}")
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            return fault("it is not a file of at most 64 KiB")
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return fault("it is not written in UTF-8")
    except OSError as error:
        return fault(f"it cannot be read: {error.strerror}")
    page = Page(named["page"])
    wording, faults = parse(text, file=str(path), names=SORTS[page].names)
    return (None if wording is None else (page, named["language"] or "", wording)), faults
