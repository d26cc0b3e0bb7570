"""On how old a stock a promise rests, said beside its reason."""

from __future__ import annotations

from seamline.promising import Pool
from seamline.text import Text

from ..desk import Desk
from ..freshness import feeds


def aged(desk: Desk, why: Text, pool: Pool) -> Text:
    """Return a reason with how old the stock is that it counts on."""
    for text in rests_on(desk, pool):
        why = Text(f"{why.zh}{text.zh}", f"{why.en} {text.en}")
    return why


def rests_on(desk: Desk, pool: Pool) -> tuple[Text, ...]:
    """Return where the stock of a promise comes from and how old it is, a sentence for each."""
    said = []
    for one in pool.model.stock:
        for feed in feeds(desk, one.flow.form, (one.flow.qty,)):
            words = feed.told()
            said.append(Text(f"库存来自{words.zh}。", f"Stock is from {words.en}."))
    return tuple(dict.fromkeys(said))
