"""Series: made, changed for this and the following dates or for all, and stamped ahead into sessions."""

from sessiontui.services.series.changing import SeriesEdit, edit, end, take_out
from sessiontui.services.series.making import SeriesDraft, create
from sessiontui.services.series.shown import SeriesDetail, SeriesLine, detail, find, listing
from sessiontui.services.series.stamping import stamp

__all__ = [
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
    "stamp",
    "take_out",
]
