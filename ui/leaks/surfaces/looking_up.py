"""Look-ups, finding by a code and tracking codes: hidden words and foreign records find nothing."""

from __future__ import annotations

from ..canaries import FOREIGN, MINE
from ..visit import Guest


def visit(guest: Guest) -> None:
    """Ask for every word by which a hidden record is called, wherever words are looked up."""
    for form in guest.catalog.forms:
        guest.get(f"/lookup/{form}?q=")
    for one in guest.hidden:
        it = guest.catalog.forms[one.form].form
        names = ("_code", "_tracking", it.key, it.name)
        if one.record in (MINE, FOREIGN) and one.name in names:
            for base in (f"/lookup/{one.form}?q=", "/find?q=", "/api/v1/tracking/",
                         f"/api/v1/{one.form}/"):  # fmt: skip
                guest.alike(base.__add__, one)
            guest.open("POST", f"/lookup/{one.form}/named", json={"words": sorted(one.shown)})
