"""Each broken package gives exactly the problems its case lists, at their file, line and column."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from seamline.documents import read
from seamline.package import read_package
from seamline.problems import Refused

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "packages_broken" / "cases"
CHINESE = re.compile("[\u4e00-\u9fff]")


def listed():
    for path in sorted(CASES.glob("*.yaml")):
        for case in read(path.read_text(encoding="utf-8"), path.name).data:
            yield pytest.param(case, id=f"{path.stem}-{case['id']}")


def broken(base: dict[str, str], case: dict, folder: Path) -> Path:
    """Write the good package with the case's changes into `folder`."""
    files = dict(base)
    for edit in case.get("edits", ()):
        assert files[edit["file"]].count(edit["old"]) == 1, "the edit must fit one place"
        files[edit["file"]] = files[edit["file"]].replace(edit["old"], edit["new"])
    files |= case.get("add", {})
    files.pop(case.get("drop", ""), None)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return folder


def problems_of(folder: Path) -> tuple:
    with pytest.raises(Refused) as refused:
        read_package(folder)
    return refused.value.problems


def test_there_are_many_cases_of_every_stage():
    names = [param.id for param in listed()]
    assert len(names) == len(set(names)) >= 140
    assert {name.partition("-")[0] for name in names} == {"reading", "shape", "references", "laws"}


def test_the_package_they_break_is_good(base, tmp_path):
    package = read_package(broken(base, {}, tmp_path))
    assert [form.id for form in package.forms] == ["customer", "order"]
    assert package.rulesets[0].review.within == 7200
    assert package.sources["package.yaml"] == base["package.yaml"]


@pytest.mark.parametrize("case", list(listed()))
def test_exactly_the_expected_problems(case, base, tmp_path):
    found = problems_of(broken(base, case, tmp_path))
    told = [
        f"{p.code} {p.place.file}:{p.place.line}:{p.place.column} {p.place.path}" for p in found
    ]
    assert sorted(line.strip() for line in told) == sorted(case["expect"])
    if "says" in case:
        assert any(case["says"] in problem.sentence("en") for problem in found)
    for problem in found:
        zh, en = problem.sentence("zh"), problem.sentence("en")
        assert CHINESE.search(zh), "a Chinese sentence"
        assert en != zh and len(re.findall("[A-Za-z]+", en)) > 2, "an English sentence"


def test_every_code_is_in_the_language_page():
    page = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    codes = {line.split()[0] for param in listed() for line in param.values[0]["expect"]}
    assert sorted(code for code in codes if f"`{code}`" not in page) == []


RULE = '{id: %s, title: %s, when: {"!": [{var: due_date}]}, say: Say}'


def rules(prefix: str, count: int) -> str:
    names = [f"{prefix}_{number}" for number in range(1, count + 1)]
    return "[" + ", ".join(RULE % (name, name) for name in names) + "]"


def ruleset(hard: int, soft: int) -> str:
    return (
        "seamline: 1\nruleset: order_create\ntitle: Order entry\nstep: order.create\n"
        f"hard: {rules('hard', hard)}\nsoft: {rules('soft', soft)}\n"
        "review: {id: look, title: Look, pool: risk, within: 2h}\n"
    )


@pytest.mark.cap(58)
@pytest.mark.parametrize("hard", range(6))
@pytest.mark.parametrize("soft", range(8))
def test_three_hard_five_soft_and_no_more(hard, soft, base, tmp_path):
    case = {"add": {"rulesets/order_create.yaml": ruleset(hard, soft)}}
    folder = broken(base, case, tmp_path)
    over = [name for name, many in (("hard", hard > 3), ("soft", soft > 5)) if many]
    if not over:
        assert len(read_package(folder).rulesets[0].hard) == hard
        return
    assert [problem.code for problem in problems_of(folder)] == [f"too_many_{n}" for n in over]


@pytest.mark.cap(58)
@pytest.mark.parametrize("review", ["", "review: []\n", "review:\n", "review: risk\n"])
def test_a_step_without_its_review_is_refused(review, base, tmp_path):
    text = ruleset(1, 1).partition("review:")[0] + review
    folder = broken(base, {"add": {"rulesets/order_create.yaml": text}}, tmp_path)
    (problem,) = problems_of(folder)
    assert problem.code == "one_review"
    assert "order.create" in problem.say.zh and "order.create" in problem.say.en


@pytest.mark.cap(59)
def test_the_refusal_names_step_and_surplus_and_offers_two_ways_out(base, tmp_path):
    folder = broken(base, {"add": {"rulesets/order_create.yaml": ruleset(5, 4)}}, tmp_path)
    (problem,) = problems_of(folder)
    assert problem.place.path == "hard[hard_4]"
    assert "order.create" in problem.say.zh
    assert "hard_4" in problem.say.zh and "hard_5" in problem.say.zh
    assert "hard_3" not in problem.say.zh
    assert problem.hint is not None
    # One place is free among the soft reminders: one rule may be demoted, the other must go.
    assert problem.hint.zh == "把 'hard_4' 降为弱提醒(还能放 1 条)，或停用一条：从文档中删去。"
    assert problem.hint.en == "Demote 'hard_4' to soft (room for 1), or retire one: take it out."


@pytest.mark.cap(59)
def test_where_no_reminder_is_free_only_retiring_is_offered(base, tmp_path):
    folder = broken(base, {"add": {"rulesets/order_create.yaml": ruleset(4, 5)}}, tmp_path)
    (problem,) = problems_of(folder)
    assert problem.hint is not None and problem.hint.en.startswith("Retire one: take 'hard_4'")
