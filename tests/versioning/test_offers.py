"""While an order is typed its form says which version each line gets, and how that differs."""

from __future__ import annotations

import re

import pytest

from seamline.facts import Actor, Origin
from seamline.usecases.submit import Submission, submit

from .conftest import token

ROW = {"lines.0._id": "", "lines.0.part": "KNUCKLE", "lines.0.qty": "2"}
ASK = "/r/order/versions?step=create&record=&field=lines.structure"


def plain(html: str) -> str:
    """Return the words of a page."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.mark.cap(36, 37)
def test_the_form_says_which_version_a_line_gets_and_how_it_differs(signed_in) -> None:
    client = signed_in("cleo")
    page = client.get("/r/order/new").get_data(as_text=True)
    assert "Versions of the lines" in page and 'data-ask="/r/order/versions' in page
    asked = {"_csrf": token(client, "/r/order/new"), "signed": "2025-08-01", **ROW}
    said = plain(client.post(ASK, data=asked).get_data(as_text=True))
    assert "Each line has its version." in said and "KNUCKLE 喆 KNUCKLE V2.0 applies" in said
    assert "By signing date · 1 Aug 2025" in said
    for word in ("V1.2 → V2.0", "+ added NICKEL", "− removed BUSH", "~ changed HUB",
                 "1 difference further down", "+ added 2 Level 2 SALT"):  # fmt: skip
        assert word in said, word
    nothing = plain(client.post(ASK, data=asked | {"signed": "2024-08-01"}).get_data(as_text=True))
    assert "goes to review" in nothing and "no approved version in force" in nothing
    temp = signed_in("tom")  # sees which version, not of what it is made
    hidden = temp.post(ASK, data=asked | {"_csrf": token(temp, "/r/order/new")})
    assert "V2.0" in hidden.get_data(as_text=True)
    assert not re.search("NICKEL|BUSH|SALT", hidden.get_data(as_text=True))


@pytest.mark.cap(36, 37)
def test_without_scripts_somebody_chooses_among_several_in_the_form(shop, signed_in) -> None:
    values = {"code": "KNUCKLE/V2.1", "part": "KNUCKLE", "version": "V2.1", "since": "2027-01-01",
              "approved": True, "components": [{"part": "HUB", "qty": "3"}]}  # fmt: skip
    origin, operator = Origin("cli"), Actor("operator", "operator", ("administrator",))
    submit(shop, operator, origin, Submission("structure", "create", values))
    client = signed_in("cleo")
    sent = {"_csrf": token(client, "/r/order/new"), "_shown": "signed lines", **ROW,
            "signed": "2027-02-01", "lines.0.structure": "", "_do": "refresh"}  # fmt: skip
    page = client.post("/r/order/new", data=sent).get_data(as_text=True)
    assert "to be chosen" in page and "V2.0 → V2.1" in page
    take = re.search(r'value="(choose:lines\.0\.structure=[^"]+)"[^>]*>Take V2.0', page)
    assert take
    page = client.post("/r/order/new", data=sent | {"_do": take[1]}).get_data(as_text=True)
    assert 'value="KNUCKLE/V2.0"' in page and "chosen" in page and "Take V2.1" in page
    refused = client.post("/r/order/new", data=sent | {"_do": "submit"})
    assert refused.status_code == 422 and "V2.0 → V2.1" in refused.get_data(as_text=True)
