"""`seamline check`, `schema` and `new`, as people and programs run them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from seamline.package import read_package, read_sources
from seamline.problems import Refused
from seamline.ui.cli import main

ROOT = Path(__file__).parents[2]


@pytest.fixture
def package(base, tmp_path) -> Path:
    """Return the folder of a good package."""
    folder = tmp_path / "desk"
    for name, text in base.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return folder


def break_it(folder: Path) -> None:
    form = folder / "forms" / "order.yaml"
    form.write_text(form.read_text(encoding="utf-8").replace("kind: boolean", "kind: bolean"),
                    encoding="utf-8", newline="")  # fmt: skip


def zipped(folder: Path, archive: Path, prefix: str = "") -> Path:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                opened.write(path, prefix + path.relative_to(folder).as_posix())
    return archive


@pytest.mark.cap(1)
def test_a_good_package_passes(package, capsys):
    assert main(["check", str(package), "--language", "en"]) == 0
    assert capsys.readouterr().out == (
        "base_desk 1.2.0: 2 form(s), 1 rule set(s), 2 role(s), 2 import map(s), no problems.\n"
    )


def test_problems_as_text_in_both_languages(package, capsys):
    break_it(package)
    assert main(["check", str(package), "--language", "zh"]) == 1
    zh = capsys.readouterr().out
    assert main(["check", str(package), "--language", "en"]) == 1
    en = capsys.readouterr().out
    spot = f"{package / 'forms' / 'order.yaml'}:13:28: sections[head].fields[urgent].kind: "
    assert zh.startswith(spot) and en.startswith(spot)
    assert zh.endswith("是否想写“boolean”？\n1 个问题。\n")
    assert en.endswith("got 'bolean'. Did you mean 'boolean'?\n1 problem(s).\n")


def test_problems_as_json(package, capsys):
    break_it(package)
    assert main(["check", str(package), "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is False
    (problem,) = report["problems"]
    assert problem["code"] == "not_one_of" and problem["severity"] == "error"
    assert problem["path"] == "sections[head].fields[urgent].kind"
    assert (problem["line"], problem["column"]) == (13, 28)
    assert problem["file"] == str(package / "forms" / "order.yaml")
    assert problem["got"] == "'bolean'"
    assert set(problem["message"]) == {"zh", "en"}


def test_one_document_is_checked_for_its_shape(package, capsys):
    form = package / "forms" / "order.yaml"
    assert main(["check", str(form), "--language", "en"]) == 0
    break_it(package)
    assert main(["check", str(form), "--language", "en"]) == 1
    assert "Did you mean 'boolean'?" in capsys.readouterr().out


def test_an_archive_is_read_like_its_folder(package, tmp_path):
    plain = zipped(package, tmp_path / "plain.zip")
    wrapped = zipped(package, tmp_path / "wrapped.zip", "base-desk-1.2.0/")
    assert read_package(plain) == read_package(wrapped) == read_package(package)
    assert main(["check", str(plain)]) == 0


def refused(path: Path) -> list[str]:
    with pytest.raises(Refused) as error:
        read_package(path)
    return [problem.code for problem in error.value.problems]


def test_an_archive_that_climbs_out_is_refused(package, tmp_path):
    for name in (
        "../evil.yaml",
        "/evil.yaml",
        "forms/../../evil.yaml",
        "C:/evil.yaml",
        "..\\e.yaml",
    ):
        archive = zipped(package, tmp_path / "evil.zip")
        with zipfile.ZipFile(archive, "a") as opened:
            opened.writestr(name, "x: 1")
        assert refused(archive) == ["unsafe_archive"], name


def test_a_link_in_an_archive_is_refused(package, tmp_path):
    archive = zipped(package, tmp_path / "link.zip")
    link = zipfile.ZipInfo("forms/link.yaml")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(archive, "a") as opened:
        opened.writestr(link, "/etc/passwd")
    assert refused(archive) == ["unsafe_archive"]


def test_an_archive_that_blows_up_is_refused(package, tmp_path):
    archive = zipped(package, tmp_path / "bomb.zip")
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("forms/bomb.yaml", b"a" * 5_000_000)
    assert refused(archive) == ["too_large"]
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as opened:
        for number in range(8):
            opened.writestr(f"data/bomb{number}.csv", b"a" * 30_000_000)
    assert refused(archive) == ["too_large"]


@pytest.mark.parametrize("raw", [b"", b"PK", b"PK\x03\x04" + b"\x00" * 60, b"not a zip" * 100])
def test_what_is_no_archive_is_refused(raw, tmp_path):
    path = tmp_path / "x.zip"
    path.write_bytes(raw)
    assert refused(path) == ["bad_archive"]


def test_a_damaged_archive_is_refused(package, tmp_path):
    whole = zipped(package, tmp_path / "whole.zip").read_bytes()
    for cut in range(0, len(whole), 97):
        damaged = tmp_path / "damaged.zip"
        damaged.write_bytes(whole[:cut] + b"\xff\xff\xff" + whole[cut + 3 :])
        try:
            read_package(damaged)
        except Refused as error:
            assert error.problems


def test_no_folder_and_an_empty_folder(tmp_path, capsys):
    assert refused(tmp_path / "nothing") == ["no_package"]
    assert refused(tmp_path) == ["no_head"]
    assert main(["check", str(tmp_path / "nothing"), "--language", "en"]) == 1
    assert "There is no folder or archive" in capsys.readouterr().out


OTHER = {
    "package.yaml": "seamline: 1\npackage: stock_room\nversion: 1.4.0\ntitle: Stock\n",
    "forms/bin.yaml": (
        "seamline: 1\nform: bin\ntitle: Bin\nkey: code\nsections:\n  - {id: a, title: A, fields: "
        "[{id: code, kind: text, label: Code, required: true, unique: true}]}\n"
    ),
}
USER = {
    "package.yaml": (
        "seamline: 1\npackage: user\nversion: 0.1.0\ntitle: User\n"
        "needs: {packages: {stock_room: '>=1.2,<2'}}\n"
    ),
    "forms/move.yaml": (
        "seamline: 1\nform: move\ntitle: Move\nsections:\n  - {id: a, title: A, fields: "
        "[{id: bin, kind: reference, to: bin, label: Bin}]}\n"
    ),
}


def told(sources, *others):
    with pytest.raises(Refused) as error:
        read_sources(sources, others=others)
    return [problem.code for problem in error.value.problems]


def test_forms_of_installed_packages_may_be_named():
    other = read_sources(OTHER)
    assert read_sources(USER, others=[other]).forms[0].id == "move"
    assert sorted(told(USER)) == ["package_missing", "unknown_form"]
    silent = {**USER, "package.yaml": USER["package.yaml"].partition("needs")[0]}
    assert told(silent, other) == ["need_not_stated"]
    old = read_sources({**OTHER, "package.yaml": OTHER["package.yaml"].replace("1.4.0", "1.1.9")})
    assert told(USER, old) == ["needs_version"]


def test_ids_of_installed_packages_are_taken():
    other = read_sources(OTHER)
    again = {**OTHER, "package.yaml": OTHER["package.yaml"].replace("stock_room", "second")}
    assert told(again, other) == ["duplicate_form"]
    # The same package in another version takes the place of the installed one.
    assert read_sources(OTHER, others=[other]) == other


def test_needed_packages_are_named_on_the_command_line(tmp_path, capsys):
    for name, sources in (("other", OTHER), ("user", USER)):
        for path, text in sources.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(text, encoding="utf-8")
    assert main(["check", str(tmp_path / "user")]) == 1
    assert main(["check", str(tmp_path / "user"), "--with", str(tmp_path / "other")]) == 0
    capsys.readouterr()


def test_scaffolds_pass_the_check(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["new", "package", "tool_room"]) == 0
    inside = ["--in", "tool_room"]
    assert main(["new", "form", "loan", *inside]) == 0
    assert main(["new", "role", "keeper", *inside]) == 0
    assert (
        main(["new", "ruleset", "loan_finish", *inside, "--form", "loan", "--step", "finish"]) == 0
    )
    assert main(["new", "ruleset", "loan_next", *inside, "--form", "loan"]) == 0
    assert main(["new", "import", "loans", *inside, "--form", "loan"]) == 0
    found = read_package(tmp_path / "tool_room")
    assert {form.id for form in found.forms} == {"tool_room", "loan"}
    steps = {"tool_room.create", "loan.finish", "loan.create"}
    assert {ruleset.step for ruleset in found.rulesets} == steps
    for path in (tmp_path / "tool_room").rglob("*.yaml"):
        assert path.read_text(encoding="utf-8").startswith("# "), "commented"
    capsys.readouterr()


@pytest.mark.parametrize(
    "asked",
    [
        ["package", "Tool"], ["package", "true"], ["package", "a" * 41], ["package", "../x"],
        ["form", "loan"], ["ruleset", "r", "--in", "desk", "--form", "nothing"],
        ["ruleset", "r", "--in", "desk", "--form", "order", "--step", "create"],
        ["form", "order", "--in", "desk"],
    ],
)  # fmt: skip
def test_a_scaffold_that_cannot_be_is_refused_and_nothing_is_written(
    asked, package, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert main(["new", *asked]) == 1
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    assert capsys.readouterr().err


def test_schemas_from_the_command_line(tmp_path, capsys):
    assert main(["schema", "--check", str(ROOT / "schemas")]) == 0
    assert main(["schema", "--check", str(tmp_path)]) == 1
    assert main(["schema", "--write", str(tmp_path)]) == 0
    assert main(["schema", "--check", str(tmp_path)]) == 0
    capsys.readouterr()
    assert main(["schema"]) == 0
    assert set(json.loads(capsys.readouterr().out)) >= {"form", "ruleset", "package"}
