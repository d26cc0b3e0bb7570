"""An order form with everything a form can have, compiled, and what its references find."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from seamline.facts import Ref
from seamline.fields import Reading
from seamline.forms import compile_form
from seamline.metadata import Field, Form, ListView, Section, State, Step
from seamline.text import Text

SHANGHAI = Reading("zh", ZoneInfo("Asia/Shanghai"))
OPTIONS = [
    {"id": "normal", "label": {"zh": "普通", "en": "Normal"}},
    {"id": "rush", "label": "Rush"},
]


def field(word, kind, /, *, columns=(), **settings):
    """Return a field; common keys go to the field, the others to its settings."""
    common = {
        key: settings.pop(key)
        for key in ("required", "default", "visible_when", "required_when")
        if key in settings
    }
    return Field(
        word, kind, Text(f"字段{word}", word.title()), settings=settings, fields=columns, **common
    )


def form(word, *fields, states=(), steps=(), **rest):
    """Return a form of one section."""
    section = Section("main", Text.same("Main"), fields)
    return Form(
        word, Text.same(word), (section,), ListView(columns=()), states=states, steps=steps, **rest
    )


CUSTOMER = form(
    "customer",
    field("code", "text"),
    field("name", "text"),
    field("credit_line", "money"),
    field("manager", "reference", to="employee"),
    field("contracts", "attachment"),
)
EMPLOYEE = form("employee", field("code", "text"), field("grade", "integer"))
MATERIAL = form(
    "material",
    field("code", "text"),
    field("weight", "decimal", scale=3),
    field("price", "money"),
)
LINES = (
    field("material", "reference", to="material", required=True),
    field("qty", "decimal", scale=2, min=0, required=True),
    field("unit_price", "money"),
    field("price", "lookup", **{"from": "material", "field": "price"}),
    field("amount", "computed", formula="qty * coalesce(unit_price, price)"),
    field("discounted", "computed", formula="amount * (1 - coalesce(discount, 0) / 100)"),
    field("process", "choice", options=OPTIONS, default="normal"),
    field("note", "text", visible_when={"==": [{"var": "process"}, "rush"]},
          required_when={">": [{"var": "qty"}, 100]}),
)  # fmt: skip
ORDER = form(
    "order",
    field("customer", "reference", to="customer", required=True),
    field("customer_name", "lookup", **{"from": "customer", "field": "name"}),
    field("manager", "lookup", **{"from": "customer", "field": "manager"}),
    field("urgency", "choice", options=OPTIONS, default="normal"),
    field("reason", "text", visible_when={"==": [{"var": "urgency"}, "rush"]}, required=True),
    field("reason_code", "text", visible_when={"var": "reason"}),
    field("po", "text", required_when={">": [{"var": "total"}, 1000]}),
    field("due_date", "date", default="today"),
    field("discount", "percent"),
    field("agreement", "attachment"),
    field("spot", "place"),
    field("tags", "multi_choice", options=OPTIONS),
    field("lead", "duration"),
    field("signed_at", "datetime"),
    field("ok", "boolean"),
    field("number", "code", pattern="N-{number}"),
    field("lines", "table", columns=LINES, min_rows=1, max_rows=50),
    field("total", "computed", formula="sum(lines.discounted)"),
    field("left", "computed", formula="customer.credit_line - total"),
    field("weight", "computed", formula="sum(lines.qty * lines.material.weight)", scale=3),
    field("days_left", "computed", formula="days_between(today(), due_date)", scale=0),
    states=(State("open", Text.same("Open")), State("done", Text.same("Done"), final=True)),
    steps=(Step("rush", Text("加急", "Rush"), ("open",), fields=("urgency", "reason")),
           Step("finish", Text("完成", "Finish"), ("open",), to="done")),
)  # fmt: skip
FORMS = {one.id: one for one in (ORDER, CUSTOMER, EMPLOYEE, MATERIAL)}
MODEL = compile_form(ORDER, FORMS, ("customer._state", "lines.material.price"))
FOUND = {
    "customer": {
        "C1": {
            "name": "宏达",
            "credit_line": Decimal("10000.00"),
            "manager": Ref("E7"),
            "_state": "active",
        }
    },
    "lines.material": {
        "M1": {"price": Decimal("10.00"), "weight": Decimal("0.500")},
        "M2": {"price": None, "weight": Decimal("2.000")},
    },
}
GOOD = {
    "customer": "C1",
    "lines": [{"material": "M1", "qty": "3"}, {"material": "M2", "qty": 2, "unit_price": "1.50"}],
}


class Order:
    """The compiled order form with what its references find, and a way through it."""

    form, model, found, reading = ORDER, MODEL, FOUND, SHANGHAI

    @staticmethod
    def done(raw=None, before=None, step="create", found=FOUND, **more):
        """Return completed values and every problem of reading and completing."""
        given = {**GOOD, **more} if raw is None else raw
        values, problems = MODEL.read(given, MODEL.steps[step], before, SHANGHAI)
        return values, [*problems, *MODEL.finish(values, found)]

    @staticmethod
    def codes(problems):
        """Return problems as (path, code)."""
        return [(problem.place.path, problem.code) for problem in problems]


@pytest.fixture(scope="session")
def order() -> type[Order]:
    """The order form."""
    return Order
