"""RapidOCR with the models inside its wheel: turned upright, levelled, read sign by sign."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import rapidocr
from rapidocr.main import RapidOCRError

from seamline.reading.cleaning import inked, skew, turned
from seamline.reading.pages import Sheet, Sign

_MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
}
_FINDING = 1600  # pixels of the long side at which text is found: at 1280 headings get lost
_SURE = 0.85  # mean score of lines that stand the right way up
_LEAST = 0.3  # of a line; below it there is no text


class Rapid:
    """The default engine; models are named by their paths, so nothing is ever fetched."""

    name = "rapidocr"
    trusted = True

    def __init__(self) -> None:
        folder = Path(rapidocr.__file__).parent / "models"
        named = {f"{part}.model_path": str(folder / name) for part, name in _MODELS.items()}
        missing = [path for path in named.values() if not Path(path).is_file()]
        if missing:
            raise FileNotFoundError(missing[0])
        self._engine = rapidocr.RapidOCR(
            params={
                **named,
                "Global.log_level": "error",
                "Global.use_cls": False,
                "Global.return_word_box": True,
                "Global.return_single_char_box": True,
                "Global.max_side_len": 2000,
                "Det.limit_type": "max",
                "Det.limit_side_len": _FINDING,
                # Lines of about one width go together. A line costs what it is wide; without some
                # blanks after a short one written figures are misread.
                "Rec.rec_batch_num": 2,
                "Rec.rec_img_shape": [3, 48, 192],
                "EngineConfig.onnxruntime.enable_cpu_mem_arena": True,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def sheet(self, picture: Any) -> Sheet:
        """Return the lines of a picture: found once, and once more where it lay on its side."""
        boxes, cuts = self._found(picture)
        if len(boxes) == 0:
            return Sheet(0, 0.0, [])
        if not _lying(boxes):
            lines = self._read(boxes, cuts, _SURE)
            if lines is not None:
                return Sheet(0, skew(boxes), lines)
        best: tuple[float, int, Any, Any] | None = None
        for turns in (1, 3) if _lying(boxes) else (2, 0):
            found = self._found(turned(picture, turns))
            score = self._score(*found)
            if best is None or score > best[0]:
                best = (score, turns, *found)
            if score > _SURE:
                break
        assert best is not None
        _, turns, boxes, cuts = best
        return Sheet(turns, skew(boxes), self._read(boxes, cuts, 0.0) or [])

    def _found(self, picture: Any) -> tuple[Any, list[Any]]:
        """Return where text stands, as quadrilaterals, and what is cut out there.

        Rows and columns without ink are left out while it is searched: they cost as much as full
        ones.
        """
        down, across = inked(picture)
        try:
            cuts, found = self._engine.detect_and_crop(picture[np.ix_(down, across)], {})
        except RapidOCRError:
            return np.zeros((0, 4, 2)), []
        boxes = np.asarray(found.boxes, dtype=np.float32).copy()
        boxes[:, :, 0] = np.interp(boxes[:, :, 0], np.arange(len(across)), across)
        boxes[:, :, 1] = np.interp(boxes[:, :, 1], np.arange(len(down)), down)
        return boxes, cuts

    def _score(self, boxes: Any, cuts: list[Any]) -> float:
        """Return how well a few of the widest lines read, 1 at best."""
        if len(boxes) == 0:
            return 0.0
        scores = self._engine.recognize_txt([cuts[n] for n in _widest(boxes)]).scores
        return float(sum(scores)) / len(scores)

    def _read(self, boxes: Any, cuts: list[Any], least: float) -> list[list[Sign]] | None:
        """Return the lines in boxes; None where a few of the widest read worse than `least`."""
        first = _widest(boxes)
        found: list[list[Sign]] = [[] for _ in boxes]
        for numbers in (first, [n for n in range(len(boxes)) if n not in first]):
            if not numbers:
                continue
            read = self._engine.recognize_txt([cuts[n] for n in numbers])
            if numbers is first and sum(read.scores) / len(read.scores) < least:
                return None
            for n, line in self._signs(numbers, boxes, cuts, read):
                found[n] = line
        return [line for line in found if line]

    def _signs(
        self, numbers: list[int], boxes: Any, cuts: list[Any], read: Any
    ) -> Iterator[tuple[int, list[Sign]]]:
        kept = [
            place
            for place, text in enumerate(read.txts)
            if text.strip() and read.scores[place] >= _LEAST
        ]
        if not kept:
            return
        for name in ("txts", "word_results"):
            setattr(read, name, tuple(getattr(read, name)[place] for place in kept))
        chosen = [numbers[place] for place in kept]
        words = self._engine.calc_word_boxes([cuts[n] for n in chosen], boxes[chosen], read)
        for n, line in zip(chosen, words, strict=True):
            yield n, _signs(line)


def _widest(boxes: Any) -> list[int]:
    return list(np.argsort(-np.ptp(boxes[:, :, 0], axis=1))[:4])


def _lying(boxes: Any) -> bool:
    """Say whether more long lines stand upright than lie."""
    wide, high = np.ptp(boxes[:, :, 0], axis=1), np.ptp(boxes[:, :, 1], axis=1)
    long = np.maximum(wide, high) > 2.5 * np.minimum(wide, high)
    return bool(np.sum(high[long] > wide[long]) > np.sum(wide[long] >= high[long]))


def _signs(words: Any) -> list[Sign]:
    signs = []
    for text, score, quad in words:
        points = np.asarray(quad, dtype=float)
        left, top = points.min(axis=0)
        right, bottom = points.max(axis=0)
        box = (float(left), float(top), float(right), float(bottom))
        signs.append(Sign(str(text)[:1], box, box, float(score)))
    return signs
