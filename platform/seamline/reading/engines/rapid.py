"""RapidOCR with the models inside its wheel: turned upright, levelled, read sign by sign."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import rapidocr

from seamline.reading.cleaning import skew, turned
from seamline.reading.pages import Sign

_MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
}
_FINDING = 1600  # pixels of the long side at which text is found: at 1280 headings get lost
_SURE = 0.85  # mean score of lines that stand the right way up


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
                "Global.text_score": 0.3,
                "Global.use_cls": False,
                "Global.max_side_len": 2000,
                "Det.limit_type": "max",
                "Det.limit_side_len": _FINDING,
                # Lines of about one width go together. Without blanks after a short one written
                # figures are misread: they stay.
                "Rec.rec_batch_num": 2,
                "EngineConfig.onnxruntime.enable_cpu_mem_arena": True,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def boxes(self, picture: Any) -> Any:
        """Return where text stands, as quadrilaterals."""
        found = self._engine(picture, use_det=True, use_rec=False, use_cls=False)
        boxes = getattr(found, "boxes", None)
        return np.zeros((0, 4, 2)) if boxes is None else np.asarray(boxes, dtype=float)

    def score(self, picture: Any, boxes: Any) -> float:
        """Return how well a few of the widest boxes read, 1 at best."""
        wide = sorted(boxes, key=lambda box: -np.ptp(box[:, 0]))[:4]
        total = 0.0
        for box in wide:
            left, top = np.floor(box.min(axis=0)).astype(int)
            right, bottom = np.ceil(box.max(axis=0)).astype(int)
            cut = picture[max(top, 0) : bottom, max(left, 0) : right]
            if cut.size:
                read = self._engine(cut, use_det=False, use_cls=False)
                total += float(sum(getattr(read, "scores", None) or (0.0,)))
        return total / max(1, len(wide))

    def upright(self, picture: Any) -> tuple[int, float]:
        """Return by how many quarter turns clockwise it becomes upright, and its skew then."""
        scale = 960 / max(picture.shape[:2])
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        boxes = self.boxes(small)
        if len(boxes) < 3:
            return 0, 0.0
        wide, high = np.ptp(boxes[:, :, 0], axis=1), np.ptp(boxes[:, :, 1], axis=1)
        long = np.maximum(wide, high) > 2.5 * np.minimum(wide, high)
        lying = np.sum(high[long] > wide[long]) > np.sum(wide[long] >= high[long])
        scores = {}
        for turns in (1, 3) if lying else (0, 2):
            one = turned(picture, turns)
            big = turned_boxes(boxes / scale, turns, picture.shape)
            scores[turns] = self.score(one, big)
            if scores[turns] > _SURE:
                break
        best = max(scores, key=lambda turns: (scores[turns], -turns))
        return best, skew(boxes, lying=bool(lying))

    def lines(self, picture: Any) -> list[list[Sign]]:
        """Return the lines of an upright picture, each as its signs."""
        found: Any = self._engine(
            picture, use_det=True, use_rec=True, use_cls=False,
            return_word_box=True, return_single_char_box=True,
        )  # fmt: skip
        if getattr(found, "boxes", None) is None or not found.txts:
            return []
        return [_signs(words) for words in found.word_results]


def turned_boxes(boxes: Any, turns: int, shape: tuple[int, ...]) -> Any:
    """Return boxes as they stand once their picture is turned."""
    high, wide = shape[:2]
    across, down = boxes[:, :, 0], boxes[:, :, 1]
    if turns == 1:
        across, down = high - down, across
    elif turns == 2:
        across, down = wide - across, high - down
    elif turns == 3:
        across, down = down, wide - across
    return np.stack([across, down], axis=2)


def _signs(words: Any) -> list[Sign]:
    signs = []
    for text, score, quad in words:
        points = np.asarray(quad, dtype=float)
        left, top = points.min(axis=0)
        right, bottom = points.max(axis=0)
        box = (float(left), float(top), float(right), float(bottom))
        signs.append(Sign(str(text)[:1], box, box, float(score)))
    return signs
