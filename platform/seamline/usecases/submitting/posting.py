"""The ledger: a move is weighed against its balance before the rules, and posted after it is kept.

Whoever weighs first holds the balance until the transaction ends, so that the figures before and
after form one unbroken chain however many moves come at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from seamline import clock
from seamline.access import ADMINISTRATOR
from seamline.facts import Actor, Decision, Record, Ref, Value
from seamline.forms import FormModel
from seamline.metadata import Posting, Step
from seamline.problems import Place, Problem, Refused
from seamline.text import Text

from .case import Case, Submission
from .keep import keep
from .values import complete

POSTED = "_posted"
TITLE = Text("记账", "Posted")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a move does to its balance: the balance as it is to be stored, and the figures."""

    posting: Posting
    balance: Case
    before: Decimal
    after: Decimal

    def post(self, move: Record) -> Record:
        """Store the balance, with the move it follows from in its journal."""
        self.balance.told["by"] = {
            "form": move.form,
            "record": move.id,
            "code": move.code,
            "act": str(move.values.get(self.posting.act) or ""),
            "document": _word(move.values.get(self.posting.document)),
            "before": f"{self.before:f}",
            "after": f"{self.after:f}",
        }
        return keep(self.balance, None)[0]


def weigh(case: Case) -> Entry | None:
    """Return what a new move would do to its balance, its figures filled in.

    None where the form has no balances, or where a value that names the balance is missing: rules
    say what follows from that. Problems are added to the case.
    """
    posting = case.model.form.posts
    if posting is None or not case.creates or case.problems:
        return None
    return weighed(case, posting)


def weighed(case: Case, posting: Posting) -> Entry | None:
    """Weigh a complete move now; the balance is held until the transaction ends."""
    place = {theirs: case.values.get(ours) for theirs, ours in posting.find.items()}
    amount = case.values.get(posting.amount)
    if amount is None or any(_missing(value) for value in place.values()):
        return None
    effect = posting.acts.get(str(case.values.get(posting.act)), "add") if posting.act else "add"
    weighing = _Weighing(case, posting, place)
    balance = weighing.balance()
    # Moves are told in the order in which they held the balance, not in which they came.
    case.at = clock.now()
    if balance is None:
        return None
    balance.at = case.at
    entry = weighing.entry(balance, effect, Decimal(str(amount)))
    if entry is None:
        return None
    case.values[posting.before] = _number(case.model, posting.before, entry.before)
    case.values[posting.after] = _number(case.model, posting.after, entry.after)
    for name, word in ((posting.seen, case.origin.seen), (posting.reported, case.origin.reported)):
        if name:
            longest = int(case.model.fields[name].field.settings.get("max_length", 200))
            case.values[name] = word[:longest] or None
    case.problems.extend(case.model.finish(case.values, case.looked_up))
    return entry


def withheld(case: Case, entry: Entry | None, decision: Decision | None) -> Entry | None:
    """Return the entry that is to be posted now; none for a move that is held for review.

    The figures of a move that waits are left empty: they are those of the moment it is posted.
    """
    if entry is None or decision is None or decision.outcome != "held":
        return entry
    case.values[entry.posting.before] = case.values[entry.posting.after] = None
    case.model.finish(case.values, case.looked_up)
    return None


def approved(case: Case) -> Entry | None:
    """Return what a held move does to its balance now that a reviewer has let it pass.

    `case` is the held record's, not complete yet; its figures are filled in. Raises Refused 409
    where it cannot be posted.
    """
    posting = case.model.form.posts
    if posting is None or not case.creates or case.before is None:
        return None
    if case.before.values.get(posting.after) is not None:
        return None
    complete(case)
    entry = None if case.problems else weighed(case, posting)
    if entry is None or case.problems:
        raise Refused((_cannot_post(case, posting), *case.problems.sorted()), 409)
    # What was copied from other records stands as it was when the move was made.
    computed = {one.id for one in case.model.form.fields if one.kind == "computed"}
    for name, value in case.before.values.items():
        if name not in posting.kept and name not in computed:
            case.values[name] = value
    return entry


def reaching_all(actor: Actor) -> Actor:
    """Return the same person with every record in reach: what follows from an act is no act of
    theirs, and needs no right of its own."""
    return replace(actor, roles=(ADMINISTRATOR,), scopes=None)


class _Weighing:
    """One move on its way to one balance."""

    def __init__(self, case: Case, posting: Posting, place: Mapping[str, Value]) -> None:
        self.case, self.posting, self.place = case, posting, place
        self.model = case.catalog.forms[posting.to]
        # The step nobody can ask for: it takes the change and nothing else.
        self.step = Step(POSTED, TITLE, fields=(posting.into,))

    def balance(self) -> Case | None:
        """Return the balance as it stands, or as it would be opened; held from here on."""
        records, tables = self.case.unit.records, self.model.tables
        # Asking for equal values holds them, whether there is such a balance or not yet.
        heads = [head for head in records.equal(tables, self.place) if not head.archived]
        if not heads:
            return self._opened()
        if len(heads) > 1:
            codes = ", ".join(head.code for head in heads[:3])
            title = self.model.form.title
            say = Text(
                f"这里有多条{title.zh}({codes})，不知道记入哪一条。",
                f"There are several records of {title.en.lower()} here ({codes}).",
            )
            self._tell("several_balances", say)
            return None
        before = records.get(tables, heads[0].id, lock=True)
        if before is None:
            raise LookupError(f"{self.model.form.id} {heads[0].id}: found, but not stored")
        return self._case(self.step, before)

    def _case(self, step: Step, before: Record | None) -> Case:
        case = self.case
        asked = Submission(
            self.model.form.id,
            step.id,
            record=before.id if before else "",
            reason=case.asked.reason,
        )
        actor, model = reaching_all(case.actor), self.model
        return Case(case.unit, case.catalog, actor, case.origin, asked, model, step, before)

    def _opened(self) -> Case | None:
        if self.posting.opens is None:
            title = self.model.form.title
            say = Text(
                f"这里还没有{title.zh}记录，不能记账。",
                f"There is no record of {title.en.lower()} here yet.",
            )
            hint = Text(f"请先新建{title.zh}记录。", f"Make the {title.en.lower()} record first.")
            self._tell("no_balance", say, hint)
            return None
        create = self.model.steps["create"]
        case = self._case(Step(create.id, create.title, to=create.to, fields=None), None)
        case.asked = replace(case.asked, values=self._first_values(), mirror=self._owner())
        return case

    def _owner(self) -> str:
        """Return the connection that makes the balances usually; this one it takes over later."""
        owned = self.case.catalog.owned.get(self.model.form.id, {})
        owner = owned.get(self.model.form.key or "")
        return owner.id if owner else ""

    def _first_values(self) -> dict[str, Any]:
        facts = self.case.model.to_json(self.case.values)
        known = {name: "" if value is None else str(value) for name, value in facts.items()}
        known["now"] = clock.now().isoformat()
        values: dict[str, Any] = {}
        for name, text in (self.posting.opens or {}).items():
            for word, value in known.items():
                text = text.replace(f"{{{word}}}", value)
            values[name] = text
        for name, held in self.place.items():
            values[name] = held.id if isinstance(held, Ref) else held
        return values

    def entry(self, balance: Case, effect: str, amount: Decimal) -> Entry | None:
        """Return the balance with the change in it; a figure that does not follow is a problem."""
        posting = self.posting
        complete(balance)
        if balance.problems:
            self._refused(balance)
            return None
        before = self._figure(balance)
        if before is None:
            title = self.model.fields[posting.figure].field.label
            say = Text(f"{title.zh}还没有数。", f"{title.en} is not known yet.")
            self._tell("no_figure", say)
            return None
        wanted = {"add": before + amount, "subtract": before - amount, "set": amount}[effect]
        stood = balance.values.get(posting.into)
        into = Decimal(str(stood or 0)) + wanted - before
        changed = {**balance.asked.values, posting.into: f"{into:f}"}
        balance.asked = replace(balance.asked, values=changed)
        complete(balance)
        after = self._figure(balance)
        if balance.problems:
            self._refused(balance)
            return None
        if after != wanted:
            say = Text(
                f"记账后应为 {wanted:f}，表单“{self.model.form.id}”算出 {after}。",
                f"The figure should come to {wanted:f}, '{self.model.form.id}' makes it {after}.",
            )
            hint = Text(
                f"“{posting.figure}”要随“{posting.into}”一比一变动。",
                f"'{posting.figure}' has to follow '{posting.into}' one to one.",
            )
            self._tell("figure_does_not_follow", say, hint)
            return None
        return Entry(posting, balance, _short(before), _short(wanted))

    def _refused(self, balance: Case) -> None:
        """Say of the move what is wrong with its balance."""
        for problem in balance.problems:
            self.case.problems.add(problem.at(Place(self.posting.amount)))

    def _figure(self, balance: Case) -> Decimal | None:
        value = balance.values.get(self.posting.figure)
        if value is None and self.posting.figure == self.posting.into:
            return Decimal(0)
        return None if value is None else Decimal(str(value))

    def _tell(self, code: str, say: Text, hint: Text | None = None) -> None:
        place = Place([*self.posting.find.values()][-1])
        self.case.problems.add(Problem(code, say, place, hint))


def _missing(value: Value) -> bool:
    return value is None or (isinstance(value, Ref) and not value.id)


def _word(value: Value) -> str:
    return value.key if isinstance(value, Ref) else str(value or "")


def _short(value: Decimal) -> Decimal:
    """Return a number without zeros that say nothing: as people read it in a rule's sentence."""
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


def _number(model: FormModel, name: str, value: Decimal) -> Value:
    return int(value) if model.fields[name].field.kind == "integer" else value


def _cannot_post(case: Case, posting: Posting) -> Problem:
    title = case.catalog.forms[posting.to].form.title
    return Problem(
        "cannot_post",
        Text(
            f"这笔变动记不进{title.zh}，不能通过。",
            f"This cannot be posted to {title.en.lower()}, so it cannot be approved.",
        ),
        hint=Text("请退回，再按实情另记一笔。", "Return it and enter what happened anew."),
    )
