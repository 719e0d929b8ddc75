"""How a session went, or how long it is likely to take: one line, and the parts of each score below the durations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from sessiontui.domain.phrases import count, minutes, span
from sessiontui.tui.present.bars import bar
from sessiontui.tui.present.look import MUTED, Look, fitted, outside

if TYPE_CHECKING:
    from sessiontui.domain.learning.predicting import Prediction
    from sessiontui.domain.scoring.scores import Scored
    from sessiontui.services.pictures import SessionDetail
    from sessiontui.services.scoring.picture import ScoreCard, Went

_NAME = 14
_BAR = 10
_WIDE = 66
"""From this width on there is room for bars beside the facts."""


def rows(detail: SessionDetail, look: Look) -> list[tuple[str, Content]]:
    """Return the lines of the overview: scores once it has ended, before that how long it is likely to take."""
    went = detail.went
    if went is None:
        return []
    found: list[tuple[str, Content]] = []
    if went.prediction is not None:
        found.append(("Likely", _likely(went.prediction, look)))
    if went.card is not None and went.card.line:
        hint = Content.styled(f"{look.dot}Durations tells why", MUTED)
        found.append(("Scores", Content(went.card.line) + hint))
    if went.learned:
        said = [f"{one.person}: {one.skill} {one.before:.0f} → {one.after:.0f}" for one in went.learned]
        told = look.dot.join(said) if not look.ascii else "; ".join(said).replace("→", "to")
        found.append(("Learned", outside(told)))
    return found


def below(went: Went | None, look: Look, width: int) -> Content:
    """Return what stands below the durations: the prediction, or each score with its parts and the facts of them."""
    if went is None:
        return Content("")
    lines: list[Content] = []
    if went.prediction is not None:
        lines += [Content(""), *_prediction(went.prediction, look, width)]
    if went.card is not None:
        for scored in went.card.scores:
            lines += [Content(""), *_score(scored, look, width)]
        lines += [Content(""), *_focus(went.card, look, width)]
    return Content("\n").join(lines)


def _likely(found: Prediction, look: Look) -> Content:
    told = found.said.removeprefix("likely ")
    return Content(told if not look.ascii else told.replace("–", "-"))


def _prediction(found: Prediction, look: Look, width: int) -> list[Content]:
    dash = look.of("–", "-")
    head = Content.assemble(
        Content.styled("Likely", "bold"), f" {found.between.replace('–', dash)}, about {span(round(found.minutes))}"
    )
    own = f", {found.own} of them by the same person" if found.own else ""
    rests = f"from {count(found.n, 'past session')} of its template{own}, {count(found.all, 'session')} in all"
    if not found.n:
        rests = f"from {count(found.all, 'past session')}: nothing like it has run yet"
    ways = "four of five lie within that; a person is drawn towards the template, that towards all"
    return [
        fitted(head, width, look),
        *Content.styled(rests, MUTED).wrap(max(8, width)),
        *Content.styled(ways, MUTED).wrap(max(8, width)),
    ]


def _score(scored: Scored, look: Look, width: int) -> list[Content]:
    value = scored.value
    told = "not known" if value is None else f"{value:>3}"
    head = Content.styled(f"{str(scored.score).capitalize():<{_NAME}}{told}", "bold")
    lines = [fitted(head + Content.styled("  the weighted mean of", MUTED), width, look)]
    room = _BAR if width >= _WIDE else 0
    for part in scored.parts:
        drawn = bar(part.value or 0.0, room, look) if room else ""
        share = "" if part.value is None else f"{round(part.value * 100)} %"
        line = Content.assemble(
            Content.styled(f"  {part.weight:>2} {part.name:<10}", MUTED),
            Content.styled(drawn, "$accent"),
            " " * (room - len(drawn)),
            f"{share:>6}",
            Content.styled(f"  {part.told}", MUTED),
        )
        lines.append(fitted(line, width, look))
    return lines


def _focus(card: ScoreCard, look: Look, width: int) -> list[Content]:
    focus = card.effort.focus
    if not focus.run:
        return []
    told = (
        f"longest {span(minutes(focus.longest))}, {count(focus.interruptions, 'interruption')}, "
        f"{span(minutes(focus.distracted))} out of focus"
    )
    head = Content.styled(f"{'Focus':<{_NAME}}", "bold") + Content(span(minutes(focus.total)))
    rest = Content.styled(told, MUTED).wrap(max(8, width - 2))
    return [fitted(head, width, look), *(Content("  ") + line for line in rest)]
