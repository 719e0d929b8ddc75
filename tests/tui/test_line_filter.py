"""Hostile text: whatever a title, a name or a message holds, no control or bidi character leaves the screen."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import cycle

import pytest
from rich.segment import Segment
from textual.color import Color
from textual.strip import Strip

from sessiontui.domain.text import STRIPPED
from sessiontui.services.pictures import SessionDetail
from sessiontui.tui.app import ConsoleApp, ControlFilter
from tests.tui.at_rest import at_rest
from tests.tui.desk_fakes import FakePort, FakeReads, detail_of, every_status, health
from tests.tui.test_desk import settled

HOSTILE = (
    "\x1b[31mred\x1b[0m",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x9b31mC1\x9d0;title\x9c",
    "a\rb\nc\td\x00e\x7ff\x08g",
    "[@click=app.quit]Anna[/]",
    "[bold red]x[/bold red] [/nothing]",
    "\u202egnp.exe\u202c \u2066iso\u2069 \u200emark",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035aA\u0321\u034aL\u0322G\u0335O",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 family \U0001f3f3\ufe0f\u200d\U0001f308",
    "\U000e0041\U000e0042 tags \u2028line\u2029para",
    "\ud800 surrogate",
    "\u3164\u115f fillers \u200b\u200b zero",
    "日本語" * 200,
    "x" * 5_000,
)

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\[<[0-9;]*[a-z]")


def written(app: ConsoleApp) -> str:
    """Everything that a full frame writes to the terminal, without the escapes that the toolkit itself makes."""
    update = app.screen._compositor.render_update(full=True)
    return ESCAPE.sub("", update.render_segments(app.console)).replace("\n", "").replace("\r", "")


class HostileReads(FakeReads):
    """Says hostile things in every text that there is: one after the other in the rows, all of them in details."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        shown = ("title", "mentor", "author", "beside", "why", "external_id", "source")
        said = cycle(texts)
        super().__init__(
            tuple(
                replace(each, tags=(text,), **dict.fromkeys(shown, text))
                for each, text in zip(every_status(), said, strict=False)
            )
        )
        self.text = " ".join(texts)

    async def detail(self, session_id: int, *, now: object) -> SessionDetail:
        detail = detail_of(next(each for each in self.lines if each.id == session_id))
        text = self.text
        return replace(
            detail,
            description=text,
            link=text,
            mentor_phone=text,
            mentor_zone=text,
            requests=tuple(
                replace(each, person=text, message=text, decided_by=text, reason=text) for each in detail.requests
            ),
            presence=tuple(replace(each, person=text) for each in detail.presence),
            history=tuple(replace(each, by=text, sentence=text, reason=text) for each in detail.history),
        )


@pytest.mark.parametrize("first", [0, 5, 10])
@pytest.mark.parametrize("size", [(120, 36), (60, 20)])
async def test_nothing_raw_is_written_and_no_markup_acts(first: int, size: tuple[int, int]) -> None:
    texts = HOSTILE[first : first + 5]
    text = texts[0]
    port = FakePort(platform_name=text)
    port.actor = replace(port.actor, name=text)
    app = ConsoleApp(port, reads=HostileReads(texts), interval=None)

    async def hurt() -> object:
        base, text = health(), " ".join(texts)
        return replace(
            base,
            leader=text,
            sources=((text, base.taken_at),),
            parts=tuple(replace(each, name=text, fact=text, hint=text) for each in base.parts),
            jobs=tuple(replace(each, name=f"{each.name}{text}", last_error=text) for each in base.jobs),
        )

    port.health = hurt  # type: ignore[method-assign, assignment]
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        await pilot.press("j", "j", "j", "j", "enter")
        for key in ("l", "l", "l", "l"):
            await pilot.press(key)
            await pilot.pause()
            assert not re.search(STRIPPED, written(app))
        for each in texts:
            app.tell(each)
        await at_rest(pilot)
        for offset in ((5, 1), (30, 6), (30, 4), (size[0] - 20, 8)):
            await pilot.click(offset=offset)
        await settled(pilot)
        assert not re.search(STRIPPED, written(app))
        await pilot.press("8")
        await settled(pilot)
        assert not re.search(STRIPPED, written(app))
        assert app.is_running


async def test_markup_is_shown_as_it_is_written() -> None:
    app = ConsoleApp(FakePort(), reads=HostileReads(("[@click=app.quit]Anna[/]",)), interval=None)
    async with app.run_test(size=(160, 36)) as pilot:
        await settled(pilot)
        assert "[@click=app.quit]Anna[/]" in written(app)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_the_filter_is_a_gate_of_its_own(text: str) -> None:
    clean = ControlFilter().apply([Segment(text), Segment("fine")], Color.parse("black"))
    assert not re.search(STRIPPED, "".join(segment.text for segment in clean))
    assert clean[1].text == "fine"
    assert Strip(clean).cell_length == Strip([Segment(text), Segment("fine")]).cell_length or "\ud800" in text


async def test_every_frame_goes_through_the_filter() -> None:
    app = ConsoleApp(FakePort(), reads=FakeReads(), interval=None)
    async with app.run_test():
        assert isinstance(app.get_line_filters()[-1], ControlFilter)
