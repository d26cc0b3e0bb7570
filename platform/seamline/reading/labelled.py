"""Papers with what is true of them: `truth.jsonl`, the files, and the records known."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seamline.problems import Place, Refused
from seamline.text import Text

from .found import Known
from .learning import Truth

# The names of the corpus and the roles they are.
_HEAD = {"customer_name": "customer", "po_number": "po_number", "delivery_date": "delivery_date",
         "total": "total"}  # fmt: skip
_LINE = {"material_code": "material_code", "quantity": "quantity", "unit_price": "unit_price",
         "amount": "amount", "delivery_date": "line_date"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Labelled:
    """One paper with what it says."""

    id: str
    path: Path
    layout: str
    template: str
    degradation: str
    truth: Truth


def papers(folder: Path) -> list[Labelled]:
    """Return the papers of a folder; raises Refused where it is no labelled set."""
    path = folder / "truth.jsonl"
    if not path.is_file():
        raise Refused.one(
            "no_truth",
            Text(f"{folder} 里没有 truth.jsonl。", f"There is no truth.jsonl in {folder}."),
            place=Place(file=str(folder)),
        )
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_paper(folder, json.loads(line)) for line in lines if line.strip()]


def _paper(folder: Path, row: Mapping[str, Any]) -> Labelled:
    head = {
        role: str(row["fields"][name]) for name, role in _HEAD.items() if row["fields"].get(name)
    }
    whole = "delivery_date" in head
    items = tuple(
        {
            role: str(item[name])
            for name, role in _LINE.items()
            if item.get(name) and not (whole and role == "line_date")
        }
        for item in row["items"]
    )
    return Labelled(
        str(row["id"]), folder / row["file"], row.get("layout", ""), row.get("template", ""),
        row.get("degradation", ""), Truth(head, items),
    )  # fmt: skip


def known_in(folder: Path) -> Known:
    """Return what the records of a labelled set know."""
    own: list[str] = []
    path = folder / "own_company.json"
    if path.is_file():
        data = json.loads(path.read_text(encoding="utf-8"))
        own = [str(one) for one in data.get("names") or [data["own_company"]]]
    return Known.of(
        own, _table(folder / "master_customers.csv"), _table(folder / "master_materials.csv")
    )


def _table(path: Path) -> list[tuple[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["code"], row["name"]) for row in csv.DictReader(file)]
