"""Whatever JSON comes as a condition, it is read or refused, and what is read can be run."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st

from seamline.conditions.evaluate import compiled
from seamline.conditions.parse import names, parse
from seamline.conditions.reading import OPERATORS
from seamline.problems import Refused
from seamline.scope import Scope

TYPES = ("text", "number", "boolean", "date", "datetime", "duration", "list", "file", "place")
SCOPE = Scope(
    {**{type_: type_ for type_ in TYPES}, "rows": "table"},
    {"rows": Scope({type_: type_ for type_ in TYPES})},
)
words = st.sampled_from([*OPERATORS, *TYPES, "rows", "rows.text", "2h", "2026-01-01", "", "+"])
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), words, st.binary()
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(words, inner, min_size=1, max_size=2)
    ),
    max_leaves=12,
)
facts = st.dictionaries(st.sampled_from([*TYPES, "rows"]), anything, max_size=11)


@settings(max_examples=400, deadline=None)
@given(anything, facts)
def test_any_json_is_read_or_refused(document, values):
    try:
        node = parse(document, SCOPE)
    except Refused as refused:
        assert refused.problems
        assert all(problem.say.zh and problem.say.en for problem in refused.problems)
        return
    assert {name.replace("[]", "").split(".")[0] for name in names(node)} <= set(SCOPE.types)
    rows = values.get("rows")
    if isinstance(rows, list):
        values["rows"] = tuple(row for row in rows if isinstance(row, dict))
    trace = []
    assert compiled(node)(values, trace) is compiled(node)(values)
