"""Edits in place: nothing else of a document changes, and comments stay where they are."""

from __future__ import annotations

import random
from collections.abc import Iterator
from difflib import ndiff
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from seamline.documents import editing, read
from seamline.problems import Refused
from seamline.usecases.designing.edits import merged

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path
    for folder in ("examples", "tests/packages", "rulesets")
    for path in (ROOT / folder).rglob("*.yaml")
    if "data" not in path.parts
)
FORM = """seamline: 1
form: task   # stays
title: {zh: 任务, en: Task}
sections:
  # the first
  - id: main
    title: {zh: 基本, en: Main}
    fields:
      # who asked
      - {id: who, kind: text, label: {zh: 谁, en: Who}}

      - id: what   # the thing
        kind: text
        label: {zh: 什么, en: What}
        help: >-
          A sentence that is folded
          over two lines.
  - id: rest
    title: Rest
    fields:
      - {id: note, kind: long_text, label: Note}
"""


def changed(before: str, after: str) -> list[str]:
    lines = ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[:2] in ("- ", "+ ")]


def paths(data: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield here
    if isinstance(data, (dict, list)):
        inside: Any = data.items() if isinstance(data, dict) else enumerate(data)
        for key, value in inside:
            yield from paths(value, (*here, key))


def test_every_document_put_back_as_it_is_stays_byte_for_byte() -> None:
    assert len(DOCUMENTS) > 200
    for path in DOCUMENTS:
        text = path.read_bytes().decode()
        data = read(text, path.name).data
        assert editing.put(text, path.name, (), data) == text
        for key, value in data.items():
            assert editing.put(text, path.name, (key,), value) == text


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_a_random_edit_of_any_document_does_what_it_says_and_no_more(seed: int) -> None:
    chance = random.Random(seed)
    path = chance.choice(DOCUMENTS)
    text = path.read_text("utf-8")
    data = read(text, path.name).data
    words = [
        "字",
        "a: b # c",
        "no",
        "12",
        7,
        1.5,
        True,
        {"zh": "名", "en": "N, x"},
        ["a"],
        "",
        [{}],
    ]
    at = chance.choice([one for one in paths(data) if one])
    for made in (
        editing.put(text, path.name, at, chance.choice(words)),
        editing.take(text, path.name, at),
    ):
        # What is not on the way to the edit reads as before.
        after = read(made, path.name).data
        for key in data.keys() - {at[0]}:
            assert after[key] == data[key]


@pytest.mark.cap(103)
def test_one_edit_changes_one_line() -> None:
    made = editing.put(FORM, "f.yaml", ("sections", 0, "fields", 1, "label", "zh"), "什么事")
    assert changed(FORM, made) == [
        "-         label: {zh: 什么, en: What}", "+         label: {zh: 什么事, en: What}",
    ]  # fmt: skip
    order = ("id", "kind", "label", "required", "help")
    made = editing.put(FORM, "f.yaml", ("sections", 0, "fields", 1, "required"), True, order)
    assert changed(FORM, made) == ["+         required: true"]
    assert made.index("required: true") < made.index("help: >-")
    made = editing.put(FORM, "f.yaml", ("sections", 0, "fields", 0, "required"), True, order)
    assert "- {id: who, kind: text, label: {zh: 谁, en: Who}, required: true}" in made
    fresh = {"id": "due", "kind": "date", "label": {"zh": "期限", "en": "Due"}}
    made = editing.insert(FORM, "f.yaml", ("sections", 1, "fields"), 0, fresh)
    assert changed(FORM, made) == ["+       - {id: due, kind: date, label: {zh: 期限, en: Due}}"]


def test_a_moved_field_takes_its_comments_along() -> None:
    made = editing.move(FORM, "f.yaml", ("sections", 0, "fields", 0), ("sections", 1, "fields"), 1)
    assert made.endswith(
        "      - {id: note, kind: long_text, label: Note}\n"
        "      # who asked\n"
        "      - {id: who, kind: text, label: {zh: 谁, en: Who}}\n"
    )
    back = editing.move(made, "f.yaml", ("sections", 1, "fields", 1), ("sections", 0, "fields"), 0)
    assert sorted(back.splitlines()) == sorted(FORM.splitlines())
    emptied = editing.move(
        FORM, "f.yaml", ("sections", 1, "fields", 0), ("sections", 0, "fields"), 2
    )
    assert "    fields: []\n" in emptied
    again = editing.move(
        emptied, "f.yaml", ("sections", 0, "fields", 2), ("sections", 1, "fields"), 0
    )
    assert again == FORM


def test_json_stays_json() -> None:
    text = '{\n  "seamline": 1,\n  "form": "a"\n}\n'
    assert editing.put(text, "a.json", ("title",), {"zh": "甲", "en": "A"}) == (
        '{\n  "seamline": 1,\n  "form": "a",\n  "title": {"zh": "甲", "en": "A"}\n}\n'
    )


def test_what_is_not_there_any_more_is_not_edited() -> None:
    with pytest.raises(Refused) as refused:
        editing.take(FORM, "f.yaml", ("sections", 7))
    assert (refused.value.status, refused.value.problems[0].code) == (412, "gone")


def test_two_people_on_one_text_are_put_together() -> None:
    base = "a\nb\nc\nd\n"
    assert merged(base, "a\nB\nc\nd\n", "a\nb\nc\nD\nE\n") == "a\nB\nc\nD\nE\n"
    assert merged(base, "a\nX\nc\nd\n", "a\nY\nc\nd\n") is None
    assert merged(base, "a\nX\nc\nd\n", "a\nX\nc\nd\n") == "a\nX\nc\nd\n"
