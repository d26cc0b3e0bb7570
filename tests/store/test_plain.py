"""Documents as text: however quickly it is written, the same data gives the same bytes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given, strategies as st

from seamline.store import chain, plain

WORDS = st.text(st.characters(exclude_categories=()), max_size=20)  # halves of characters too
CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
    WORDS, st.just(Decimal("1.50")), st.just(datetime(2026, 3, 1, tzinfo=UTC)),
)  # fmt: skip
DATA = st.recursive(
    CELLS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(WORDS, inner, max_size=4),
        st.dictionaries(st.integers(), inner, max_size=2),
    ),
    max_leaves=12,
)


@given(DATA)
def test_a_document_is_written_as_the_plain_way_writes_it(data):
    text = json.dumps(
        data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=plain._plain
    )
    assert plain.dump(data) == text
    assert plain.load(text) == json.loads(text)
    assert plain.kept(data) == (text, json.loads(text))


@given(WORDS, DATA, DATA)
def test_a_digest_is_the_same_whatever_was_written_before(word, body, facts):
    document = {"actor": word, "body": body, "facts": facts, "id": '"body":0', "seq": 3}
    try:
        whole = chain.digest(document)
    except UnicodeEncodeError:  # half of a character: neither way has one
        return
    told = {name: plain.dump(document[name]) for name in ("facts", "body")}
    assert chain.digest_of(document, **told) == whole
