"""Moments as a story shows them: today by the hour, this year without its year."""

from __future__ import annotations

from datetime import datetime

from seamline import clock
from seamline.fields.kind import Reading

from ..say import _


def short(moment: datetime, reading: Reading) -> str:
    """Return a moment in the reader's zone as briefly as it stays clear."""
    local = moment.astimezone(reading.zone)
    now = clock.now().astimezone(reading.zone)
    if local.date() == now.date():
        time = f"{local:%H:%M}"
        return _("today %(time)s", time=time)
    if local.year == now.year:
        return f"{local:%m-%d %H:%M}"
    return f"{local:%Y-%m-%d %H:%M}"
