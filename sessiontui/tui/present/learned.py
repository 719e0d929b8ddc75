"""What was learned, as a panel: recommendations, skills with gain and velocity, what goes with good outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from sessiontui.domain.analytics.wording import SURE, percent
from sessiontui.domain.learning.patterns import Aspect
from sessiontui.domain.learning.wording import between, mean_word
from sessiontui.domain.phrases import count, minutes, number, span
from sessiontui.tui.present.charts import Drawn, Item, below, beside, track
from sessiontui.tui.present.look import BAD, GOOD, MUTED, Look, fitted, outside
from sessiontui.tui.present.worked import TWO_COLUMNS, dashed

if TYPE_CHECKING:
    from sessiontui.domain.learning.skills import Mean
    from sessiontui.services.learning.picture import LearningReport, PatternLine, SkillLine

_GAP: Final = 3
_CELL: Final = 9
_NUMBER: Final = 7
_LABEL: Final = 12
_TRACK: Final = 16
_SKILLS: Final = 14
"""Skills that are shown: the longest practised; the command line has all."""

_GROUPS: Final = 12


def report(found: LearningReport, look: Look, width: int, height: int) -> Drawn:
    """Return the whole panel for a width."""
    if found.is_empty:
        return Drawn(tuple(Content.styled("No session of this period has ended.", MUTED).wrap(max(10, width))))
    del height
    head = _head(found, look, width)
    if width < TWO_COLUMNS:
        parts = (_skills(found, look, width), _groups(found, look, width), _patterns(found, look, width))
        return below(head, *parts)
    left = (width - _GAP) // 2
    right = width - _GAP - left
    first = below(_skills(found, look, left), _groups(found, look, left))
    return below(head, beside(first, _patterns(found, look, right), at=left + _GAP))


def _head(found: LearningReport, look: Look, width: int) -> Drawn:
    well = f"{percent(found.well / found.n)} of {count(found.n, 'ended session')} went well"
    meant = f"{look.dot}complete, goals done, rated 4 or better"
    room = max(10, width)
    lines = list((Content.styled(well, "bold") + Content.styled(meant, MUTED)).wrap(room))
    items = [Item(line=0, start=0, end=width, told=f"{well}{meant}", drill=found.drill)]
    if found.gain.n:
        people = count(found.people, "person", "people")
        gain = f"{mean_word(found.gain)} points gained, {SURE} {_tight(found.gain)}, {count(found.gain.n, 'answer')}"
        line = Content(dashed(f"{gain} of {people}", look))
        if found.velocity.value is not None:
            line += Content.styled(f"{look.dot}{mean_word(found.velocity)} points an hour", MUTED)
        lines += line.wrap(room)
    else:
        lines += Content.styled("Nobody has said yet what they learned.", MUTED).wrap(room)
    for place, told in enumerate(found.lessons, start=1):
        items.append(
            Item(line=len(lines), start=0, end=2, told=f"the sessions of recommendation {place}", drill=told.drill)
        )
        for row, part in enumerate(outside(dashed(told.sentence, look)).wrap(max(10, width - 3))):
            lead = Content.styled(f"{place}. ", "bold $accent") if row == 0 else Content("   ")
            lines.append(lead + part)
    if not found.lessons:
        lines.append(Content.styled("Nothing stands out beyond chance: nothing is recommended.", MUTED))
    return Drawn(tuple(lines), tuple(items))


def _skills(found: LearningReport, look: Look, width: int) -> Drawn:
    if not found.skills:
        return Drawn(())
    cells = ("Practice", "Gain", SURE, "n", "An hour")
    fit = max(1, min(len(cells), (width - _LABEL - _NUMBER) // _CELL))
    room = width - _NUMBER - fit * _CELL
    shown = found.skills[:_SKILLS]
    more = f", {len(shown)} of {len(found.skills)}" if len(found.skills) > len(shown) else ""
    head = f"{f'Skill{more}':<{room}}{'Sess.':>{_NUMBER}}" + "".join(f"{cell:>{_CELL}}" for cell in cells[:fit])
    lines, items = [Content.styled(head[:width], "bold")], []
    for line in shown:
        skill = line.skill
        values = [
            span(minutes(skill.time)), mean_word(skill.gain), dashed(_tight(skill.gain), look),
            number(skill.gain.n) if skill.gain.n else "", mean_word(skill.velocity),
        ]  # fmt: skip
        drawn = fitted(outside(skill.name), room, look)
        drawn += Content(
            f"{number(skill.sessions):>{_NUMBER}}" + "".join(f"{cell:>{_CELL}}" for cell in values[:fit])
        )
        items.append(Item(line=len(lines), start=0, end=width, told=_skill_told(line), drill=line.drill))
        lines.append(drawn)
    return Drawn(tuple(lines), tuple(items))


def _skill_told(line: SkillLine) -> str:
    skill = line.skill
    told = f"{skill.name}: {span(minutes(skill.time))} in {count(skill.sessions, 'session')}"
    if skill.gain.n and skill.before.value is not None and skill.after.value is not None:
        told += f", knew {skill.before.value:.0f} before and {skill.after.value:.0f} after"
        told += f" in {count(skill.gain.n, 'answer')}, gain {mean_word(skill.gain)}"
        told += f" ({_tight(skill.gain)}, t interval)" if skill.gain.low is not None else ""
    return told


def _groups(found: LearningReport, look: Look, width: int) -> Drawn:
    if not found.groups:
        return Drawn(())
    shown = found.groups[-_GROUPS:] if found.by_dim == "week" else found.groups[:_GROUPS]
    more = f", {len(shown)} of {len(found.groups)}" if len(found.groups) > len(shown) else ""
    cells = ("Time", "Well", "Gain", "n", "An hour")
    fit = max(1, min(len(cells), (width - _LABEL - _NUMBER) // _CELL))
    room = width - _NUMBER - fit * _CELL
    head = f"{f'By {found.by_dim}{more}':<{room}}{'Sess.':>{_NUMBER}}"
    head += "".join(f"{cell:>{_CELL}}" for cell in cells[:fit])
    lines, items = [Content.styled(head[:width], "bold")], []
    for group in shown:
        well = percent(group.well / group.n) if group.n else ""
        values = [
            span(minutes(group.time)), well, mean_word(group.gain), number(group.gain.n) if group.gain.n else "",
            mean_word(group.velocity),
        ]  # fmt: skip
        told = f"{group.label or 'none'}: {count(group.n, 'session')}"
        if group.low is not None and group.high is not None:
            told += f", {well} went well ({round(group.low * 100)} to {round(group.high * 100)} %, Wilson)"
        drawn = fitted(outside(group.label or "none"), room, look)
        drawn += Content(f"{number(group.n):>{_NUMBER}}" + "".join(f"{cell:>{_CELL}}" for cell in values[:fit]))
        items.append(Item(line=len(lines), start=0, end=width, told=told, drill=group.drill))
        lines.append(drawn)
    return Drawn(tuple(lines), tuple(items))


def _patterns(found: LearningReport, look: Look, width: int) -> Drawn:
    if not found.patterns:
        return Drawn(())
    length = max(6, min(_TRACK, width - 48))
    head = f"{'Went well by':<22}{'':>{length + 9}}{SURE:<8}{'n':>{_NUMBER}}"
    lines: list[Content] = [Content.styled(head[:width], "bold")]
    items: list[Item] = []
    for aspect in Aspect:
        name = str(aspect)
        for line in found.patterns:
            if line.pattern.aspect is not aspect:
                continue
            items.append(Item(line=len(lines), start=0, end=width, told=_pattern_told(line), drill=line.drill))
            lines.append(fitted(_pattern(line, name, look, length), width, look))
            name = ""
    return Drawn(tuple(lines), tuple(items))


def _pattern(line: PatternLine, name: str, look: Look, length: int) -> Content:
    one = line.pattern
    sign = " "
    if one.stands_out:
        sign = look.of("▲", "+") if one.is_better else look.of("▼", "-")
    colour = GOOD if one.is_better else BAD
    sure = f"{percent(one.share):>5} {round(one.low * 100)}–{round(one.high * 100)}"
    return Content.assemble(
        Content.styled(f"{name:<9}", MUTED),
        fitted(outside(dashed(line.label, look)), 13, look),
        track(one.share, one.low, one.high, length, look),
        Content.styled(f" {sign} ", colour),
        dashed(f"{sure:<14}", look),
        Content.styled(f"{number(one.n):>{_NUMBER}}", MUTED),
    )


def _pattern_told(line: PatternLine) -> str:
    one = line.pattern
    told = f"{one.aspect} {line.label}: {percent(one.share)} of {number(one.n)} went well"
    told += f" ({round(one.low * 100)} to {round(one.high * 100)} %, Wilson)"
    if one.other_share is not None:
        told += f", {percent(one.other_share)} of {number(one.other_n)} others"
    if one.chance is None:
        return f"{told}; too few to compare"
    return f"{told}; {'stands out' if one.stands_out else 'may be chance'}, p {one.chance:.3f} by Holm"


def _tight(mean: Mean) -> str:
    return between(mean).replace(" … ", "–") if (mean.low or 0) >= 0 else between(mean).replace(" ", "")
