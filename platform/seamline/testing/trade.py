"""A small trade to test stores and publications with: customers, parts and orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from seamline import clock
from seamline.facts import Record, Ref, Value
from seamline.metadata import (
    CodePattern,
    Duplicate,
    Field,
    Form,
    ListView,
    Package,
    PackageHead,
    Section,
    State,
)
from seamline.publish import apply, plan
from seamline.store import FormTables, Store, Unit, tables_for
from seamline.store.ulid import ulid
from seamline.text import Text

_COMMON = ("required", "unique", "fields")


def field(id: str, kind: str, **settings: Any) -> Field:
    """Return a field whose label is its id; `required`, `unique` and `fields` are its own."""
    common = {name: settings.pop(name) for name in _COMMON if name in settings}
    return Field(id, kind, Text.same(id), settings=settings, **common)


def form(id: str, *fields: Field, **more: Any) -> Form:
    """Return a form of one section; `list` gives its list view."""
    view = more.pop("list", None) or ListView((fields[0].id,))
    section = Section("main", Text.same("main"), fields)
    return Form(id, Text.same(id), (section,), view, **more)


CUSTOMER = form(
    "customer",
    field("code", "text", max_length=20, required=True),
    field("name", "text"),
    field("credit_line", "money", currency="CNY"),
    field("region", "text"),
    field("source_id", "integer"),
    list=ListView(("code",), ("region",), ("region",), ("code",)),
    key="code",
    name="name",
)
PART = form("part", field("code", "text", max_length=40), field("name", "text"), key="code")
ORDER = form(
    "order",
    field("customer", "reference", to="customer", required=True),
    field("customer_po", "text"),
    field("due_date", "date"),
    field("amount", "money", currency="CNY"),
    field("weight", "decimal", scale=3),
    field("urgent", "boolean"),
    field("tags", "multi_choice", options=[{"id": "red"}, {"id": "blue"}]),
    field("agreement", "attachment"),
    field("credit_line", "lookup", **{"from": "customer", "field": "credit_line"}),
    field(
        "lines",
        "table",
        fields=(
            field("part", "reference", to="part"),
            field("qty", "decimal", scale=2),
            field("note", "text"),
        ),
    ),
    list=ListView(
        ("customer",), ("_state", "customer", "urgent"), ("customer", "customer_po"), ("-due_date",)
    ),
    code=CodePattern("OD-{number:5}", tracking=True),
    states=(State("submitted", Text.same("submitted")),),
    duplicates=(Duplicate("po", ("customer", "customer_po"), Text.same("again")),),
)
FORMS: Mapping[str, Form] = {"customer": CUSTOMER, "part": PART, "order": ORDER}


def package(*forms: Form, version: str = "1.0.0") -> Package:
    """Return a package called `trade` of these forms."""
    head = PackageHead("trade", version, Text.same("trade"))
    return Package(head, forms, sources={"package.yaml": f"version: {version}"})


def publish(store: Store, before: Package | None, after: Package) -> None:
    """Publish `after` in the place of `before`; raises Refused as `apply` does."""

    def keep(unit: Unit) -> None:
        unit.packages.keep(after)
        unit.bump_catalog()

    apply(plan((before,) if before else (), (after,), store), store, keep)


def opened(store: Store) -> Store:
    """Bring an empty store to where the trade is published; return it."""
    store.upgrade()
    publish(store, None, package(*FORMS.values()))
    return store


def tables(id: str) -> FormTables:
    """Return the tables of a form of the trade."""
    return tables_for(FORMS[id], FORMS)


def record(
    form: str,
    values: Mapping[str, Value],
    *,
    code: str = "",
    state: str = "submitted",
    at: datetime | None = None,
    archived: bool = False,
) -> Record:
    """Return a new record of version 1; its code is its tracking code too."""
    at = at or clock.now()
    return Record(
        form=form,
        id=ulid(at),
        code=code,
        tracking=code,
        state=state,
        held="",
        revision=1,
        version=1,
        values=values,
        created_at=at,
        created_by="li",
        updated_at=at,
        updated_by="li",
        archived_at=at if archived else None,
    )


def customer(unit: Unit, code: str, **values: Value) -> Ref:
    """Store a customer and return a reference to it."""
    made = record("customer", {"code": code, "name": f"公司 {code}"} | values)
    unit.records.insert(tables("customer"), made)
    return Ref(code, made.id, str(made.values["name"]))


def order(unit: Unit, code: str, at: datetime | None = None, **values: Value) -> Record:
    """Store an order and return it."""
    made = record("order", values, code=code, at=at)
    unit.records.insert(tables("order"), made)
    return made


def part(unit: Unit, code: str) -> Ref:
    """Store a part and return a reference to it."""
    made = record("part", {"code": code})
    unit.records.insert(tables("part"), made)
    return Ref(code, made.id, "")
