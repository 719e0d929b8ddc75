"""What the console tells while a dialog is open covers neither its buttons nor the line of keys."""

from __future__ import annotations

import pytest
from textual.widgets import Input
from textual.widgets._toast import Toast

from sessiontui.tui.dialogs.working_keys import WorkingKeys
from tests.tui.dialogs.dialog_stage import Stage, settle
from tests.tui.dialogs.test_dialogs import MAKERS


@pytest.mark.parametrize("name", ["form", "pick", "help", "typed", "bar"])
async def test_a_toast_leaves_what_one_decides_by_in_sight(name: str) -> None:
    app = Stage()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.show(MAKERS[name]())
        await settle(pilot)
        app.notify("cancelled Grief circle; 3 people told", markup=False)
        await settle(pilot)
        toasts = [toast.region for toast in app.screen.query(Toast)]
        assert toasts
        needed = [*app.screen.query("#buttons Button"), *app.screen.query(WorkingKeys)]
        if name == "bar":
            needed += app.screen.query(Input)
        assert len(needed) > 1
        for one in needed:
            assert not any(toast.overlaps(one.region) for toast in toasts), one
        await pilot.press("escape")
        await settle(pilot)
