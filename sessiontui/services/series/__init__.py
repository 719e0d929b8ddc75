"""Series: made, changed for this and the following dates or for all, and stamped ahead into sessions."""

from sessiontui.services.series.changing import edit, end, take_out
from sessiontui.services.series.intents import SeriesEdit
from sessiontui.services.series.making import SeriesDraft, create
from sessiontui.services.series.previewing import (
    NewDates,
    Outlook,
    preview_dates,
    preview_edit,
    preview_end,
    preview_take_out,
)
from sessiontui.services.series.shown import SeriesDetail, SeriesLine, detail, find, listing
from sessiontui.services.series.stamping import stamp

__all__ = [
    "NewDates",
    "Outlook",
    "SeriesDetail",
    "SeriesDraft",
    "SeriesEdit",
    "SeriesLine",
    "create",
    "detail",
    "edit",
    "end",
    "find",
    "listing",
    "preview_dates",
    "preview_edit",
    "preview_end",
    "preview_take_out",
    "stamp",
    "take_out",
]
