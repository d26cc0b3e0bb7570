"""What the description says of measures."""

from __future__ import annotations

from seamline.text import Text
from seamline.usecases.measure import MOST_PERIODS, PERIODS

from .operations import Part, answers, closed, json_answer
from .schemas import MOMENT, TEXT

_FIGURE: Part = {"type": ["string", "null"]}
_COUNT: Part = {"type": "integer", "minimum": 0}
_WORD: Part = {"type": "string"}


def _or_nothing(part: Part) -> Part:
    return {"anyOf": [part, {"type": "null"}]}


_SAMPLE: dict[str, Part] = {
    "value": _FIGURE,
    "count": _COUNT,
    "missing": _COUNT,
    "parts": {
        "type": "object",
        "additionalProperties": {"$ref": "#/components/schemas/MeasureSample"},
    },
}
_POINT = closed({"period": _WORD, "running": {"type": "boolean"}, **_SAMPLE})
_MARK = closed({"kind": _WORD, "at": MOMENT, "name": _WORD, "to": _WORD, "actor": _WORD})
SCHEMAS: dict[str, Part] = {
    "MeasureSample": closed(_SAMPLE),
    "Measure": closed(
        {
            "measure": _WORD,
            "title": TEXT,
            "unit": TEXT,
            "method": TEXT,
            "source": TEXT,
            "owner": _WORD,
            "better": {"enum": ["lower", "higher"]},
            "period": {"enum": ["day", "week", "month", "quarter", "year"]},
            "baseline": _or_nothing(
                closed({"value": _WORD, "period": _WORD, "frozen": {"type": "boolean"}})
            ),
            "target": _or_nothing(closed({"value": _WORD, "by": _WORD})),
            "achieved": _or_nothing(_POINT),
            "points": {"type": "array", "items": _POINT},
            "marks": {"type": "array", "items": _MARK},
            "at": MOMENT,
        }
    ),
    "Measures": closed(
        {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Measure"}}}
    ),
}


def paths(language: str) -> dict[str, Part]:
    """Return the paths of measures."""
    every = Text("看得到的指标", "The measures you may see")
    one = Text("一项指标", "One measure")
    named: Part = {"name": "measure", "in": "path", "required": True, "schema": {"type": "string"}}
    single = _get("measure", one.in_(language), "Measure", (400, 401, 403, 404, 500))
    return {
        "/api/v1/measures": {
            "get": _get("measures", every.in_(language), "Measures", (400, 401, 403, 500))
        },
        "/api/v1/measures/{measure}": {"parameters": [named], "get": single},
    }


def _get(id_: str, summary: str, schema: str, refusals: tuple[int, ...]) -> Part:
    most = {"type": "integer", "minimum": 1, "maximum": MOST_PERIODS, "default": PERIODS}
    return {
        "operationId": f"measures.{id_}",
        "summary": summary,
        "parameters": [{"name": "periods", "in": "query", "schema": most}],
        "responses": {"200": json_answer(summary, schema), **answers(refusals)},
    }
