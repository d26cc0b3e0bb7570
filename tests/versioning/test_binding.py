"""An order line gets the version of its signing date and group, and keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from seamline.facts import Actor, Origin
from seamline.fields.bound import unpacked
from seamline.problems import Refused
from seamline.settings import existing, found
from seamline.ui import cli
from seamline.usecases import install, look, switch
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.submit import RefusedByRules, Submission, Submitted, submit
from seamline.versioning import Version, fitting

from .labelled import company

ADMIN = Actor("operator", "operator", ("administrator",))
CLI = Origin("cli")
PACKAGES = Path(__file__).parents[1] / "packages"
DAYS = (date(2025, 3, 31), date(2025, 6, 15), date(2025, 10, 1), date(2025, 12, 1))


def do(desk: Desk, form: str, step: str = "create", record: str = "", **values: Any) -> Submitted:
    reason = "because" if step != "create" else ""
    return submit(desk, ADMIN, CLI, Submission(form, step, values, record=record, reason=reason))


def lines(done: Submitted) -> list[dict[str, Any]]:
    return [
        {"of": row.values["structure"] and row.values["structure"].key,
         **unpacked(row.values["kept"])}
        for row in done.record.values["lines"]
    ]  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The labelled parts of the invented company, with all their versions."""
    desk = open_desk(found(tmp_path_factory.mktemp("binding"), {}))
    install.publish(desk, ADMIN, CLI, PACKAGES / "layered")
    library, labels = company()
    named = [
        *sorted(labels["bom_switched"]), *sorted(labels["bom_overlapping"]),
        *sorted(labels["bom_gap"]), *sorted(labels["bom_unaudited"]),
    ]  # fmt: skip
    assert len(named) == 70
    parts = {part.thing for thing in named for one in library[thing] for part in one.parts[-2:]}
    for code in sorted({*named, *parts}):
        do(desk, "part", code=code, name=f"Part {code}")
    for thing in named:
        for one in library[thing]:
            _release(desk, one)
    yield desk
    desk.close()


def _release(desk: Desk, one: Version) -> None:
    do(
        desk, "structure", code=f"{one.thing}/{one.name}", part=one.thing, version=one.name,
        since=one.span.start, until=one.span.end, approved=one.released, why="because",
        components=[{"part": part.thing, "qty": str(part.quantity)} for part in one.parts[-2:]],
    )  # fmt: skip


@pytest.mark.cap(36)
def test_every_line_gets_the_right_version_or_the_right_refusal(shop: Desk) -> None:
    library, labels = company()
    things = [*labels["bom_switched"], *labels["bom_overlapping"], *labels["bom_gap"],
              *labels["bom_unaudited"]]  # fmt: skip
    for day in DAYS:
        fits = {thing: fitting(library[thing], day) for thing in things}
        single = [thing for thing in things if len(fits[thing]) == 1]
        done = do(shop, "order", signed=day, lines=[{"part": one, "qty": 1} for one in single])
        assert done.record.held == ""
        for thing, line in zip(single, lines(done), strict=True):
            assert line["of"] == f"{thing}/{fits[thing][0].name}" == line["code"]
            assert (line["how"], line["scheme"], line["day"]) == ("only", "signed", str(day))
        for thing in set(things) - set(single):
            asked = {"signed": day, "lines": [{"part": thing, "qty": 1}]}
            if fits[thing]:  # several are offered, one of them has to be chosen
                with pytest.raises(Refused) as refused:
                    do(shop, "order", **asked)
                (problem,) = refused.value.problems
                assert problem.code == "version_to_choose"
                assert all(one.name in problem.say.en for one in fits[thing])
                asked["lines"][0]["structure"] = f"{thing}/{fits[thing][0].name}"
                assert lines(do(shop, "order", **asked))[0]["how"] == "chosen"
            else:  # none: it is held, and says why
                held = do(shop, "order", **asked)
                assert held.record.held == "pending"
                (why,) = (one for one in held.decision.findings if one.rule.startswith("_no_"))
                assert thing in why.say.en and str(day) in why.say.en
                assert lines(held)[0]["of"] is None
        for thing in single:  # any other version of it is refused
            for other in library[thing]:
                if other not in fits[thing]:
                    row = {"part": thing, "structure": f"{thing}/{other.name}"}
                    with pytest.raises(Refused) as refused:
                        do(shop, "order", signed=day, lines=[row])
                    assert refused.value.problems[0].code == "version_not_in_force"


@pytest.mark.cap(38)
def test_a_bound_line_keeps_its_version_until_somebody_may_bind_it_anew(shop: Desk) -> None:
    part = sorted(company()[1]["bom_switched"])[0]
    done = do(shop, "order", signed=date(2025, 6, 1), lines=[{"part": part, "qty": 2}])
    code, (bound,) = done.record.code, lines(done)
    assert bound["name"] == "V2.0"
    with shop.store.reading() as unit:
        kept = unit.bindings.get([bound["digest"]])[bound["digest"]]
    assert kept.intact and kept.data["code"] == f"{part}/V2.0"
    do(shop, "structure", "change", f"{part}/V2.0", until="2025-05-31",
       components=[{"part": part, "qty": 9}])  # fmt: skip
    do(shop, "structure", code=f"{part}/V3.0", part=part, version="V3.0", since="2025-01-01",
       approved=True, why="later", components=[{"part": part, "qty": 3}])  # fmt: skip
    row = {"part": part, "qty": 5}
    again = do(shop, "order", "change", code, signed=date(2025, 12, 1), lines=[row])
    assert lines(again) == [bound]
    with pytest.raises(Refused) as refused:
        do(shop, "order", "change", code, lines=[{**row, "structure": f"{part}/V3.0"}])
    assert refused.value.problems[0].code == "bound_already"
    anew = do(shop, "order", "rebind", code, lines=[{**row, "structure": f"{part}/V3.0"}])
    assert lines(anew)[0]["name"] == "V3.0"
    (told,) = anew.event.body["bound"]
    assert told["from"] == {"name": "V2.0", "digest": bound["digest"]}
    assert told["differs"]["added"] == [part] and anew.event.reason == "because"
    with shop.store.reading() as unit:
        assert unit.bindings.get([bound["digest"]])[bound["digest"]] == kept


@pytest.mark.cap(39)
def test_what_follows_an_order_takes_over_its_version_and_no_other(shop: Desk) -> None:
    part = sorted(company()[1]["bom_switched"])[1]
    order = do(shop, "order", signed=date(2025, 6, 1), lines=[{"part": part, "qty": 2}])
    (bound,) = lines(order)
    made = do(shop, "job", order=order.record.code, part=part)
    assert made.record.values["structure"].key == f"{part}/V2.0"
    kept = unpacked(made.record.values["kept"])
    assert (kept["digest"], kept["how"]) == (bound["digest"], "followed")
    another = {"order": order.record.code, "part": part, "structure": f"{part}/V2.1"}
    with pytest.raises(RefusedByRules) as refused:  # by a rule of its step, which has a switch
        do(shop, "job", **another)
    (problem,) = refused.value.problems
    assert (problem.got, problem.say.en) == ("other_version", "It has to be V2.0.")
    with pytest.raises(Refused) as refused:  # where no rule judges it the door does
        do(shop, "job", "change", made.record.code, structure=f"{part}/V2.1")
    assert refused.value.problems[0].code == "bound_already"
    switch.flip(shop, ADMIN, CLI, "job_create.other_version", "off", "to see")
    try:
        values = do(shop, "job", **another).record.values
        assert (values["other"], values["offered"]) == (True, "V2.0")
        bound = unpacked(values["kept"])
        assert (bound["name"], bound["how"]) == ("V2.1", "other")
        with pytest.raises(Refused) as refused:  # of another part it is not, whatever is switched
            other = sorted(company()[1]["bom_switched"])[2]
            do(shop, "job", **another | {"structure": f"{other}/V2.0"})
        assert refused.value.problems[0].code == "other_version"
    finally:
        switch.flip(shop, ADMIN, CLI, "job_create.other_version", "on", "seen")


@pytest.mark.cap(42)
@pytest.mark.parametrize(
    ("scheme", "name"),
    [("signed", "V1.2"), ("contract", "V1.2"), ("first", "V1.2"), ("latest", "V2.1"),
     ("making", "V2.0")],
)  # fmt: skip
def test_each_scheme_binds_as_it_says(shop: Desk, scheme: str, name: str) -> None:
    part = sorted(company()[1]["bom_switched"])[2]
    values = {"signed": date(2025, 3, 31), "making": date(2025, 7, 1), "scheme_of": "x",
              "lines": [{"part": part, "qty": 1}]}  # fmt: skip
    done = do(shop, f"order_{scheme}" if scheme != "signed" else "order", **values)
    assert lines(done)[0]["name"] == name
    if scheme in ("contract", "first"):  # what is like an earlier one keeps its version
        later = values | {"signed": date(2025, 12, 1)}
        again = do(shop, f"order_{scheme}", **later)
        assert (lines(again)[0]["name"], lines(again)[0]["how"]) == ("V1.2", "same")
        other = do(shop, f"order_{scheme}", **later | {"scheme_of": "y"})
        assert lines(other)[0]["name"] == ("V2.1" if scheme == "contract" else "V1.2")


def test_reading_it_back_gives_what_was_bound(shop: Desk) -> None:
    part = sorted(company()[1]["bom_switched"])[3]
    done = do(shop, "order", signed=date(2025, 6, 1), lines=[{"part": part, "qty": 2}])
    record = look.record(shop, ADMIN, "order", done.record.id)
    assert record.values["lines"] == done.record.values["lines"]


@pytest.mark.cap(42)
def test_the_scheme_is_chosen_at_install_and_changed_with_its_consequences(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_desk(found(tmp_path, {})).close()
    at = ["--workspace", str(tmp_path)]
    asked = ["publish", str(PACKAGES / "layered"), "--yes", "--skip-leaktest", *at]
    assert cli.main([*asked, "--scheme", "order=newest"]) != 0
    assert "There is no scheme 'newest'" in capsys.readouterr().err
    assert cli.main([*asked, "--scheme", "order=latest"]) == 0
    said = capsys.readouterr().out
    assert "ours by design" in said and "order binds by latest from now on" in said
    desk = open_desk(existing(tmp_path, {}))
    for code in ("A", "B"):
        do(desk, "part", code=code, name=code)
    for name, since in (("V1.0", "2025-01-01"), ("V2.0", "2025-06-01")):
        do(desk, "structure", code=f"A/{name}", part="A", version=name, since=since,
           approved=True, components=[{"part": "B", "qty": "1"}])  # fmt: skip
    done = do(desk, "order", signed=date(2025, 3, 1), lines=[{"part": "A", "qty": 1}])
    assert lines(done)[0]["name"] == "V2.0"
    desk.close()
    assert cli.main(["binding", "order", "signed", *at]) == 0
    shown = capsys.readouterr().out
    assert "Of the 1 newest lines 1 would be otherwise" in shown and "V2.0 -> V1.0" in shown
    assert cli.main(["binding", "order", *at]) == 0
    assert "* latest" in capsys.readouterr().out
    assert cli.main(["binding", "order", "signed", "--reason", "as agreed", *at]) == 0
    assert "order binds by signed from now on" in capsys.readouterr().out
