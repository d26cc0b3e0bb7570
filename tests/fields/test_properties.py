"""Of any value: what is written reads back. Of any input: a value or a refusal, never a failure."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from unicodedata import normalize
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from seamline.facts import FileRef, GeoPoint, Ref, Row
from seamline.fields import KINDS, Invalid, Reading, kind_of, seen
from seamline.fields.bound import packed
from seamline.fields.moments import iso
from seamline.metadata import Field
from seamline.text import Text

ZH = Reading("zh", ZoneInfo("Asia/Shanghai"))
EN = Reading("en", ZoneInfo("America/New_York"))
CALM = settings(max_examples=60, deadline=None)
SIGNS = st.characters(
    exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs"),
    exclude_characters="\ufeff\ufffe\uffff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
)
WORDS = st.text(SIGNS, min_size=1, max_size=40).map(lambda word: normalize("NFC", word))
OPTIONS = {"options": [{"id": one, "label": one.upper()} for one in ("a", "b", "c", "V1.2")]}
DAYS = st.dates(date(1900, 1, 1), date(9999, 12, 31))
MOMENTS = st.datetimes(datetime(1900, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
SPANS = st.integers(0, 36_525 * 86400).map(lambda seconds: timedelta(seconds=seconds))
DEGREES = st.decimals(-90, 90, places=7, allow_nan=False).map(float)
FILES = st.builds(
    FileRef,
    st.text("0123456789abcdef", min_size=64, max_size=64),
    WORDS.filter(lambda name: "/" not in name and "\\" not in name),
    st.sampled_from(["image/png", "image/jpeg"]),
    st.integers(0, 9_000_000),
)


def exact(scale: int) -> st.SearchStrategy[Decimal]:
    """Return numbers of at most 18 digits with `scale` decimals."""
    most = 10**18 - 1
    return st.integers(-most, most).map(lambda whole: Decimal(whole).scaleb(-scale))


CELLS = st.fixed_dictionaries(
    {"material": st.none() | WORDS.map(Ref), "qty": st.none() | exact(2)}
).filter(lambda cells: any(cell is not None for cell in cells.values()))
VALUES = {
    "text": ({}, WORDS),
    "long_text": ({}, WORDS),
    "barcode": ({}, st.from_regex(r"[!-~]{1,128}", fullmatch=True)),
    "code": ({"pattern": "A-{number}"}, WORDS),
    "promised": ({}, DAYS),
    "bound": ({}, WORDS.map(lambda word: packed({"name": word}))),
    "lookup": ({"from": "a", "field": "b"}, WORDS),
    "integer": ({}, st.integers(-(10**18) + 1, 10**18 - 1)),
    "decimal": ({"scale": 4, "unit": "kg"}, exact(4)),
    "money": ({"currency": "CNY"}, exact(2)),
    "percent": ({"scale": 1}, exact(1)),
    "computed": ({"formula": "a", "scale": 3}, exact(3)),
    "boolean": ({}, st.booleans()),
    "date": ({}, DAYS),
    "datetime": ({}, MOMENTS),
    "duration": ({}, SPANS),
    "choice": (OPTIONS, st.sampled_from(["a", "b", "c", "V1.2"])),
    "multi_choice": (
        OPTIONS,
        st.sets(st.sampled_from(["a", "b", "c", "V1.2"]), min_size=1).map(
            lambda chosen: tuple(one for one in ("a", "b", "c", "V1.2") if one in chosen)
        ),
    ),
    "reference": ({"to": "customer"}, WORDS.map(Ref)),
    "attachment": ({}, st.lists(FILES, min_size=1, max_size=5).map(tuple)),
    "image": ({}, st.lists(FILES, min_size=1, max_size=5).map(tuple)),
    "signature": ({}, st.lists(FILES, min_size=1, max_size=1).map(tuple)),
    "phone": ({}, st.from_regex(r"\+[1-9][0-9]{6,14}|1[3-9][0-9]{9}", fullmatch=True)),
    "email": ({}, st.from_regex(r"[a-z0-9+_-]{1,20}@[a-z0-9]{1,20}\.[a-z]{2,5}", fullmatch=True)),
    "url": ({}, st.from_regex(r"https?://[a-z0-9]{1,9}[.]com/[a-z0-9/?=&%]*", fullmatch=True)),
    "person": ({}, st.from_regex(r"[a-z0-9][a-z0-9._@-]{0,30}", fullmatch=True)),
    "place": (
        {},
        st.builds(GeoPoint, DEGREES, DEGREES, st.integers(0, 5000).map(float)),
    ),
    "table": (
        {"max_rows": 20},
        st.lists(CELLS.map(Row), max_size=5).map(tuple),
    ),
}  # fmt: skip
DEEP = "[" * 3000
NAMES = st.text(max_size=10) | st.sampled_from(["qty", "_id", "latitude"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=30)
    | st.sampled_from(["1e400", "-1", "2026-02-18", "3h", "NaN", "１２", "a,b", "[{}]", DEEP]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


COLUMNS = (
    Field("material", "reference", Text.same("M"), settings={"to": "material"}),
    Field("qty", "decimal", Text.same("Q"), settings={"scale": 2}),
)


def field_of(name: str, settings: dict[str, object], columns: tuple[Field, ...] = ()) -> Field:
    """Return a field of a kind with these settings."""
    return Field("x", name, Text("甲", "X"), settings=settings, fields=columns)


def field_for(name: str):
    """Return a field of a kind, with the settings that its values were made for."""
    return field_of(name, VALUES[name][0], COLUMNS if name == "table" else ())


def test_every_kind_takes_part():
    assert set(VALUES) == set(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_what_is_written_reads_back(name):
    field, kind = field_for(name), KINDS[name]

    @CALM
    @given(VALUES[name][1])
    def holds(value):
        assert kind.parse(field, kind.to_text(field, value), ZH) == value
        assert kind.parse(field, json.loads(json.dumps(kind.to_json(field, value))), ZH) == value
        if kind.dump is not None:
            assert kind.load(field, kind.dump(field, value)) == value
        assert isinstance(kind.show(field, value, ZH), str)
        assert isinstance(kind.show(field, value, EN), str)

    holds()


@pytest.mark.parametrize("name", KINDS)
def test_any_input_is_read_or_refused(name):
    field, kind = field_for(name), KINDS[name]

    @CALM
    @given(JSON)
    def holds(raw):
        try:
            value = kind.parse(field, raw, ZH)
        except Invalid as refused:
            assert refused.problem.say.zh.encode()
            assert refused.problem.say.en.encode()
        else:
            assert kind.parse(field, kind.to_text(field, value), ZH) == value

    holds()


@pytest.mark.parametrize("name", KINDS)
def test_a_huge_text_is_refused_without_work_on_it(name):
    field = field_for(name)
    for sign in ("x", "9", "[", ",", "　"):
        with pytest.raises(Invalid):
            kind_of(field).parse(field, sign * 10_000_000, ZH)


@CALM
@given(JSON | st.integers(10**5000, 10**5001))
def test_any_value_can_be_named_in_a_message(value):
    assert len(seen(value).encode()) < 400


@CALM
@given(MOMENTS, st.sampled_from(["Asia/Shanghai", "UTC", "America/New_York", "Pacific/Kiritimati"]))
def test_a_local_time_is_read_in_the_zone_of_the_reader(moment, zone):
    reading = Reading("zh", ZoneInfo(zone))
    kind, field = KINDS["datetime"], field_of("datetime", {})
    local = moment.astimezone(reading.zone).replace(tzinfo=None, fold=0)
    if local.year > 9998 or local.year < 1901:
        return
    expected = local.replace(tzinfo=reading.zone).astimezone(UTC)
    assert kind.parse(field, local.isoformat(sep=" "), reading) == expected


def test_the_hour_that_a_clock_shows_twice_is_two_hours():
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    said = [iso(moment) for moment in (first, first.replace(fold=1))]
    assert said == ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]
