"""Rule sets to start from: filled in with the names of a form, they become a package's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files

from seamline.problems import Place, Problem, Refused, did_you_mean, shorten
from seamline.text import Text

_HOME = "seamline.rulesets"
# A library set names a fact as {var: name} in a condition and as {name} in a sentence.
_IN_CONDITION = re.compile(r"(\{var: )([a-z][a-z0-9_.]*)(\})")
_IN_SENTENCE = re.compile(r"(\{)([a-z][a-z0-9_.]*)(\})")


def names() -> tuple[str, ...]:
    """Return the names of the rule sets there are."""
    home = files(_HOME)
    return tuple(
        sorted(part.name for part in home.iterdir() if part.joinpath("ruleset.yaml").is_file())
    )


def text(name: str, part: str = "ruleset.yaml") -> str:
    """Return a document of a rule set; raises Refused 404 for an unknown one."""
    if name not in names():
        raise Refused.one(
            "unknown_ruleset",
            Text(f"没有规则集“{shorten(name)}”。", f"There is no rule set '{shorten(name)}'."),
            status=404,
            hint=did_you_mean(name[:60], names())
            or Text(f"已有：{'、'.join(names())}。", f"Known: {', '.join(names())}."),
        )
    return files(_HOME).joinpath(name, part).read_text("utf-8")


def slots(document: str) -> tuple[str, ...]:
    """Return the names that a rule set leaves to be bound, in the order of their first use."""
    found = [match[2] for match in _IN_CONDITION.finditer(document)]
    found += [match[2] for match in _IN_SENTENCE.finditer(document)]
    return tuple(dict.fromkeys(found))


def filled(name: str, ruleset: str, step: str, pool: str, bind: Mapping[str, str]) -> str:
    """Return the set `name` as the document `ruleset` of `step`, with names bound.

    Raises Refused 404 for an unknown set, 422 for a binding of a name that it does not have.
    """
    document = text(name)
    known = slots(document)
    unknown = [word for word in bind if word not in known]
    if unknown:
        raise Refused([_unbound(word, name, known) for word in unknown])

    def bound(found: re.Match[str]) -> str:
        return f"{found[1]}{bind.get(found[2], found[2])}{found[3]}"

    document = "\n".join(document.splitlines()[1:]) + "\n"  # the first line says how to copy it
    document = _IN_SENTENCE.sub(bound, _IN_CONDITION.sub(bound, document))
    for key, word in (("ruleset", ruleset), ("step", step), ("  pool", pool)):
        document = re.sub(rf"(?m)^{key}: .*$", f"{key}: {word}", document, count=1)
    return document


def _unbound(word: str, name: str, known: tuple[str, ...]) -> Problem:
    return Problem(
        "unknown_name",
        Text(
            f"规则集 {name} 里没有“{shorten(word)}”。",
            f"The rule set {name} has no '{shorten(word)}'.",
        ),
        Place("bind"),
        Text(f"可绑定：{'、'.join(known)}。", f"It has: {', '.join(known)}."),
        shorten(word),
    )
