"""The strict reader: scalars of YAML 1.2, limits, positions, and never anything but a refusal."""

from __future__ import annotations

import random

import pytest

from seamline.documents import DEPTH_LIMIT, TEXT_LIMIT, decode, read
from seamline.problems import Place, Refused


def data(text, format="yaml"):
    return read(text, "x", format).data


def codes(text, format="yaml"):
    with pytest.raises(Refused) as refused:
        read(text, "x", format)
    return [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"), ("yes", "yes"), ("on", "on"), ("off", "off"), ("y", "y"),
        ("1:30", "1:30"), ("12:30:45", "12:30:45"), ("2026-02-01", "2026-02-01"),
        ("2026-02-01T10:00:00Z", "2026-02-01T10:00:00Z"), ("1_000", "1_000"),
        ("true", True), ("False", False), ("null", None), ("~", None), ("", None),
        ("0123", 123), ("0o17", 15), ("0x1F", 31), ("-7", -7), ("+7", 7),
        ("1e3", 1000.0), (".5", 0.5), ("1.10", 1.1), ("-0.25", -0.25), ("1.", 1.0),
        ("'1'", "1"), ('"no"', "no"), ("1.2.3", "1.2.3"), ("0b11", "0b11"), ("=", "="),
        ("９", "９"), ("9223372036854775807", 2**63 - 1), ("-9223372036854775808", -(2**63)),
        ("123456789012.345", 123456789012.345), ("1e-400", 0.0),
    ],
)  # fmt: skip
def test_plain_scalars_follow_the_core_schema(written, value):
    if written == "1e-400":
        assert codes(f"a: {written}") == ["number_digits"]
        return
    read_back = data(f"a: {written}")["a"]
    assert read_back == value and type(read_back) is type(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 9223372036854775808", ["number_range"]),
        ("a: " + "9" * 100_000, ["number_range"]),
        ("a: -" + "0" * 100 + "1", ["number_range"]),
        ("a: 1e400", ["number_range"]),
        ("a: [.inf, -.INF, .nan]", ["number_range"] * 3),
        ("a: 0.1234567890123456789", ["number_digits"]),
        ("a: 1\na: 2\nb: {c: 1, c: 2}", ["duplicate_key", "duplicate_key"]),
        ("1: a\n'1': b", ["duplicate_key"]),
        ("a: &x 1\nb: *x", ["anchor", "alias"]),
        ("a: &x {b: 1}\nc: {<<: *x}", ["anchor", "merge_key", "alias"]),
        ("a: !!python/object/apply:os.system [ls]", ["tag"]),
        ("a: !!binary aGk=", ["tag"]),
        ("a: ! b", ["tag"]),
        ("? [a]\n: b", ["bad_key"]),
        ("? {a: b}\n: c", ["bad_key"]),
        ("? \n: c", ["bad_key"]),
        ("", ["empty_document"]),
        ("# only words\n", ["empty_document"]),
        ("a: 1\n---\nb: 2\n", ["several_documents"]),
        ("a:\n\t- b", ["yaml_syntax"]),
        ("a: 'b", ["yaml_syntax"]),
        ("%YAML 9.9\n---\na: 1", ["yaml_syntax"]),
        ("%TAG ! tag:x,2000:\n---\na: !b c", ["tag"]),
        ("a: \ud800", ["bad_character"]),
        ("a: \x00", ["bad_character"]),
        ('a: "\\0"', ["bad_character"]),
        ("[" * 100_000, ["too_deep"]),
        ("- " * 100_000, ["too_deep"]),
        ("{a: " * 100_000, ["too_deep"]),
        ("? " * 3_000, ["bad_key"] + ["too_deep"]),
        ("x" * (TEXT_LIMIT + 1), ["too_large"]),
    ],
)
def test_what_is_refused_in_yaml(text, expected):
    found = codes(text)
    assert found[:1] + found[-1:] == expected[:1] + expected[-1:]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1, "a": 2}', ["duplicate_key"]),
        ('{"a": "\\ud800"}', ["bad_character"]),
        ('{"a": 1e400, "b": 99999999999999999999}', ["number_range", "number_range"]),
        ('{"a": NaN}', ["json_syntax"]),
        ('{"a": 01}', ["json_syntax"]),
        ("{'a': 1}", ["json_syntax"]),
        ('{"a": 1}{"b": 2}', ["json_syntax"]),
        ("", ["json_syntax"]),
        ("[" * 100_000, ["too_deep"]),
        ("[" * (DEPTH_LIMIT + 1) + "]" * (DEPTH_LIMIT + 1), ["too_deep"]),
    ],
)
def test_what_is_refused_in_json(text, expected):
    assert codes(text, "json") == expected


def test_json_and_yaml_give_the_same_data_and_places():
    text = '{"a": [1, 2.5, "x\\n\\u4e2d\\ud83d\\ude00", null, true],\n "b": {"c": {}}}'
    yaml, json = read(text.replace("\\ud83d\\ude00", "😀"), "x"), read(text, "x", "json")
    assert yaml.data == json.data
    for path in [(), ("a",), ("a", 1), ("b", "c")]:
        assert yaml.place(path) == json.place(path)
        assert yaml.place(path, key=True) == json.place(path, key=True)


def test_places_name_things_by_id():
    text = "fields:\n  - {id: qty, kind: nubmer}\n  - {kind: text}\nlist: [a, b]\n"
    document = read(text, "f.yaml")
    kind = ("fields", 0, "kind")
    assert document.place(kind) == Place("fields[qty].kind", "f.yaml", 2, 21)
    assert document.place(kind, key=True) == Place("fields[qty].kind", "f.yaml", 2, 15)
    assert document.place(("fields", 1, "kind")).path == "fields[2].kind"
    assert str(document.place(("list", 1))) == "f.yaml:4:11: list[2]"
    # A key that is not there: its mapping is meant.
    assert document.place(("fields", 0, "label")) == Place("fields[qty].label", "f.yaml", 2, 5)
    assert document.place((), key=True) == Place("", "f.yaml", 1, 1)


def test_line_ends_and_marks_at_the_start_do_not_matter():
    for text in ("a: 1\nb: 2\n", "a: 1\r\nb: 2\r\n", "\ufeffa: 1\nb: 2"):
        document = read(text, "x")
        assert document.data == {"a": 1, "b": 2}
        assert document.place(("b",)) == Place("b", "x", 2, 4)


@pytest.mark.parametrize(
    ("raw", "place"),
    [(b"a: \xff", (1, 4)), (b"a: 1\nb: \xb9\xfa", (2, 4)), ("a: 中".encode("gb18030"), (1, 4))],
)
def test_bytes_that_are_not_utf8_are_placed(raw, place):
    with pytest.raises(Refused) as refused:
        decode(raw, "x")
    (problem,) = refused.value.problems
    assert (problem.code, problem.place.line, problem.place.column) == ("not_utf8", *place)


def test_bytes_with_a_mark_and_bytes_beyond_the_limit():
    assert decode("\ufeffa: 中".encode(), "x") == "a: 中"
    with pytest.raises(Refused) as refused:
        decode(b"a" * (TEXT_LIMIT + 1), "x")
    assert refused.value.status == 413


def test_noise_is_read_or_refused():
    noise = random.Random(7)
    signs = "ab:,-[]{}\"'#&*!|>%@`?~<=\n\t  \\0123.eE+xonul\x00\u4e2d\ud800\ufeff\x85\u2028"
    for _ in range(4_000):
        text = "".join(noise.choices(signs, k=noise.randint(0, 40)))
        for format in ("yaml", "json"):
            try:
                read(text, "x", format)
            except Refused as refused:
                assert refused.problems
