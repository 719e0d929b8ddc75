"""What tests of the store share: plans do not depend on how busy the machine is."""

from __future__ import annotations

import pytest

from sessiontui.store.reads import planning


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count what an index names for as long as a busy machine needs; otherwise it counts as naming too many."""
    for name in ("ESTIMATING", "ESTIMATING_WORDS"):
        monkeypatch.setattr(planning, name, 60.0)
