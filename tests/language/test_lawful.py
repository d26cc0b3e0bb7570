"""What was found to keep the law is not held against it again, and anything else still is."""

from __future__ import annotations

import json

import pytest

from seamline.package import read_sources
from seamline.package.reading import read_documents
from seamline.package.sources import Sources
from seamline.problems import Refused
from seamline.schema import Lawful

HEAD = "seamline: 1\npackage: small\nversion: 0.1.0\ntitle: {zh: 小, en: Small}\n"
FORM = """seamline: 1
form: note
title: {zh: 记事, en: Note}
sections:
  - id: main
    title: {zh: 主要, en: Main}
    fields: [{id: what, kind: text, label: {zh: 内容, en: What}, max_length: 20}]
"""
SOURCES = {"package.yaml": HEAD, "forms/note.yaml": FORM}


def test_a_package_is_known_by_its_documents_and_the_law(tmp_path):
    file = tmp_path / "lawful.json"
    read = read_sources(SOURCES, lawful=Lawful(file))
    assert len(json.loads(file.read_text())) == 1
    again = Lawful(file)
    assert again.knows(SOURCES)
    assert read_sources(SOURCES, lawful=again) == read
    broken = {**SOURCES, "forms/note.yaml": FORM.replace("max_length: 20", "max_lenght: 20")}
    assert not again.knows(broken)
    with pytest.raises(Refused, match="max_lenght"):
        read_sources(broken, lawful=again)
    assert not Lawful(file).knows(broken)


@pytest.mark.parametrize("found", ["", "{", "{}", "[1, null]"])
def test_a_memory_that_cannot_be_read_is_one_that_knows_nothing(tmp_path, found):
    file = tmp_path / "lawful.json"
    file.write_text(found)
    assert not Lawful(file).knows(SOURCES)
    read_sources(SOURCES, lawful=Lawful(file))
    assert Lawful(file).knows(SOURCES)


def test_where_nothing_can_be_kept_everything_is_checked(tmp_path):
    lawful = Lawful(tmp_path / "missing" / "lawful.json")
    assert read_sources(SOURCES, lawful=lawful).head.id == "small"
    assert not Lawful(tmp_path / "missing" / "lawful.json").knows(SOURCES)


def test_what_was_read_unchecked_is_not_read_once_more_to_be_checked():
    (_, read), *_ = read_documents(Sources({"forms/note.yaml": FORM}), shapely=True)[0]
    (_, again), *_ = read_documents(Sources({"forms/note.yaml": FORM}))[0]
    assert again is read
