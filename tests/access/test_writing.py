"""What a narrowed role writes: on its records only, only what it may fill, told nothing more."""

from __future__ import annotations

import pytest

from seamline.usecases.look import told as story

MATCH = {"If-Match": "*"}


def errors(answer):
    return [(one["code"], one["field"]) for one in answer.get_json()["errors"]]


def stored(house, code):
    return house.api("boss")("GET", f"/task/{code}").get_json()["values"]


def another(house, **changes):
    number = len(house.codes)
    good = {
        "supplier": "S1", "material": "M1", "qty": 5, "due": f"2028-02-{number % 28 + 1:02}",
        "price": "41.25", "remark": "kept", "customer_po": f"PO-{number}",
    }  # fmt: skip
    house.codes[f"more {number}"] = code = house.make("task", **(good | changes))
    return code


def test_a_step_is_taken_on_records_within_reach_only(house):
    mine, foreign = another(house), another(house, supplier="S2")
    ask = house.api("vera")
    refused = ask("POST", f"/task/{foreign}/steps/start", {"values": {}}, **MATCH)
    none = ask("POST", "/task/WX-9999/steps/start", {"values": {}}, **MATCH)
    assert refused.status_code == none.status_code == 404
    assert refused.text.replace(foreign, "WX-9999") == none.text
    done = ask("POST", f"/task/{mine}/steps/start", {"values": {"finish": "2028-01-01"}}, **MATCH)
    assert done.status_code == 200, done.text
    assert done.get_json()["state"] == "working" and "price" not in done.text
    assert set(done.get_json()["values"]) == {"material", "qty", "due", "finish"}


def test_a_hidden_field_is_set_only_where_the_step_names_it(house, picture):
    code, ask = another(house, photo=[picture("old.png")]), house.api("vera")
    for name, value in (("price", "1.00"), ("supplier", "S2"), ("remark", "mine"), ("prise", 1)):
        body = {"values": {name: value}}
        answer = ask("POST", f"/task/{code}/steps/start", body, **MATCH)
        assert answer.status_code == 422 and errors(answer) == [("unknown_field", name)]
        assert "Did you mean" not in answer.text and "price" not in answer.text.replace(name, "")
    body = {"values": {"photo": [picture("new.png")], "finish": "2028-01-02"}}
    answer = ask("POST", f"/task/{code}/steps/start", body, **MATCH)
    assert answer.status_code == 200 and "photo" not in answer.get_json()["values"]
    names = [one["name"] for one in stored(house, code)["photo"]]
    assert names == ["old.png", "new.png"]  # nobody can mean to remove what they do not see
    nothing = ask("POST", f"/task/{code}/steps/finish_up", {"values": {"remark": ""}}, **MATCH)
    assert nothing.status_code == 200 and stored(house, code)["remark"] == "kept"


def test_a_step_can_be_narrowed_by_the_account_s_own_record(house):
    small, large = another(house, qty=50), another(house, qty=51)
    ask = house.api("vera")
    for code, status in ((small, 200), (large, 403)):
        start = ask("POST", f"/task/{code}/steps/start", {"values": {}}, **MATCH)
        assert start.status_code == 200, start.text
        finish = ask("POST", f"/task/{code}/steps/finish_up", {"values": {}}, **MATCH)
        assert finish.status_code == status, finish.text
    assert errors(finish) == [("not_this_record", "")]


def test_rows_keep_the_columns_that_their_writer_does_not_see(house):
    lines = [{"work": "quench", "rate": "7.25"}, {"work": "temper", "rate": "8.25"}]
    code, ask = another(house, lines=lines), house.api("shaun")
    seen = ask("GET", f"/task/{code}").get_json()["values"]["lines"]
    changed = [{**seen[1], "work": "temper twice"}, seen[0], {"work": "shot blast"}]
    answer = ask("PATCH", f"/task/{code}", {"values": {"lines": changed}}, **MATCH)
    assert answer.status_code == 200, answer.text
    assert [(row["work"], row["rate"]) for row in stored(house, code)["lines"]] == [
        ("temper twice", "8.25"), ("quench", "7.25"), ("shot blast", None),
    ]  # fmt: skip
    bad = [{"work": "x", "rate": "1"}]
    answer = ask("PATCH", f"/task/{code}", {"values": {"lines": bad}}, **MATCH)
    assert errors(answer) == [("unknown_field", "lines[1].rate")]
    assert stored(house, code)["price"] == "41.25"


def test_a_refusal_tells_nothing_of_other_records(house):
    ask, theirs = house.api("anna"), house.codes["one"]
    good = {"supplier": "S1", "material": "M1", "qty": 1, "due": "2029-01-01"}
    taken = ask("POST", "/task", {"values": good | {"customer_po": "PO-one"}})
    assert errors(taken) == [("not_unique", "customer_po")] and theirs not in taken.text
    alike = ask("POST", "/task", {"values": good | {"qty": 10, "due": "2027-01-01"}})
    assert errors(alike) == [("possible_duplicate", "qty")] and theirs not in alike.text
    boss = house.api("boss")("POST", "/task", {"values": good | {"customer_po": "PO-one"}})
    assert theirs in boss.text


def test_a_rule_that_looks_at_hidden_values_stops_without_quoting_them(house):
    code, many = another(house, price="3.33"), another(house, qty=5000)
    ask = house.api("vera")
    answer = ask("POST", f"/task/{code}/steps/start", {"values": {}}, **MATCH)
    assert answer.status_code == 422 and errors(answer) == [("hard_rule", "")]
    assert "3.33" not in answer.text and "10.00" not in answer.text and "margin" not in answer.text
    answer = ask("POST", f"/task/{many}/steps/start", {"values": {}}, **MATCH)
    assert errors(answer) == [("hard_rule", "qty")] and "5000 pieces" in answer.text
    whole = house.api("paul")("POST", f"/task/{code}/steps/start", {"values": {}}, **MATCH)
    assert "3.33" in whole.text
    with house.desk.store.reading() as unit:
        [event] = [one for one in unit.journal.after(0, 10_000) if one.kind == "refused"][:1]
        kept = unit.decisions.get(event.decision)
    assert "3.33" in str(kept.facts.values())  # the journal keeps all of it


def test_reminders_and_the_story_quote_nothing_hidden(house):
    code = another(house, price="95.55", due="2028-03-01")
    body = {"values": {"finish": "2028-04-01"}}
    done = house.api("vera")("POST", f"/task/{code}/steps/start", body, **MATCH)
    assert done.get_json()["prompts"] == ["late"], done.text  # not the one about the price
    assert "95.55" not in done.text and "Later than due" in done.text
    house.api("paul")(
        "POST",
        f"/task/{code}/steps/finish_up",
        {"values": {"remark": "paul was here"}, "reason": "why not"},
        **MATCH,
    )
    events = house.api("vera")("GET", f"/task/{code}/events")
    assert [one["kind"] for one in events.get_json()["items"]] == ["stepped"]  # her own
    for word in ("95.55", "paul", "operator", "kept", "PO-", "dear", '"S1"'):
        assert word not in events.text, word  # S1 alone may stand in an id
    told = story(house.desk, house.who("vera"), "task", code)
    [decision] = told.decisions.values()
    assert "95.55" not in repr(decision) and [one.rule for one in decision.findings] == ["late"]
    assert set(decision.facts) <= {"material", "qty", "due", "finish", "_state", "_code", "_moment"}
    shop = house.api("shaun")("GET", f"/task/{code}/events")
    assert len(shop.get_json()["items"]) == 3 and "95.55" not in shop.text


@pytest.mark.parametrize("login", ["anna", "shaun"])
def test_what_one_does_not_see_one_cannot_refer_to(house, login):
    """A hidden record is as unknown as one that does not exist; visible ones are found."""
    values = {"supplier": "S1", "material": "M9", "qty": 1, "due": "2029-02-01"}
    answer = house.api(login)("POST", "/task", {"values": values})
    assert errors(answer) == [("unknown_reference", "material")]


def test_only_within_reach_can_be_created(house):
    """`author` sees what they made; who made a record is theirs, so creating always works."""
    values = {"supplier": "S1", "material": "M1", "qty": 3, "due": "2029-03-01", "price": "12"}
    answer = house.api("anna")("POST", "/task", {"values": values})
    assert answer.status_code == 201 and answer.get_json()["values"]["price"] == "12.00"
    answer = house.api("shaun")("POST", "/task", {"values": values | {"due": "2029-03-02"}})
    assert errors(answer) == [("unknown_field", "price")]
