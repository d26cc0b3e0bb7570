"""Moves of many people at once: one unbroken chain of figures for each balance."""

from __future__ import annotations

import random
import threading
from decimal import Decimal

import pytest

from seamline.problems import Refused
from seamline.usecases.submit import RefusedByRules

PEOPLE, EACH = 6, 12


@pytest.mark.cap(24, 25)
def test_moves_at_once_form_one_chain_and_add_up(store):
    for item in "AB":
        store.move("receipt", 40, item=item)
    refused, failures = [], []

    def work(number: int) -> None:
        dice = random.Random(number)
        for _ in range(EACH):
            act = dice.choice(["issue", "issue", "receipt", "count"])
            try:
                store.move(act, dice.randint(0, 30), item=dice.choice("AB"))
            except RefusedByRules:
                refused.append(1)
            except Refused as error:
                failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    posted = 0
    for balance in store.balances():
        events, stands = store.postings(balance), Decimal(0)
        for event in events:
            assert Decimal(event.body["by"]["before"]) == stands
            stands = Decimal(event.body["by"]["after"])
            assert stands >= 0
        assert balance.values["on_hand"] == stands
        assert balance.version == len(events)
        moments = [event.at for event in events]
        assert moments == sorted(moments)
        posted += len(events)
    assert posted + len(refused) == PEOPLE * EACH + 2


@pytest.mark.cap(24)
def test_first_moves_at_once_open_one_balance(store):
    threads = [
        threading.Thread(target=store.move, args=("receipt", 1), kwargs={"bin": "B2"})
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.on_hand(bin_="B2") == 6
