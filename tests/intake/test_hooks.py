"""Webhooks as neutral news: whatever is sent is read, or refused with a reason."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.errors import BadInput
from sessiontui.intake.hooks import Happening, bbb_news, zoom_news

LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.floats(allow_nan=False)
ANY = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3))
PERSON = st.dictionaries(
    st.sampled_from(["participant_uuid", "user_id", "id", "user_name", "email", "join_time", "leave_time"]), LEAVES
)
MEETING = st.fixed_dictionaries(
    {}, optional={"id": LEAVES, "uuid": LEAVES, "participant": PERSON | ANY, "end_time": ANY}
)
ZOOM = st.fixed_dictionaries(
    {"event": st.sampled_from(["meeting.participant_joined", "meeting.ended", "meeting.started", "x"]) | ANY},
    optional={"event_ts": LEAVES, "payload": st.fixed_dictionaries({"object": MEETING | ANY}) | ANY},
)


@given(ANY | ZOOM)
def test_whatever_zoom_sends_is_read_or_refused(value: object) -> None:
    try:
        news = zoom_news(value)  # type: ignore[arg-type]
    except BadInput:
        return
    assert news.happening is Happening.OTHER or (news.meeting and news.at.tzinfo is not None)
    if news.happening in (Happening.JOINED, Happening.LEFT):
        assert news.participant


@given(ANY)
def test_whatever_bigbluebutton_sends_is_read_or_refused(value: object) -> None:
    for told in (value, {"data": value}, {"data": {"id": "user-joined", "attributes": value, "event": value}}):
        try:
            news = bbb_news(told)  # type: ignore[arg-type]
        except BadInput:
            continue
        assert news.happening in Happening


def test_an_id_is_the_same_as_text_and_as_a_number() -> None:
    told = [
        zoom_news({"event": "meeting.ended", "event_ts": 1, "payload": {"object": {"id": number}}})
        for number in (1234567890, "1234567890", "123 4567 890")
    ]
    assert len({(one.room, one.at) for one in told}) == 1
