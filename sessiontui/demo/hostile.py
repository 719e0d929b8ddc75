"""The world whose texts try to break screens, terminals and spreadsheets."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Final

from sessiontui.demo.crowd import quarter
from sessiontui.demo.names import ADMIN, MENTORS, Face
from sessiontui.demo.scenes import Ask, Scene, Step, Visit, inside
from sessiontui.domain.vocabulary import Kind, Move, RequestState, Role

_ZALGO: Final = "".join(letter + "".join(chr(0x300 + (place * 7 + n * 13) % 0x70) for n in range(18))
                        for place, letter in enumerate("He comes"))  # fmt: skip

TEXTS: Final = (
    "\x1b[2J\x1b[H\x1b[31mred until the end",
    "\x1b]0;owned\x07\x1b]52;c;ZWNobyBoaQ==\x07clipboard",
    "\x9b31m C1 opener, \x90 and a bell \x07",
    "[@click=app.quit]press me[/]",
    "[bold red]loud[/bold red] [/] [link=https://evil.example]here[/link]",
    "[[nested]] \\[half-open [not a tag",
    "invoice\u202egpj.exe",
    "\u2066left\u2069 \u2067right\u2069 \u200eand\u200f marks",
    "admin\u200b\u200c\u200d\u2060\ufeff (is it?)",
    "аdmin with a Cyrillic а",
    _ZALGO,
    "👩‍👩‍👧‍👦 family, 👍🏿 thumb, 🏳️‍🌈 flag, 🇺🇳🇪🇺",
    "深夜のグリーフサークル：大切な人を失った方へ（第十二回）",
    "한국어 대화 모임 — 초보자 환영",
    "دائرة الحزن للناطقين بالعربية",
    "מעגל אבל — פתוח לכולם",
    '=HYPERLINK("https://evil.example","refund")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd",
    "@SUM(1+9)*cmd|x",
    "\tTab first, then\rreturn and\nnew lines\x0b\x0c",
    "Robert'); DROP TABLE session;--",
    "%s %n {0} ${HOME} `id` $(id)",
    "</title><script>alert(1)</script>",
    "../../../../etc/passwd",
    "NULL",
    "0",
    "\u3164",
    "\u00a0\u2003.\u2003\u00a0",
    "ﷺ﷽ the widest of letters ௵𒐫",
    "W" * 480,
    "long " * 90,
    "combining first: \u0301\u0302e",
    "surrogate \ud800 and NUL \x00 inside",
    "\U000e0001\U000e0041tags\U000e007f",
)  # fmt: skip
"""Escapes, markup, direction marks, stacked marks, wide and empty-looking letters, formulas, and mere length."""


def scenes(rng: Random, now: datetime) -> list[Scene]:
    """Return one session for each text, which is at once its title, tag, description, message and reason."""
    return [_scene(rng, now, place, text) for place, text in enumerate(TEXTS)]


def _scene(rng: Random, now: datetime, place: int, text: str) -> Scene:
    other = TEXTS[(place + 11) % len(TEXTS)]
    guest = Face(name=_name(text), email=f"guest{place}@example.org", role=Role.PARTICIPANT)
    friend = Face(name=_name(other), email=f"friend{place}@example.org")
    scene = Scene(
        title=text,
        starts=quarter(now, 90 + 35 * place),
        kind=list(Kind)[place % 3],
        mentor=MENTORS[place % len(MENTORS)],
        author=ADMIN,
        capacity=4,
        tags=(text[:60], "hostile"),
        description=f"{text}\n{other}",
        link=f"https://meet.example.org/{text}"[:120],
        asks=(Ask(who=guest, at=-300 - place, message=text),),
    )
    match place % 7:
        case 0:
            return replace(scene, starts=-3 - place, asks=(_yes(guest, text), _no(friend, other)))
        case 1:
            return replace(
                scene,
                starts=-5 - place,
                asks=(_yes(guest, text), _yes(friend, other)),
                visits=(
                    *inside([guest, friend], rng, since=-5 - place),
                    Visit(who=Face(name=_name(other)), joined=-1, stranger=True),
                ),
            )
        case 2:
            return replace(scene, steps=(Step(at=-60, move=Move.CANCEL, by=ADMIN, reason=text),))
        case 3:
            return replace(scene, starts=4 + place, asks=(_yes(guest, text), Ask(who=friend, at=-50, message=other)))
        case _:
            return scene


def _yes(who: Face, text: str) -> Ask:
    return Ask(who=who, at=-400, message=text, state=RequestState.APPROVED, decided=-200, reason=text)


def _no(who: Face, text: str) -> Ask:
    return Ask(who=who, at=-390, message=text, state=RequestState.REJECTED, decided=-190, reason=text)


def _name(text: str) -> str:
    """Return a text as a name, which is kept without what no database can hold."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode().replace("?", "\ufffd")[:200]
