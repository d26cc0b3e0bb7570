"""What a form takes from papers: which field is which thing on a contract or order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HEAD_READS = (
    "customer", "vendor", "po_number", "delivery_date", "signing_date", "total", "contact",
    "phone", "address", "text",
)  # fmt: skip
LINE_READS = (
    "material_code", "name", "spec", "quantity", "unit", "unit_price", "amount", "line_date",
)  # fmt: skip


FILE_NAME = "{file}"  # as a value of other fields: how the file of the paper is called


@dataclass(frozen=True, slots=True)
class Read:
    """A field is read as `role`; `labels` are words for it beside those known by heart."""

    role: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """Records of the form can be begun from a paper.

    `own` are the names by which papers call us: never the customer. `evidence` is the field that
    keeps the paper, `values` what stands in other fields of such a record
    (`{file}`: the name of its file). `completes` are the steps that make such a record complete:
    they refuse while a value that was read in doubt is not confirmed.
    """

    own: tuple[str, ...] = ()
    evidence: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    completes: tuple[str, ...] = ("create",)
