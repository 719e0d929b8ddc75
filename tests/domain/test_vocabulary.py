"""The words of live delivery and of work sessions, for every status."""

from __future__ import annotations

import pytest

from sessiontui.domain.vocabulary import LIVE_STATUS, WORK_STATUS, Status


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        (
            LIVE_STATUS,
            {
                "upcoming": "draft created has_requests approved upcoming",
                "live": "waiting active paused",
                "completed": "ended_complete ended_early ended_no_show",
                "cancelled": "cancelled",
            },
        ),
        (
            WORK_STATUS,
            {
                "draft": "draft created has_requests approved upcoming",
                "active": "waiting active",
                "paused": "paused",
                "completed": "ended_complete ended_early ended_no_show cancelled",
            },
        ),
    ],
)
def test_every_status_has_its_word_in_the_other_vocabularies(told: dict[Status, str], meant: dict[str, str]) -> None:
    assert told == {Status(name): word for word, names in meant.items() for name in names.split()}
    assert set(told) == set(Status)
