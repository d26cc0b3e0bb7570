"""Three suppliers asking at random: not one record, count or hint of another one's."""

from __future__ import annotations

import os
import random
from urllib.parse import quote

import pytest

from seamline.facts import Origin
from seamline.usecases import accounts

REQUESTS = int(os.environ.get("SEAMLINE_ISOLATION_REQUESTS", "1500"))
SUPPLIERS = ("S1", "S2", "S3")
WORDS = ("_code", "qty", "due", "_state", "finish", "material", "supplier", "price", "_created_by")


@pytest.fixture(scope="module")
def three(house):
    """Forty tasks for each of three suppliers, with an account for each; ids by supplier."""
    house.make("supplier", code="S3", name="Heat 3", grade="B", most=50)
    admin = house.who("boss")
    asks, own = {}, {}
    for number, key in enumerate(SUPPLIERS):
        login = f"iso{number}"
        accounts.create_user(
            house.desk, admin, Origin("cli"), login=login, name=login, roles=("vendor",),
            party=f"supplier={key}",
        )  # fmt: skip
        asks[key] = house.api(login)
        own[key] = set()
        for task in range(40):
            house.make(
                "task", supplier=key, material=("M1", "M2")[task % 2], qty=1 + task,
                due=f"2030-{1 + task % 12:02}-{1 + number + task % 25:02}", price="55.55",
                customer_po=f"ISO-{key}-{task}",
            )  # fmt: skip
    for row in every(house.api("boss")):
        key = row["values"]["supplier"]
        own.setdefault(key, set()).update({row["id"], row["code"]})
    return asks, own


def every(ask):
    path, found = "/task?limit=200&archived=true", []
    while path:
        body = ask("GET", path).get_json()
        found += body["items"]
        path = body["next"] and f"/task?limit=200&archived=true&cursor={quote(body['next'])}"
    return found


def path_of(dice, words):
    """Return some request a curious supplier might send."""
    word = quote(dice.choice(words))
    name = dice.choice(WORDS)
    return dice.choice(
        [
            f"/task/{word}", f"/task/{word}/events", f"/task?q={word}&total=true",
            f"/task?sort={dice.choice(('', '-'))}{name}&limit={dice.randrange(1, 200)}",
            f"/task?{name}={dice.choice((*SUPPLIERS, 'M1', 'working', '7'))}&total=true",
            f"/task?qty.gt={dice.randrange(50)}&archived=true&total=true",
            f"/task?{name}.ne=S1&total=true", f"/tracking/{word}", "/locks",
        ]
    )  # fmt: skip


@pytest.mark.cap(46)
def test_no_foreign_record_in_any_of_many_random_requests(three):
    asks, own = three
    everything = sorted(set().union(*own.values()))
    dice, seen = random.Random(46), 0
    for _ in range(REQUESTS):
        key = dice.choice(SUPPLIERS)
        path = path_of(dice, everything)
        answer = asks[key]("GET", path)
        assert answer.status_code in (200, 400, 403, 404), (path, answer.text)
        body = answer.get_json()
        rows = body.get("items", [body] if "id" in body else [])
        ids = {row["id"] for row in rows if "id" in row}
        assert ids <= own[key], path
        assert body.get("total") is None or body["total"] <= len(own[key]) // 2, path
        asked = {word for word in everything if word in path}
        foreign = set().union(*(own[other] for other in own if other != key))
        assert not {word for word in foreign - asked if word in answer.text}, path
        seen += len(ids)
    assert seen > REQUESTS / 10  # there was something to see
