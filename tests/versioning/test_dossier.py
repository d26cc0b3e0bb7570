"""The dossier of an order: what is on its pages, that it proves itself, and what stays hidden."""

from __future__ import annotations

import io
import random
import re

import pypdfium2
import pytest
from flask.testing import FlaskClient

from seamline.ui import cli
from seamline.ui.app import create_app
from seamline.ui.pages import printing

from .conftest import token


def dossier(client: FlaskClient) -> bytes:
    data = {"_csrf": token(client, "/r/order/S-0001")}
    answer = client.post("/r/order/S-0001/print/trace", data=data)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"].isascii()  # what servers can send
    return answer.data


def words(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in pages)


@pytest.mark.cap(37, 40, 93, 116)
def test_a_dossier_says_what_was_bound_and_finds_a_changed_byte(
    shop, signed_in, tmp_path, capsys
) -> None:
    client = signed_in("anna")
    pdf = dossier(client)
    said = words(pdf)
    for word in ("Trace report", "S-0001", "喆 KNUCKLE", "V1.2 against V2.0", "added", "NICKEL",
                 "Bound versions", "Who decided what", "Signatures", "Customer",
                 "on every level", "SALT", "Sealed"):  # fmt: skip
        assert word in said, word
    file = tmp_path / "dossier.pdf"
    file.write_bytes(pdf)
    assert cli.main(["verify", str(file)]) == 0
    assert "the file is whole" in capsys.readouterr().out
    dice = random.Random(7)
    for place in [*dice.sample(range(len(pdf)), 30), *range(len(pdf) - 30, len(pdf))]:
        changed = bytes([pdf[place] ^ 1 << dice.randrange(8)])
        file.write_bytes(pdf[:place] + changed + pdf[place + 1 :])
        assert cli.main(["verify", str(file)]) != 0, place
    file.write_bytes(pdf + b"\n")
    assert cli.main(["verify", str(file)]) != 0
    with shop.store.reading() as unit:
        seal = unit.journal.after(unit.journal.head()[0] - 1, 1)[0]
    address = f"/sealed/order/{seal.record}/{seal.body['token']}"
    stranger = create_app(shop).test_client()
    page = stranger.get(address).get_data(as_text=True)
    assert "S-0001" in page and str(seal.body["sha256"]) in page
    assert stranger.get(address[:-1] + "x").status_code == 404
    story = client.get("/r/order/S-0001").get_data(as_text=True)
    assert "made a dossier: Trace report" in story


@pytest.mark.cap(40)
def test_what_a_reader_may_not_see_is_not_in_his_dossier(signed_in) -> None:
    said = words(dossier(signed_in("carl")))
    assert "V1.2" in said and "CONTRACT-7" not in said
    assert "NICKEL" not in said and "BUSH" not in said  # what a version is made of is hidden
    whole = words(dossier(signed_in("anna")))
    assert "CONTRACT-7" in whole and "BUSH" in whole
    plain = signed_in("carl").get("/r/order/S-0001/print/record")
    assert plain.mimetype == "application/pdf" and "CONTRACT-7" not in words(plain.data)
    assert signed_in("carl").get("/r/order/S-0001/print/trace").status_code == 404


@pytest.mark.cap(116)
def test_whoever_holds_a_copy_learns_in_a_browser_whether_it_is_whole(shop, signed_in) -> None:
    pdf = dossier(signed_in("anna"))
    stranger = create_app(shop).test_client()

    def told(data: bytes) -> str:
        file = (io.BytesIO(data), "copy.pdf")
        sent = {"_csrf": token(stranger, "/sealed"), "of": "", "file": file}
        return stranger.post("/sealed", data=sent).get_data(as_text=True)

    assert "is whole and was made here" in told(pdf) and "S-0001" in told(pdf)
    drawn = re.search(rb"/Contents (\d+) 0 R", pdf[: pdf.rindex(b"%Seamline proof")])
    assert drawn is not None
    place = pdf.index(b"stream\n", pdf.index(b"\n%s 0 obj" % drawn[1])) + 20
    changed = told(pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :])
    assert "Do not rely on this copy" in changed
    assert re.search(r"Pages were changed after the sealing: \d+\.", changed)
    assert "was added after the sealing" in told(pdf + b"%more")
    assert "No proof can be read" in told(pdf[:-200]) and "No proof can be read" in told(b"%PDF")
    missing = stranger.post("/sealed", data={"_csrf": token(stranger, "/sealed")})
    assert missing.status_code == 422
    for _again in range(printing.PER_HOUR):
        answer = stranger.post("/sealed", data={
            "_csrf": token(stranger, "/sealed"), "file": (io.BytesIO(b"x"), "x.pdf")})  # fmt: skip
    assert answer.status_code == 429 and "try again in" in answer.get_data(as_text=True)


@pytest.mark.cap(40)
def test_a_proof_that_reaches_back_only_so_far_says_what_it_leaves_out(
    shop, signed_in, monkeypatch, tmp_path, capsys
) -> None:
    monkeypatch.setattr("seamline.usecases.dossier.MOST_HIDDEN", 1)
    pdf = dossier(signed_in("anna"))
    assert re.search(r"\d+ entr(y|ies) before no\. \d+: on these pages", words(pdf))
    file = tmp_path / "long.pdf"
    file.write_bytes(pdf)
    assert cli.main(["verify", str(file)]) == 0
    assert re.search(r"\([1-9]\d* of this code withheld\)", capsys.readouterr().out)
