"""The field kinds: one file each, gathered in one table."""

from __future__ import annotations

from collections.abc import Mapping

from seamline.metadata import Field

from . import (
    attachment,
    barcode,
    boolean,
    bound,
    choice,
    code,
    computed,
    date,
    datetime,
    decimal,
    duration,
    email,
    image,
    integer,
    long_text,
    lookup,
    money,
    multi_choice,
    percent,
    person,
    phone,
    place,
    promised,
    reference,
    signature,
    table,
    text,
    url,
)
from .across import stands_for as stands_for
from .kind import (
    Column as Column,
    Invalid as Invalid,
    Kind as Kind,
    Reading as Reading,
    seen as seen,
)

_CELLS: Mapping[str, Kind] = {
    "text": text.KIND,
    "long_text": long_text.KIND,
    "integer": integer.KIND,
    "decimal": decimal.KIND,
    "money": money.KIND,
    "percent": percent.KIND,
    "boolean": boolean.KIND,
    "date": date.KIND,
    "datetime": datetime.KIND,
    "duration": duration.KIND,
    "choice": choice.KIND,
    "multi_choice": multi_choice.KIND,
    "reference": reference.KIND,
    "lookup": lookup.KIND,
    "attachment": attachment.KIND,
    "image": image.KIND,
    "barcode": barcode.KIND,
    "phone": phone.KIND,
    "email": email.KIND,
    "url": url.KIND,
    "person": person.KIND,
    "place": place.KIND,
    "signature": signature.KIND,
    "computed": computed.KIND,
    "code": code.KIND,
    "promised": promised.KIND,
    "bound": bound.KIND,
}
# Every kind by its name, as authors write it.
KINDS: Mapping[str, Kind] = {**_CELLS, "table": table.kind_with(_CELLS)}


def kind_of(field: Field) -> Kind:
    """Return the kind of `field`; raise KeyError where its name is unknown."""
    return KINDS[field.kind]
