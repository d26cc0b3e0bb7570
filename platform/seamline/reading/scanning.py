"""The process that recognises text: started once, asked page after page, ended by its parent.

It sees page pictures that the opening process wrote, never a file from outside.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any


def read_page(engine: Any, path: Path, number: int) -> dict[str, Any]:
    """Read one page picture; the picture on disk becomes upright, as the boxes are."""
    import cv2

    from . import cleaning
    from .pages import Page, to_json, words_of

    picture = cleaning.sized(cv2.imread(str(path), cv2.IMREAD_COLOR))
    sheet = engine.sheet(cleaning.unsealed(picture))
    picture = cleaning.turned(picture, sheet.turns)
    picture, lines = cleaning.straightened(picture, sheet.lines, sheet.skew)
    cv2.imwrite(str(path), picture, [cv2.IMWRITE_JPEG_QUALITY, 85])
    lines = cleaning.levelled(lines)
    high, wide = picture.shape[:2]
    scale = 1000 / wide
    words = [word for line in lines for word in words_of(_scaled(line, scale), number)]
    return to_json([Page(tuple(words), high * scale, engine.name)])[0]


def _scaled(line: list[Any], scale: float) -> list[Any]:
    from .pages import Sign

    return [
        Sign(
            sign.text,
            tuple(x * scale for x in sign.box),
            tuple(x * scale for x in sign.spot),
            sign.score,
        )
        for sign in line
    ]


def main() -> None:
    """Answer one JSON line for each that comes in: the engine first, then a page each."""
    from .opening import bound

    asked = json.loads(sys.stdin.readline())
    bound(10**6, asked["megabytes"])
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not mix with the answers
    import cv2

    from .engines import start

    cv2.setNumThreads(1)
    engine = start(asked["engine"])
    for line in sys.stdin:
        page = json.loads(line)
        try:
            answer = read_page(engine, Path(page["path"]), page["number"])
        except MemoryError:
            answer = {"refused": "reading_failed"}
        except Exception as wrong:
            answer = {"refused": "reading_failed", "why": repr(wrong)[:300]}
        out.write(json.dumps(answer) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
