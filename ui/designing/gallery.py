"""The forms and rule sets of the library, to begin with: what they hold, and how they are taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from seamline.documents import editing, read
from seamline.package import library
from seamline.problems import Place, Refused
from seamline.text import Language, Text, written
from seamline.usecases.design import Design
from seamline.usecases.designing.guessing import free

from .starting import pool_of


@dataclass(frozen=True, slots=True)
class Template:
    """One set of the library: its form's fields and the rules of its three tiers, in words."""

    name: str
    title: str
    fields: tuple[str, ...]
    tiers: tuple[tuple[str, tuple[str, ...]], ...]


@cache
def _data(name: str, part: str) -> Mapping[str, Any]:
    data: Mapping[str, Any] = read(library.text(name, part), part).data
    return data


def offered(language: Language) -> list[Template]:
    """Return everything the library has."""
    return [_template(name, language) for name in library.names()]


def _template(name: str, language: Language) -> Template:
    form, rules = _data(name, "form.yaml"), _data(name, "ruleset.yaml")

    def called(one: Mapping[str, Any], key: str = "title") -> str:
        return written(one[key]).in_(language)

    fields = [called(one, "label") for section in form["sections"] for one in section["fields"]]
    tiers = [(tier, tuple(called(one) for one in rules.get(tier, ()))) for tier in ("hard", "soft")]
    tiers.append(("review", (called(rules["review"]),)))
    return Template(name, called(form), tuple(fields), tuple(tiers))


def taken(one: Design, name: str, *, rules: bool) -> dict[str, str]:
    """Return the documents that a set of the library adds to a draft, the form first.

    Raises Refused 404 for an unknown set, 422 where the draft has a form of that name.
    """
    form = dict(_data(name, "form.yaml")) if name in library.names() else {}
    if not form:
        library.text(name)
    path = f"forms/{form['form']}.yaml"
    if path in one.texts:
        say = Text("草稿里已有表单“{id}”。", "The draft has a form '{id}' already.")
        raise Refused.one("form_taken", say.fill(id=form["form"]), place=Place("set"))
    ids = [str(field["id"]) for section in form["sections"] for field in section["fields"]]
    listed = {"columns": [*ids[:6], "_created_at"], "search": []}
    words = [str(field["id"]) for section in form["sections"] for field in section["fields"]
             if field["kind"] == "text"]  # fmt: skip
    listed["search"] = words[:3]
    form.setdefault("list", {key: value for key, value in listed.items() if value})
    made = {path: editing.fresh(form)}
    if rules:
        id_ = free(name, lambda id_: f"rulesets/{id_}.yaml" in one.texts)
        made[f"rulesets/{id_}.yaml"] = library.filled(
            name, id_, f"{form['form']}.create", pool_of(one), {}
        )
    return made
