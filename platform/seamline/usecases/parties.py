"""The record that an account stands for: a supplier's account for the supplier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from seamline.access import Access
from seamline.facts import Actor, Origin
from seamline.problems import Place, Problem, Refused, did_you_mean, shorten
from seamline.store import User
from seamline.text import Text

from .desk import Desk
from .people import administers, memory, named, note


@dataclass(frozen=True, slots=True)
class Wanted:
    """The record that an account is to stand for, and what is wrong with it; empty for none."""

    form: str = ""
    record: str = ""
    problems: tuple[Problem, ...] = ()


def wanted_party(desk: Desk, word: str, roles: Sequence[str]) -> Wanted:
    """Return the record that `supplier=S003` names; a role has to ask for one of that form."""
    if not word:
        return Wanted()
    catalog = desk.catalogs.current()
    form, equals, key = (part.strip() for part in word.partition("="))
    asked = _forms_asked(catalog.access, roles)
    if not equals or form not in asked:
        return Wanted(problems=(_wrong_form(word, form, asked),))
    with desk.store.reading() as unit:
        hit = unit.records.resolve(catalog.forms[form].tables, (key,)).get(key)
    if hit is None or hit.archived:
        title = catalog.forms[form].form.title
        say = Text(
            f"没有可用的{title.zh}“{shorten(key)}”。",
            f"There is no {title.en.lower()} '{shorten(key)}' in use.",
        )
        return Wanted(problems=(Problem("unknown_party", say, Place("party"), got=shorten(key)),))
    return Wanted(form, hit.ref.id)


def set_party(desk: Desk, actor: Actor, origin: Origin, login: str, word: str) -> User:
    """Let an account stand for another record, or for none where `word` is empty.

    Raises Refused 403, 404, 422 where no role of the account asks for such a record.
    """
    administers(desk, actor)
    with desk.store.reading() as unit:
        roles = named(unit, login).roles
    stands = wanted_party(desk, word, roles)
    if stands.problems:
        raise Refused(stands.problems)
    with desk.store.unit() as unit:
        after = replace(named(unit, login), party_form=stands.form, party_record=stands.record)
        unit.accounts.change_user(after)
        note(unit, "user_changed", actor, origin, after, party=word)
    memory(desk).tokens.clear()
    return after


def _forms_asked(access: Access, roles: Sequence[str]) -> tuple[str, ...]:
    parties = (access.roles[role].party for role in roles if role in access.roles)
    return tuple(dict.fromkeys(party for party in parties if party is not None))


def _wrong_form(word: str, form: str, asked: Sequence[str]) -> Problem:
    got = shorten(word)
    if not asked:
        say = Text("所给角色都不代表任何记录。", "None of the roles given stands for a record.")
        hint = Text("在角色文档中写 party。", "A role says for what, in its key 'party'.")
        return Problem("party", say, Place("party"), hint, got)
    say = Text(f"应为 {asked[0]}=编码，得到“{got}”。", f"Expected {asked[0]}=KEY, got '{got}'.")
    return Problem("party", say, Place("party"), did_you_mean(form[:60], asked), got)
