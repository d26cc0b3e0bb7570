"""Connections as documents: references checked, secrets only referred to, one owner per field."""

from __future__ import annotations

import pytest

from seamline.package import read_sources
from seamline.problems import Refused

HEAD = (
    "seamline: 1\npackage: mirror_desk\nversion: 0.1.0\ntitle: Mirror desk\nzone: Asia/Shanghai\n"
)
FORM = """\
seamline: 1
form: material
title: {zh: 物料, en: Material}
key: code
name: name
sections:
  - id: main
    title: Main
    fields:
      - {id: code, kind: text, label: Code, required: true, unique: true}
      - {id: name, kind: text, label: Name}
      - {id: on_hand, kind: decimal, scale: 2, label: On hand}
      - {id: floor, kind: decimal, scale: 2, label: Floor}
      - {id: parent, kind: reference, to: material, label: Parent}
      - id: lines
        kind: table
        label: Lines
        fields:
          - {id: part, kind: text, label: Part}
list: {columns: [code, name]}
"""
CONNECTION = """\
seamline: 1
connection: erp
title: {zh: 用友U8, en: Yonyou U8}
connector: files
settings: {folder: stock}
secrets: {password: "store:erp"}
mirrors:
  - id: materials
    entity: inventory
    form: material
    key: code
    every: 15s
    fields:
      - {to: code, from: cInvCode, owner: source}
      - {to: name, from: cInvName, owner: source}
      - {to: on_hand, from: iQuantity, owner: source}
      - {to: floor, from: iSafeNum, owner: here}
      - {to: parent, from: cParent, match: code, owner: source}
    tables:
      - {to: lines, from: rows, owner: source, fields: [{to: part, from: cPart}]}
"""


def sources(**changes: str) -> dict[str, str]:
    texts = {
        "package.yaml": HEAD,
        "forms/material.yaml": FORM,
        "connections/erp.yaml": CONNECTION,
    }
    return texts | changes


def problems_of(text: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        read_sources(sources(**{"connections/erp.yaml": text}))
    return [f"{one.code} {one.place.path}" for one in refused.value.problems]


@pytest.mark.cap(77)
def test_a_connection_is_read():
    (connection,) = read_sources(sources()).connections
    (mirror,) = connection.mirrors
    assert (connection.connector, connection.on, connection.network) == ("files", False, "public")
    assert (mirror.every, mirror.gone, mirror.key) == (15, "archive", "code")
    assert set(mirror.owned()) == {"code", "name", "on_hand", "parent", "lines"}


@pytest.mark.cap(77, 112)
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"store:erp"', "swordfish", "wrong_pattern secrets.password"),
        ('"store:erp"', '"env:SEAMLINE_DATABASE"', "wrong_reference secrets.password"),
        ("form: material", "form: materials", "unknown_form mirrors[materials].form"),
        ("key: code", "key: on_hand", "key_not_unique mirrors[materials].key"),
        ("to: code, from: cInvCode, owner: source", "to: code, from: cInvCode, owner: here",
         "key_not_mapped mirrors[materials].key"),
        ("to: name", "to: nmae", "unknown_field mirrors[materials].fields[nmae].to"),
        ("to: floor", "to: name", "filled_twice mirrors[materials].fields[4].to"),
        ("match: code", "match: kode", "unknown_field mirrors[materials].fields[parent].match"),
        ("to: part", "to: parts",
         "unknown_column mirrors[materials].tables[lines].fields[parts].to"),
        ("from: cInvName", "from: _as_of", "wrong_kind mirrors[materials].fields[name].from"),
        ("every: 15s", "every: often", "wrong_pattern mirrors[materials].every"),
        ("owner: here", "owner: both", "not_one_of mirrors[materials].fields[floor].owner"),
        (", owner: here", "", "missing_key mirrors[materials].fields[floor].owner"),
        ("settings: {folder: stock}", "hosts: ['http://x/y']", "wrong_pattern hosts[1]"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(old, new, said):
    assert CONNECTION.count(old) >= 1
    assert problems_of(CONNECTION.replace(old, new, 1)) == [said]


@pytest.mark.cap(77, 112)
def test_a_field_has_one_owner():
    again = """\
  - id: names
    entity: names
    form: material
    key: code
    fields:
      - {to: code, from: code, owner: source}
      - {to: name, from: name, owner: here}
"""
    assert problems_of(CONNECTION + again) == ["owned_twice mirrors[names].fields[name].to"]
    other = CONNECTION.replace("connection: erp", "connection: wms")
    with pytest.raises(Refused) as refused:
        read_sources(sources(**{"connections/wms.yaml": other}))
    assert {one.code for one in refused.value.problems} == {"owned_twice"}
    assert len(refused.value.problems) == 6
    first = read_sources(sources())
    with pytest.raises(Refused) as refused:
        read_sources(
            {
                "package.yaml": HEAD.replace("mirror_desk", "second"),
                "connections/wms.yaml": other,
            },
            others=(first,),
        )
    assert {one.code for one in refused.value.problems} == {"owned_twice"}


def test_a_connector_that_is_gone_leaves_the_package_serving():
    text = CONNECTION.replace("connector: files", "connector: no_such_thing")
    assert read_sources(sources(**{"connections/erp.yaml": text})).connections
