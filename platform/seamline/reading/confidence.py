"""How far a value may be believed, and why: evidence in words, a figure, and whether to ask."""

from __future__ import annotations

from dataclasses import dataclass

from seamline.text import Text

from .engines import trusted
from .extract import Reading
from .found import Found, Item

_SAYS: dict[str, Text] = {
    "master": Text("与主数据一致", "on record"),
    "product": Text("数量×单价=金额", "quantity × price = amount"),
    "sum": Text("各行之和与总额一致", "lines add up to the total"),
    "capitals": Text("与大写一致", "agrees with the amount in words"),
    "again": Text("出现多次且一致", "said more than once"),
    "learned": Text("与已确认单据的位置一致", "where a confirmed paper of its form had it"),
    "named": Text("与已确认单据的写法一致", "written as on a confirmed paper"),
    "contradicted": Text("数量×单价≠金额", "quantity × price is not the amount"),
    "mended": Text("与主数据相差一字", "one sign off the record"),
    "ambiguous": Text("日月顺序不明", "day and month might be swapped"),
    "disputed": Text("几种读法得出不同的编码", "ways of reading come to different codes"),
    "year": Text("未写年份", "no year is written"),
    "blurred": Text("字迹不清", "hard to read"),
    "unlabelled": Text("没有标签，按内容推断", "no label; told by its kind"),
    "inferred": Text("由另外两个数推算", "reckoned from the other two figures"),
    "partly": Text("有的行没有自己的交期", "some lines have no day of their own"),
    "engine": Text("识别引擎精度有限", "the engine is not exact enough"),
}
_NEW = Text("此版式还没有确认过", "no paper of this form was confirmed yet")
_UNPROVEN = Text("与已确认单据的位置不同", "not where a confirmed paper of its form had it")
_CLEAR, _STRICT, _EXACT = 0.9, 0.95, 0.96


@dataclass(frozen=True, slots=True)
class Doubt:
    """How likely a value is right (0 to 1), whether it may stand unasked, and what speaks for it."""  # noqa: E501

    chance: float
    accepted: bool
    says: tuple[Text, ...]


def judged(role: str, found: Found, reading: Reading, source: str) -> Doubt:
    """Return how far a value told once, or one of an item, may be believed.

    On a form that nobody has confirmed only what is proven twice is accepted, never a day or an
    order number. On a confirmed form it is proof that a value stands where a person found it right
    before, told by the same words, and that nothing speaks against it.
    """
    confirmed = bool(reading.form)
    proof = _proven(role, found, confirmed, source)
    accepted = proof and trusted(source) and "contradicted" not in found.reasons
    chance = 0.995 if accepted else _chance(role, found)
    if not trusted(source):
        chance = min(chance, 0.7)
    says = _says(found, source)
    if not accepted and not says:  # nothing speaks against it, but nothing proves it either
        says = (_UNPROVEN if confirmed else _NEW,)
    return Doubt(round(chance, 3), accepted, says)


def _proven(role: str, found: Found, confirmed: bool, source: str) -> bool:
    reasons = found.reasons
    if "inferred" in reasons:
        return False
    learned = confirmed and "learned" in reasons
    if role in ("customer", "vendor"):
        return "named" in reasons or ("master" in reasons and "mended" not in reasons)
    if role == "material_code":
        on_record = "master" in reasons and (learned or "disputed" not in reasons)
        return on_record or (learned and source == "text")
    if role == "total":
        return "twice" in reasons
    if role in ("quantity", "unit_price", "amount"):
        if confirmed:
            return learned and bool(reasons & {"product", "sum"})
        return {"product", "sum"} <= reasons and found.weight >= 0.7
    if not learned or found.score < _STRICT or reasons & {"ambiguous", "guess", "mended", "partly"}:
        return False
    if role in ("delivery_date", "line_date"):
        return "later" in reasons
    if role == "po_number":
        return source == "text" or ("shape" in reasons and found.score >= _EXACT)
    return True


def _chance(role: str, found: Found) -> float:
    chance = 0.35 + 0.5 * found.weight
    for reason, gain in (("master", 0.5), ("product", 0.6), ("sum", 0.3), ("twice", 0.6),
                         ("again", 0.2), ("learned", 0.5), ("later", 0.15)):  # fmt: skip
        if reason in found.reasons:
            chance += gain * (1 - chance)
    for reason, loss in (
        ("contradicted", 0.5),
        ("ambiguous", 0.4),
        ("disputed", 0.4),
        ("guess", 0.5),
        ("mended", 0.2),
    ):
        if reason in found.reasons:
            chance *= 1 - loss
    if role == "customer" and "master" not in found.reasons:
        chance = min(chance, 0.85)
    clear = min(1.0, max(0.0, (found.score - 0.5) / 0.5))
    return min(0.97, chance * (0.5 + 0.5 * clear))


def _says(found: Found, source: str) -> tuple[Text, ...]:
    names = [name for name in _SAYS if name in found.reasons]
    if found.score < _CLEAR:
        names.append("blurred")
    if found.weight < 0.6 and not names:
        names.append("unlabelled")
    if not trusted(source):
        names.append("engine")
    return tuple(_SAYS[name] for name in names)


def doubts(reading: Reading, source: str) -> tuple[dict[str, Doubt], list[dict[str, Doubt]]]:
    """Return how far each value of a reading may be believed: told once, and item by item."""
    head = {role: judged(role, found, reading, source) for role, found in reading.head.items()}
    items = [_of_item(item, reading, source) for item in reading.items]
    return head, items


def _of_item(item: Item, reading: Reading, source: str) -> dict[str, Doubt]:
    return {role: judged(role, found, reading, source) for role, found in item.items()}
