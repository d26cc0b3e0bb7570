"""One condition, several readers: a naive reference, the compiled closures and SQL agree."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import Column, MetaData, Table, create_engine, select

from seamline.conditions.evaluate import compiled
from seamline.conditions.parse import parse
from seamline.conditions.sql import Child, Keyed, where
from seamline.scope import Scope
from seamline.store.types import Day, Exact, Moment, WordSet, integers, truths, words

ROW = Scope({"qty": "number", "floor": "number", "bom": "text", "ok": "boolean", "tags": "list"})
SCOPE = Scope(
    {
        "qty": "number",
        "price": "number",
        "pieces": "number",
        "name": "text",
        "channel": "text",
        "flag": "boolean",
        "paid": "boolean",
        "due": "date",
        "promised": "date",
        "at": "datetime",
        "seen": "datetime",
        "lead": "duration",
        "wait": "duration",
        "tags": "list",
        "papers": "file",
        "photos": "file",
        "spot": "place",
        "customer": "text",
        "customer.limit": "number",
        "lines": "table",
    },
    {"lines": ROW},
)
CONSTANTS = {
    "number": [0, 1, 2, -1, 1.5, Decimal("1.005"), Decimal("0.0001"), 10**17, -(10**17), 999.99],
    "text": ["a", "b", "B", "aa", "Ä", "中", "a,b", "x'y", "%", "c1", "c2", "red", "V2.0"],
    "boolean": [True, False],
    "date": ["2026-01-01", "2026-02-28", "0999-12-31"],
    "datetime": ["2026-01-01T08:00:00+08:00", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01+00:00"],
    "duration": ["2h", "30m", "1d12h", "0s"],
}
CONSTANTS["file"] = [0, 1, 2, 2.5]
VALUES = {
    "number": [Decimal(v) for v in ("0", "1", "1.5", "2", "-1", "999.99", "1.01", "1.00")],
    "text": ["a", "b", "B", "aa", "Ä", "中", "red", "V2.0", "a,b"],
    "boolean": [True, False],
    "date": [date(2026, 1, 1), date(2026, 2, 28), date(2027, 1, 1)],
    "datetime": [
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC),
        datetime(2025, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
    "duration": [
        timedelta(hours=2),
        timedelta(minutes=30),
        timedelta(0),
        timedelta(days=1, hours=12),
    ],
    "list": [(), ("red",), ("a", "b"), ("b", "中", "V2.0")],
    "file": [1, 2, 3],
    "place": ["31.2,121.5"],
}
CUSTOMERS = {"c1": ("id1", Decimal("1.5")), "c2": ("id2", None), "c3": ("id3", Decimal("2"))}


# The reference: the document as it stands, the plainest code that can say it.


def truth_of(value):
    return value not in (None, False, 0, "", (), timedelta(0))


def typed(raw, type_):
    if type_ == "date":
        return date.fromisoformat(raw)
    if type_ == "datetime":
        return datetime.fromisoformat(raw)
    if type_ == "duration":
        hours = {"2h": 2, "30m": 0.5, "1d12h": 36, "0s": 0}[raw]
        return timedelta(hours=hours)
    return Decimal(str(raw)) if type_ in ("number", "file") else raw


def type_in(document, types):
    return types.get(document["var"]) if isinstance(document, dict) else None


def side(document, facts, type_):
    return facts.get(document["var"]) if isinstance(document, dict) else typed(document, type_)


def reference(document, facts, scope=SCOPE):
    if isinstance(document, bool):
        return document
    [(operator, below)] = document.items()
    if operator == "var":
        return truth_of(facts.get(below))
    if operator == "!":
        inner = reference(below, facts, scope)
        return None if inner is None else not inner
    if operator in ("and", "or"):
        results = [reference(part, facts, scope) for part in below]
        end = operator == "or"
        return end if end in results else None if None in results else not end
    if operator in ("some", "all", "none"):
        return reference_rows(operator, below, facts)
    if operator == "in":
        return reference_in(below, facts, scope)
    type_ = next(t for t in (type_in(part, scope.types) for part in below) if t)
    values = [side(part, facts, type_) for part in below]
    pairs = [reference_pair(operator, *pair) for pair in zip(values, values[1:], strict=False)]
    return False if False in pairs else None if None in pairs else True


def reference_pair(operator, left, right):
    if left is None or right is None:
        return None
    return {
        "==": left == right,
        "!=": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }[operator]


def reference_rows(operator, below, facts):
    rows = facts.get(below[0]["var"]) or ()
    results = [reference(below[1], row, ROW) for row in rows]
    if operator == "all":
        return False if not rows or False in results else None if None in results else True
    some = True if True in results else None if None in results else False
    return some if operator == "some" or some is None else not some


def reference_in(below, facts, scope):
    if isinstance(below[1], list):
        type_ = scope.types[below[0]["var"]]
        item = facts.get(below[0]["var"])
        return None if item is None else any(item == typed(one, type_) for one in below[1])
    item, known = side(below[0], facts, "text"), facts.get(below[1]["var"])
    return None if item is None or known is None else item in known


# What is generated: every typed leaf over the names of the scope, and what joins them.


def leaves(scope):
    names = {}
    for name, type_ in scope.types.items():
        names.setdefault("number" if type_ == "file" else type_, []).append(name)
    equated = [name for name, t in scope.types.items() if t not in ("list", "table", "place")]
    ordered = [name for name in equated if scope.types[name] != "boolean"]

    def var(name):
        return {"var": name}

    def compare(operators, known, size=2):
        @st.composite
        def draw_one(draw):
            name = draw(st.sampled_from(known))
            type_ = scope.types[name]
            constant = st.sampled_from(CONSTANTS[type_])
            others = names["number" if type_ == "file" else type_]
            other = draw(st.one_of(constant, st.sampled_from(others).map(var)))
            parts = [var(name), other]
            if draw(st.booleans()):
                parts.reverse()
            if size == 3:
                parts = [draw(constant), var(name), other]
            return {draw(st.sampled_from(operators)): parts}

        return draw_one()

    @st.composite
    def listed(draw):
        name = draw(st.sampled_from(equated))
        options = st.lists(st.sampled_from(CONSTANTS[scope.types[name]]), min_size=1, max_size=4)
        return {"in": [var(name), draw(options)]}

    held = st.tuples(
        st.one_of(st.sampled_from(CONSTANTS["text"]), st.sampled_from(names["text"]).map(var)),
        st.sampled_from(names["list"]).map(var),
    ).map(lambda pair: {"in": list(pair)})
    return st.one_of(
        compare(["==", "!="], equated),
        compare(["<", "<=", ">", ">="], ordered),
        compare(["<", "<="], ordered, 3),
        listed(),
        held,
        st.sampled_from(list(scope.types)).map(var),
        st.booleans(),
    )


def joined(inner):
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"and": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"or": parts}),
        inner.map(lambda part: {"!": part}),
    )


in_rows = st.recursive(leaves(ROW), joined, max_leaves=3)
over_rows = st.tuples(st.sampled_from(["some", "all", "none"]), in_rows).map(
    lambda pair: {pair[0]: [{"var": "lines"}, pair[1]]}
)
conditions = st.recursive(st.one_of(leaves(SCOPE), over_rows), joined, max_leaves=6)


def made_records():
    dice = random.Random(7)

    def value(type_):
        return None if dice.random() < 0.25 else dice.choice(VALUES[type_])

    records = []
    for number in range(90):
        facts = {}
        for name, type_ in SCOPE.types.items():
            if type_ != "table" and not name.startswith("customer"):
                facts[name] = value(type_)
        if facts["pieces"] is not None:
            facts["pieces"] = int(facts["pieces"])
        customer = dice.choice([None, *CUSTOMERS])
        facts["customer"] = customer
        facts["customer.limit"] = CUSTOMERS[customer][1] if customer else None
        rows = [
            {n: value(t) for n, t in ROW.types.items()} for _ in range(dice.choice([0, 0, 1, 3]))
        ]
        facts["lines"] = tuple(rows)
        records.append((f"r{number}", facts))
    return records


RECORDS = made_records()
META = MetaData()
CUSTOMER = Table("c_customer", META, Column("_id", words(), primary_key=True),
                 Column("code", words()), Column("limit", Exact(2)))  # fmt: skip
TYPES = {
    "number": lambda: Exact(2), "text": words, "boolean": truths, "date": Day, "datetime": Moment,
    "duration": integers, "list": WordSet, "file": words, "place": words,
}  # fmt: skip
EXACT = {"price": Exact(4), "floor": Exact(4), "pieces": integers()}
MAIN = Table(
    "c_order", META, Column("_id", words(), primary_key=True),
    *(Column(name, EXACT.get(name) or TYPES[type_]()) for name, type_ in SCOPE.types.items()
      if type_ != "table" and "." not in name),
)  # fmt: skip
LINES = Table(
    "c_order__lines", META, Column("_id", words(), primary_key=True), Column("_parent", words()),
    *(Column(name, EXACT.get(name) or TYPES[type_]()) for name, type_ in ROW.types.items()),
)  # fmt: skip
LIMIT = (
    select(CUSTOMER.c.limit).where(CUSTOMER.c["_id"] == MAIN.c.customer)
    .correlate_except(CUSTOMER).scalar_subquery()
)  # fmt: skip
COLUMNS = {
    **{c.key: c for c in MAIN.c},
    "customer": Keyed(MAIN.c.customer, CUSTOMER.c["_id"], CUSTOMER.c.code),
    "customer.limit": LIMIT,
}
CHILDREN = {"lines": Child(LINES, LINES.c["_parent"] == MAIN.c["_id"], dict(LINES.c))}


def stored(facts):
    kept = {}
    for name, value in facts.items():
        if isinstance(value, timedelta):
            value = int(value.total_seconds())
        elif name in ("papers", "photos") and value is not None:
            value = json.dumps([{"sha256": "0"}] * value)
        elif name == "customer" and value is not None:
            value = CUSTOMERS[value][0]
        kept[name] = value
    return {n: v for n, v in kept.items() if "." not in n and n != "lines"}


def fill(connection):
    META.drop_all(connection)
    META.create_all(connection)
    connection.execute(
        CUSTOMER.insert(),
        [{"_id": id_, "code": code, "limit": limit} for code, (id_, limit) in CUSTOMERS.items()],
    )
    number = count()
    for id_, facts in RECORDS:
        connection.execute(MAIN.insert(), {"_id": id_, **stored(facts)})
        for row in facts["lines"]:
            key = f"l{next(number)}"
            connection.execute(LINES.insert(), {"_id": key, "_parent": id_, **stored(row)})


@pytest.fixture(
    scope="module",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def database(request):
    postgres = request.param == "postgresql"
    engine = create_engine(request.getfixturevalue("postgres_server") if postgres else "sqlite://")
    with engine.connect() as connection:
        fill(connection)
        yield connection
        connection.rollback()
    engine.dispose()


few = settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@few
@given(conditions)
def test_closures_say_what_the_reference_says(document):
    check = compiled(parse(document, SCOPE))
    for id_, facts in RECORDS:
        expected = reference(document, facts)
        trace = []
        assert check(facts) is expected, (id_, document)
        assert check(facts, trace) is expected, (id_, document)
        assert isinstance(document, bool) or trace or not _reads(document)


def _reads(document):
    """A condition of bare true and false looks at nothing, and may stop at one."""
    text = json.dumps(document, default=str)
    return '"var"' in text and "true" not in text and "false" not in text


def rows_found(connection, document):
    test = where(parse(document, SCOPE), COLUMNS, CHILDREN)
    return set(connection.execute(select(MAIN.c["_id"]).where(test)).scalars())


def rows_expected(document):
    check = compiled(parse(document, SCOPE))
    return {id_ for id_, facts in RECORDS if check(facts) is True}


@few
@given(conditions)
def test_sql_finds_what_the_closures_find(database, document):
    assert rows_found(database, document) == rows_expected(document)
