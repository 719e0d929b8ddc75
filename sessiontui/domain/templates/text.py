"""Templates as TOML: read with the line of everything that is wrong, and written so that reading gives the same."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from sessiontui.domain.chain import Json
from sessiontui.domain.planning.draft import GoalDraft, MilestoneDraft, PlanDraft
from sessiontui.domain.planning.words import MilestoneRule
from sessiontui.domain.templates.checking import template_of
from sessiontui.domain.templates.faults import Fault, Faulty
from sessiontui.domain.templates.places import line_of, lines_of
from sessiontui.domain.templates.shape import Template

MAX_TEXT: Final = 500_000
"""Characters of a file that may be a template: far more than any plan, far less than what hurts."""

Meaning: TypeAlias = Callable[[Mapping[str, object]], Template]
"""What becomes of a parsed text."""

PLAN_FIELDS: Final = ("goals", "milestones", "checklist")

_AT: Final = re.compile(r"^(.*?) \(at (?:line (\d+), column (\d+)|end of document)\)$", re.DOTALL)
_PLAIN_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\f": "\\f", "\r": "\\r"}


def read(text: str) -> Template:
    """Return the template that a TOML text means; ``Faulty`` tells everything that is wrong, with lines."""
    return _told(text, template_of)


def read_bytes(content: bytes) -> Template:
    """Return the template of a file; what is not UTF-8 is told with its line as well."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Faulty([Fault((), "is not written in UTF-8", line)], hint="save the file as UTF-8") from None
    return read(text)


def read_plan(text: str) -> PlanDraft:
    """Return the plan that a TOML text of goals, milestones and checklist alone means; ``Faulty`` as for ``read``."""

    def plan(given: Mapping[str, object]) -> Template:
        known = {name: value for name, value in given.items() if name in PLAN_FIELDS}
        strange = [Fault((name,), f"a plan has {', '.join(PLAN_FIELDS)}") for name in given if name not in known]
        if strange:
            raise Faulty(strange)
        return template_of({"name": "plan", "kind": "work", "minutes": 1, **known})

    return _told(text, plan).plan


def write(template: Template) -> str:
    """Return a template as TOML."""
    head = values_of(template)
    lines = [f"{name} = {_value(value)}" for name, value in head.items() if name not in PLAN_FIELDS]
    plan = write_plan(template.plan)
    return "\n".join(lines) + "\n" + (f"\n{plan}" if plan else "")


def write_plan(plan: PlanDraft) -> str:
    """Return a plan as TOML, empty where nothing is planned."""
    blocks: list[str] = []
    if plan.checklist:
        items = "".join(f"    {_string(one)},\n" for one in plan.checklist)
        blocks.append(f"checklist = [\n{items}]\n")
    for name, tables in (("goals", map(_goal, plan.goals)), ("milestones", map(_milestone, plan.milestones))):
        blocks += (
            f"[[{name}]]\n" + "".join(f"{key} = {_value(value)}\n" for key, value in table.items())
            for table in tables
        )
    return "\n".join(blocks)


def values_of(template: Template) -> dict[str, Json]:
    """Return a template as the mapping that ``template_of`` reads; what is empty is left out."""
    values: dict[str, Json] = {
        "name": template.name,
        "slug": template.slug,
        "kind": str(template.kind),
        "minutes": template.minutes,
        "difficulty": str(template.difficulty),
        "title": template.title,
        "description": template.description,
        "capacity": template.capacity,
        "tags": list(template.tags),
        **plan_values(template.plan),
    }
    return {name: value for name, value in values.items() if value not in ("", 0, [])}


def plan_values(plan: PlanDraft) -> dict[str, Json]:
    """Return a plan as a mapping of plain values."""
    return {
        "goals": [_goal(goal) for goal in plan.goals],
        "milestones": [_milestone(one) for one in plan.milestones],
        "checklist": list(plan.checklist),
    }


def _told(text: str, meaning: Meaning) -> Template:
    """Parse a text and return what it means, with lines in whatever is wrong."""
    if len(text) > MAX_TEXT:
        raise Faulty([Fault((), f"has {len(text)} characters, at most {MAX_TEXT} are possible")])
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Faulty([_syntax(str(error), text)], hint="this is not TOML: see the line") from None
    except (ValueError, RecursionError):  # numbers of thousands of digits, brackets in brackets without end
        raise Faulty([Fault((), "a value is too large or too deep to be read")]) from None
    try:
        return meaning(given)
    except Faulty as error:
        lines = lines_of(text)
        placed = [Fault(one.path, one.said, line_of(lines, one.path)) for one in error.faults]
        raise Faulty(sorted(placed, key=lambda one: one.line), hint=error.hint) from None


def _syntax(message: str, text: str) -> Fault:
    found = _AT.match(message)
    if found is None:
        return Fault((), message)
    said, line, column = found.groups()
    if line is None:
        return Fault((), f"{said}: the text ends too soon", text.count("\n") + 1)
    return Fault((), f"{said} (column {column})", int(line))


def _goal(goal: GoalDraft) -> dict[str, Json]:
    values: dict[str, Json] = {
        "key": goal.key,
        "title": goal.title,
        "criteria": goal.criteria,
        "weight": goal.weight if goal.weight != 1 else 0,
        "phase": "" if goal.phase is None else str(goal.phase),
        "parent": goal.parent,
        "needs": list(goal.needs),
    }
    return {name: value for name, value in values.items() if value not in ("", 0, [])}


def _milestone(one: MilestoneDraft) -> dict[str, Json]:
    plain: dict[str, Json] = {"title": one.title, "rule": str(one.rule)}
    return plain if one.rule is MilestoneRule.MANUAL else {**plain, "threshold": one.threshold}


def _value(value: Json) -> str:
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Sequence):
        return f"[{', '.join(_value(one) for one in value)}]"
    return str(value)


def _string(text: str) -> str:
    """Return a text as TOML writes it: of one line in quotes, of several in three of them."""
    if "\n" not in text:
        return f'"{_escaped(text)}"'
    body = "\n".join(_escaped(line) for line in text.split("\n"))
    return f'"""\n{body}"""'


def _escaped(text: str) -> str:
    return "".join(
        _PLAIN_ESCAPES.get(char) or (f"\\u{ord(char):04X}" if ord(char) < 0x20 or ord(char) == 0x7F else char)
        for char in text
    )
