"""What speaks against a picture having just been taken on the spot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from seamline.facts import Capture
from seamline.text import Text

from .picture import Shot

AHEAD = timedelta(minutes=5)  # how far a phone's clock may be before ours
# What programs that change pictures write into them.
EDITORS = (
    "photoshop", "lightroom", "gimp", "snapseed", "picsart", "vsco", "pixelmator", "affinity",
    "canva", "meitu", "美图", "paint", "picasa", "remini", "faceapp", "screenshot",
)  # fmt: skip

SIGNS: Mapping[str, Text] = {
    "old": Text("照片不是刚拍的", "it was not taken just now"),
    "ahead": Text("照片的时间比服务器还晚", "its time is ahead of the server's"),
    "no_camera": Text("照片里没有相机信息", "no camera has written anything into it"),
    "edited": Text("照片被软件处理过", "a program has changed it"),
    "used": Text("照片已经用过", "it has been used before"),
    "alike": Text("与以前的照片很像", "it looks like an earlier one"),
    "no_place": Text("没有定位", "its place is not known"),
    "token": Text("不是从打卡页面当场拍的", "it does not come from the open camera of the page"),
}
GALLERY = ("old", "ahead", "no_camera", "edited")


def signs(
    shot: Shot, capture: Capture, live: bool, within: timedelta, now: datetime
) -> Iterator[str]:
    """Yield what speaks against a picture: words of `SIGNS`.

    `live` says that it is a frame of the page's own camera: such a frame has nothing of a camera
    written into it, and no program has had it between.
    """
    told = capture.taken_at
    moments = [told] if live else [shot.taken_at, told]
    known = [moment for moment in moments if moment is not None]
    if any(now - moment > within for moment in known):
        yield "old"
    if any(moment - now > AHEAD for moment in known):
        yield "ahead"
    if live:
        return
    if not shot.camera and shot.taken_at is None:
        yield "no_camera"
    if any(word in shot.software.lower() for word in EDITORS):
        yield "edited"
