"""Who orders: by label, by the records, by place on the paper; never ourselves, nor who sells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher

from .found import Found, Known
from .lines import Line
from .pages import Word
from .pairs import Pair
from .typed import organisations, same_name, squeezed

_LEGAL = re.compile(r"(?i)(?:co\.?,? ?)?(?:ltd|limited|inc|llc|plc|gmbh|corp)\.?")
_THIRD = re.compile(
    r"银行|物流|货运|运输|保险|检测|认证|快递|bank|logistics|freight|insurance", re.I
)


def similar(one: str, two: str) -> float:
    """Return how alike two names are, from 0 to 1."""
    return SequenceMatcher(None, same_name(one), same_name(two), autojunk=False).ratio()


def is_own(name: str, known: Known) -> bool:
    """Say whether a name is ours, or ours misread."""
    return any(similar(name, own) >= 0.86 or same_name(own) in same_name(name) for own in known.own)


def customer(lines: list[Line], told: list[Pair], known: Known) -> Found | None:
    """Return who orders: not ourselves, not who sells, not a bank or a carrier."""
    against = ("customer", "third") if known.party == "vendor" else ("seller", "third")
    sellers = {same_name(n) for p in told if p.told.role in against and p.where != "below"  # noqa: E501
               for w in p.values[:1] for n in organisations(w.text)}  # fmt: skip
    ranked: dict[str, tuple[float, Found]] = {}

    def rank(found: Found, worth: float) -> None:
        key = same_name(found.value)
        if len(key) < 4 or is_own(found.value, known) or _is_address(found.value):
            return
        worth -= 3.0 if key in sellers and not found.reasons else 0.0
        worth -= 1.5 if _THIRD.search(found.value) else 0.0
        before = ranked.get(key)
        if before is not None:
            worth, found = before[0] + worth * 0.3, before[1].with_reasons(*found.reasons)
            worth = max(worth, before[0])
        ranked[key] = (worth, found)

    for found, worth in _labelled_names(told, lines, known):
        rank(found, worth)
    for found in _known_names(lines, known):
        rank(found, 4.0 if same_name(found.value) not in sellers else 0.0)
    for found, worth in _loose_names(lines):
        rank(found, worth)
    if not ranked:
        return None
    order = sorted(ranked.values(), key=lambda one: -one[0])
    best = order[0][1]
    others = tuple(found.value for worth, found in order[1:3] if worth > 0.5)
    match = known.customer(best.value)
    if match is not None:
        return replace(best.with_reasons("master"), value=match[1], others=others)
    near = _near(best, known)
    if near and _unsure(best, near[0]):
        return replace(best.with_reasons("mended"), value=near[0], others=(best.value, *others))
    return replace(best, others=(*near, *others))


def _unsure(found: Found, name: str) -> bool:
    """Say whether a name on record may stand for one that the engine was unsure of.

    One sign may differ or be missing; the legal form at its end never changes.
    """
    one, two = squeezed(found.value), squeezed(name)
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    changed = sum(max(b - a, d - c) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal")
    return found.score < 0.97 and changed <= 1 and one[-6:] == two[-6:]


def _near(found: Found, known: Known) -> tuple[str, ...]:
    """Return the customer on record that a name may be misread from; never taken by itself."""
    close = [(similar(found.value, name), name) for _, name in known.customers if name]
    best = max(close, default=(0.0, ""))
    return (best[1],) if best[0] >= 0.8 else ()


def _is_address(text: str) -> bool:
    return bool(re.search(r"(?:路|街|大道)\s?\d+\s?号", text))


def _labelled_names(
    told: list[Pair], lines: list[Line], known: Known
) -> Iterator[tuple[Found, float]]:
    wanted = "seller" if known.party == "vendor" else "customer"
    for pair in told:
        if pair.told.role != wanted or not pair.values:
            continue
        words = _continued(pair.values[0], lines)
        joint = " " if words[0].text.isascii() else ""
        text = squeezed(joint.join(word.text for word in words))
        names = organisations(text) or [
            name for part in joint.join(word.text for word in words).split() for name in
            organisations(part)
        ]  # fmt: skip
        if names:
            found = Found(names[0], words, pair.told.weight, by=pair.by)
            yield found, 3.0 * pair.told.weight * pair.near
        elif (
            4 <= len(text) <= 40
            and not re.search(r"\d{3}|[,，。:]", text)
            and pair.where != "below"
        ):
            text = re.split(r"\s{2,}|\(以下", text)[0]
            found = Found(text, words, pair.told.weight * 0.7, by=pair.by)
            yield found, 1.2 * pair.told.weight * pair.near


def _continued(word: Word, lines: list[Line]) -> tuple[Word, ...]:
    """Return a name with its rest on the line below, where it does not end as a name does."""
    if len(word.text) < 5:
        return (word,)
    whole = bool(organisations(word.text))
    for line in lines:
        for other in line.words:
            below = other.box[1] - word.box[3]
            starts = abs(other.box[0] - word.box[0]) < 2 * word.height
            near = starts and -0.3 * word.height < below < 0.9 * word.height and other is not word
            legal = _LEGAL.fullmatch(other.text.strip()) is not None
            if near and legal and word.text.isascii():
                return (word, other)
            ends = not whole and len(other.text) <= 14 and organisations(word.text + other.text)
            if near and ends:
                return (word, other)
    return (word,)


def _known_names(lines: list[Line], known: Known) -> Iterator[Found]:
    names = known.named()
    if not names:
        return
    for line in lines:
        for word in line.words:
            text = same_name(word.text)
            for key, (_, name) in names.items():
                if len(key) >= 4 and key in text and not is_own(name, known):
                    yield Found(name, (word,), 0.8, frozenset({"master"}))


def _loose_names(lines: list[Line]) -> Iterator[tuple[Found, float]]:
    bottom = max((line.bottom for line in lines), default=1.0)
    for number, line in enumerate(lines):
        for word in line.words:
            text = squeezed(word.text)
            for name in organisations(text):
                start = text.find(name)
                if start > 0 and re.match(r"[\u4e00-\u9fffA-Za-z]", text[start - 1]):
                    continue
                if len(name) > 30 and not name.isascii():
                    continue
                worth = (
                    1.0
                    + (0.6 if number < 3 else 0.0)
                    + (0.4 if line.middle > 0.75 * bottom else 0.0)
                )
                worth -= 0.5 if start > 0 or len(text) > len(name) + 6 else 0.0
                rest = _continued(word, lines)[1:] if name.isascii() and text.endswith(name) else ()
                whole = " ".join([name, *(one.text.strip() for one in rest)])
                yield Found(whole, (word, *rest), 0.4), worth
