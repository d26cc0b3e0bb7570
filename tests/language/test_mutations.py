"""Ten thousand random mutations of good packages: each is read whole or refused, nothing else."""

from __future__ import annotations

import copy
import json
import random

import pytest

from seamline.catalog import build
from seamline.documents import read
from seamline.forms import compile_form
from seamline.metadata import Package
from seamline.package import read_sources
from seamline.problems import Problem, Refused

WORDS = (
    "", " ", "id", "kind", "table", "text", "computed", "reference", "lookup", "code", "customer",
    "order", "lines", "qty", "lines.qty", "customer.name", "_state", "_", "__", "*", "-", "create",
    "order.create", "0", "1.5", "1e999", "nan", "2h", "99d", "{}", "[]", "{a}", "中文", "é",
    "a" * 41,
    "sum(lines.qty)", "qty * qty", "total", "((((", "1/0", "10 ** 999", "today()", "lines", "()",
    "OD-{number}", "{number:99}", "^(a+)+$", "[", "\\", "\u200b", "../x", "Asia/Shanghai",
    "/etc/passwd", ">=0.1", ">=", "true",
)  # fmt: skip
VALUES = (
    None, True, False, 0, 1, -1, 2**63 - 1, -(2**63), 0.1, 1e300, [], {}, [[]], [{}], {"": None},
    {"zh": "a"}, {"zh": "a", "en": "b"}, {"var": "qty"}, {"var": ""}, {"!": []}, {"and": []},
    {"<": [1]}, {"var": ["a", 1]}, {"some": [{"var": "lines"}, {"var": "qty"}]}, [None] * 3,
)  # fmt: skip
SIGNS = "\n  :-[]{},#'\"&*!|>%@`?~\t0a中\x00\ud800"


def spots(data, path=()):
    """Yield the path of everything inside `data`."""
    if path:
        yield path
    if isinstance(data, dict):
        for key in data:
            yield from spots(data[key], (*path, key))
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from spots(item, (*path, index))


def holder(data, path):
    for step in path[:-1]:
        data = data[step]
    return data


def change_data(noise: random.Random, data):
    """Return the data with one structural change."""
    data = copy.deepcopy(data)
    every = list(spots(data))
    path, other = noise.choice(every), noise.choice(every)
    here, last = holder(data, path), path[-1]
    act = noise.randrange(7)
    if act == 0:
        del here[last]
    elif act == 1:
        here[last] = noise.choice(VALUES)
    elif act == 2:
        here[last] = noise.choice(WORDS)
    elif act == 3:
        here[last] = copy.deepcopy(holder(data, other)[other[-1]])
    elif act == 4 and isinstance(here, dict):
        here[noise.choice(WORDS)] = here.pop(last)
    elif act == 5 and isinstance(here, list):
        here.extend(copy.deepcopy(here[last]) for _ in range(noise.choice((1, 2, 50))))
    elif isinstance(here, dict):
        here[str(other[-1])] = copy.deepcopy(holder(data, other)[other[-1]])
    return data


def change_text(noise: random.Random, text: str) -> str:
    """Return the text with one change of its letters or lines."""
    at, length = noise.randrange(len(text)), noise.choice((1, 1, 2, 5, 30))
    lines = text.splitlines(keepends=True)
    act = noise.randrange(6)
    if act == 0:
        return text[:at] + text[at + length :]
    if act == 1:
        return text[:at] + "".join(noise.choices(SIGNS, k=length)) + text[at:]
    if act == 2:
        return text[:at] + noise.choice(WORDS) + text[at + length :]
    if act == 3:
        return text[:at] + text[at : at + length] * 2 + text[at + length :]
    if act == 4:
        a, b = noise.randrange(len(lines)), noise.randrange(len(lines))
        lines[a], lines[b] = lines[b], lines[a]
        return "".join(lines)
    lines.insert(
        noise.randrange(len(lines)), " " * noise.randrange(8) + noise.choice(lines).strip()
    )
    return "".join(lines)


def whole(package: Package, sources: dict[str, str]) -> None:
    """Assert that nothing of a package is missing and that the product can run it."""
    assert set(package.sources) == set(sources)
    kinds = ("forms", "rulesets", "roles", "imports", "pages")
    parts = sum(len(getattr(package, kind)) for kind in kinds)
    assert parts == len(sources) - 1
    catalog = build([package], {}, 1)
    assert set(catalog.forms) == {form.id for form in package.forms}
    assert set(catalog.rules) == {ruleset.step for ruleset in package.rulesets}


def refused(problems: tuple[Problem, ...]) -> None:
    """Assert that a refusal says what is wrong, where, in both languages."""
    assert problems
    for problem in problems:
        assert problem.say.zh and problem.say.en and problem.code
        assert problem.place.file
        json.dumps(problem.as_json(), ensure_ascii=False)
        assert "\n" not in problem.place.path


def tried(sources: dict[str, str]) -> bool:
    """Read a package; return whether it was good."""
    try:
        package = read_sources(sources)
    except Refused as error:
        refused(error.problems)
        return False
    whole(package, sources)
    return True


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_mutated_data_is_read_whole_or_refused(base, seed):
    noise = random.Random(seed)
    texts = {path: text for path, text in base.items() if path.endswith(".yaml")}
    data = {path: read(text, path).data for path, text in texts.items()}
    good = 0
    for _ in range(1_200):
        path = noise.choice(list(texts))
        changed = change_data(noise, data[path])
        for _ in range(noise.choice((0, 0, 1, 3))):
            if list(spots(changed)):
                changed = change_data(noise, changed)
        # JSON is YAML, and some of what a program may hold no YAML text can.
        good += tried({**texts, path: json.dumps(changed, ensure_ascii=False)})
    assert 0 < good < 1_200


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_mutated_text_is_read_whole_or_refused(base, seed):
    noise = random.Random(100 + seed)
    texts = {path: text for path, text in base.items() if path.endswith(".yaml")}
    good = 0
    for _ in range(800):
        path = noise.choice(list(texts))
        changed = texts[path]
        for _ in range(noise.choice((1, 1, 2, 4))):
            changed = change_text(noise, changed)
        good += tried({**texts, path: changed})
    assert 0 < good < 800


def test_a_form_that_passes_compiles(base):
    texts = {path: text for path, text in base.items() if path.endswith(".yaml")}
    package = read_sources(texts)
    forms = {form.id: form for form in package.forms}
    for form in package.forms:
        assert compile_form(form, forms).form is form
