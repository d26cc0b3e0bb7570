"""Files from outside: what is read, what is refused with a sentence, and at what cost."""

from __future__ import annotations

import resource
import struct
import zlib
from pathlib import Path

import pypdfium2
import pytest

from seamline.problems import Refused
from seamline.reading.extract import read
from seamline.reading.found import Known
from seamline.reading.opening import script_in
from seamline.reading.process import Reader

FILES = Path(__file__).parent / "data" / "files"


def png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        whole = name + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def pages(count: int, path: Path) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(count):
        document.new_page(300, 400)
    document.save(str(path))
    document.close()
    return path.read_bytes()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Return files that are refused, by the code of the sentence."""
    folder = tmp_path_factory.mktemp("papers")
    digital = (FILES / "P009.pdf").read_bytes()
    objects = (
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj "
    )
    locked = b"trailer<</Root 1 0 R/Encrypt<</Filter/Standard/V 1/R 2/O(" + b"x" * 32
    locked += b")/U(" + b"y" * 32 + b")/P -44>>/ID[(a)(a)]>>\n%%EOF"
    return {
        "broken_paper": digital[: len(digital) // 3],
        "encrypted_paper": b"%PDF-1.4\n" + objects + locked,
        "too_many_pages": pages(500, folder / "many.pdf"),
        "too_many_pixels": png(40_000, 25_000),
        "script_in_paper": digital.replace(
            b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(x)>>", 1
        ),
        "paper_kind": b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        "empty_file": b"",
    }


@pytest.mark.parametrize(
    "code",
    ["broken_paper", "encrypted_paper", "too_many_pages", "too_many_pixels", "script_in_paper",
     "paper_kind", "empty_file"],
)  # fmt: skip
def test_a_hostile_file_is_refused_with_a_sentence(hostile, tmp_path, code):
    path = tmp_path / "paper"
    path.write_bytes(hostile[code])
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with pytest.raises(Refused) as caught:
        Reader(engine="").read(path)
    problem = caught.value.problems[0]
    assert problem.code == code
    assert problem.say.zh and problem.say.en
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 2


def test_bytes_of_a_picture_that_spell_a_script_are_none():
    picture = b"<</Type/XObject>>stream\n\x00/JS \x01/JavaScript\nendstream"
    assert not script_in(picture)
    assert script_in(picture + b" <</S/JavaScript/JS(app.alert(1))>>")


def test_a_pdf_with_text_needs_no_engine_and_a_scan_says_what_to_install():
    reader = Reader(engine="")
    paper = reader.read(FILES / "P009.pdf")
    assert paper.pages[0].source == "text" and paper.pictures[0].startswith(b"\xff\xd8")
    found = read(paper.pages, Known.of(["华东恒锐汽车零部件有限公司"]))
    assert found.head["customer"].value == "荻原(广州)底盘系统有限公司"
    assert found.head["delivery_date"].value == "2025-11-16"
    with pytest.raises(Refused) as caught:
        reader.read(FILES / "P028.jpg")
    assert caught.value.problems[0].code == "no_engine"
    assert "seamline[ocr]" in caught.value.problems[0].sentence("en")


@pytest.mark.slow
def test_a_scan_is_recognised_in_a_process_of_its_own():
    reader = Reader()
    try:
        paper = reader.read(FILES / "P028.jpg")
    finally:
        reader.close()
    page = paper.pages[0]
    assert page.source == "rapidocr" and len(page.words) > 20
    assert all(0 <= word.spot[0] <= 1000 for word in page.words)
    found = read(paper.pages, Known.of(["华东恒锐汽车零部件有限公司"]))
    assert found.items and "unit_price" in found.items[0]
