"""The library that ships: exactly what is planted in it is found, and each line gets its version.

`sample_labels.csv` was written by what planted the faults, not by the code that finds them: which
version of a part applies for which group of customers on which days.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from seamline.facts import Actor, Origin
from seamline.fields.bound import unpacked
from seamline.problems import Refused
from seamline.settings import found
from seamline.ui import starting
from seamline.usecases import structure
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.submit import Submission, Submitted, submit
from seamline.usecases.submitting.late import MOST_SAID

ADMIN = Actor("operator", "operator", ("administrator",))
LABELS = [
    *csv.DictReader(
        (Path(__file__).parent / "sample_labels.csv").read_text(encoding="utf-8").splitlines()
    )
]
DAYS = ("2026-08-15", "2026-11-20")
GROUPS = ("passenger", "new_energy", "commercial", "tier1", "aftermarket", "export")


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The auto-parts package with its library, without the rest of its sample data."""
    desk = open_desk(found(tmp_path_factory.mktemp("library"), {}))
    package = starting.publish(desk, "auto_parts")
    starting.seed(desk, package, {"customers", "materials", "bom_versions"})
    yield desk
    desk.close()


def labelled(label: str) -> set[str]:
    return {row["thing"] for row in LABELS if row["label"] == label}


@pytest.mark.cap(33, 35)
def test_the_check_finds_in_the_sample_what_is_planted_and_nothing_else(plant: Desk) -> None:
    assert {label: len(labelled(label)) for label in ("three", "overlap", "gap", "unaudited")} == {
        "three": 60, "overlap": 5, "gap": 2, "unaudited": 3}  # fmt: skip
    checked = structure.checked(plant, ADMIN, "bom_version")
    told: dict[str, set[str]] = defaultdict(set)
    for one in checked.faults:
        told[one.kind].add(one.thing)
    planted = {"overlap": "overlap", "gap": "gap", "unreleased": "unaudited",
               "row_ends": "row_ends"}  # fmt: skip
    assert set(told) == {*planted, "cycle"}
    for kind, label in planted.items():
        assert told[kind] == labelled(label), kind
    (circle,) = (one for one in checked.faults if one.kind == "cycle")
    assert set(circle.way) == labelled("cycle")
    assert sum(one.kind == "row_ends" for one in checked.faults) == 10
    library, _labels = structure.whole(plant, ADMIN, "bom_version")
    counts = [len(versions) for versions in library.values()]
    assert (counts.count(3), counts.count(2), counts.count(1)) == (60, 40, 120)


def expected(group: str, day: str) -> dict[str, list[str]]:
    """Return by part which versions apply, as the labels say."""
    fits: dict[str, list[str]] = {}
    for row in LABELS:
        if row["label"] in ("cycle", "row_ends"):
            continue
        fits.setdefault(row["thing"], [])
        if row["group"] == group and row["from"] <= day <= (row["until"] or "9999"):
            fits[row["thing"]].append(row["version"])
    assert len(fits) == 100
    return fits


def order(desk: Desk, customer: str, day: str, lines: list[dict[str, Any]]) -> Submitted:
    values = {
        "channel": "wechat", "evidence_ref": "x", "customer": customer, "signing_date": day,
        "customer_po": f"{customer} {day} {len(lines)}", "order_type": "series", "contact": "x",
        "contact_phone": "13800000000", "agreement_no": "JS-1", "due_date": "2027-06-01",
        "urgency": "normal", "delivery_terms": "pickup", "freight_by": "us", "packaging": "carton",
        "delivery_address": "x", "inspection": "standard", "payment_terms": "prepaid",
        "invoice_type": "export",
        "lines": [{"qty": 1, "unit_price": 1, "special_process": "none"} | one for one in lines],
    }  # fmt: skip
    return submit(desk, ADMIN, Origin("cli"), Submission("sales_order", "create", values))


@pytest.mark.cap(36)
def test_every_line_of_an_order_gets_the_version_of_the_labels_or_the_right_refusal(
    plant: Desk,
) -> None:
    customers = customers_of(plant)
    for group in GROUPS:
        for day in DAYS:
            fits = expected(group, day)
            single = {thing: names[0] for thing, names in fits.items() if len(names) == 1}
            several = {thing: names for thing, names in fits.items() if len(names) > 1}
            none = [thing for thing, names in fits.items() if not names]
            made = order(plant, customers[group], day, [{"material": one} for one in single])
            bound = {
                row.values["material"].key: unpacked(row.values["bom_bound"])["name"]
                for row in made.record.values["lines"]
            }
            assert bound == single, (group, day)
            if several:
                with pytest.raises(Refused) as refused:
                    order(plant, customers[group], day, [{"material": one} for one in several])
                said = [one for one in refused.value.problems if one.code == "version_to_choose"]
                assert len(said) == len(several)
                for problem, (thing, names) in zip(said, several.items(), strict=True):
                    assert thing in problem.say.en and all(name in problem.say.en for name in names)
            if none:
                held = order(plant, customers[group], day, [{"material": one} for one in none])
                assert held.record.held == "pending" and held.decision is not None
                said_of = [one.say.en for one in held.decision.findings
                           if one.rule.startswith("_no_")]  # fmt: skip
                assert len(said_of) == min(len(none), MOST_SAID)
                assert all(thing in say for thing, say in zip(none, said_of, strict=False))
                rows = held.record.values["lines"]
                assert [row.values["bom_bound"] for row in rows] == [None] * len(none)


def customers_of(desk: Desk) -> dict[str, str]:
    """Return one customer of each group with whom we work."""
    model = desk.catalogs.current().forms["customer"]
    with desk.store.reading() as unit:
        rows = unit.records.page(model.tables, starting.Query(limit=500, total=False)).rows
    return {
        str(row.values["group"]): str(row.values["code"])
        for row in rows
        if row.values["cooperation"] != "suspended"
    }
