"""Why somebody sees a record or a field of it, or does not: role, grant, condition and values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from seamline.access import ADMINISTRATOR, plain
from seamline.access.account import ME, account_of
from seamline.access.viewing import Granted, shows
from seamline.catalog import Catalog
from seamline.conditions.evaluate import compiled
from seamline.conditions.node import names
from seamline.conditions.words import Vocabulary, in_words
from seamline.facts import Actor, Clause, Record
from seamline.forms import FormModel
from seamline.problems import Place, Refused, did_you_mean, shorten
from seamline.store import Unit, User
from seamline.text import Text

from .desk import Desk
from .explain import vocabulary_of
from .people import acting, named
from .referred import facts_of, found_of
from .submitting.admit import form_named, record_named


@dataclass(frozen=True, slots=True)
class Reason:
    """What one role of the person says: its grant, its condition with values, the field.

    `reads` is empty where the role shows every record; `within` tells whether this one is among
    them, `sees` whether the field is shown on it (None where none was asked for).
    """

    role: str
    title: Text
    grant: str
    reads: Text
    clauses: tuple[Clause, ...]
    within: bool
    sees: bool | None
    why: Text


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a person sees a record (and a field of it), and what each of their roles says."""

    user: User
    party: str
    form: Text
    record: Record
    field: str
    sees: bool
    say: Text
    reasons: tuple[Reason, ...]


def may_ask(catalog: Catalog, actor: Actor) -> bool:
    """Return whether the actor may ask about others: who reads every form whole, no outsider."""
    access = catalog.access
    return not access.outside(actor) and all(access.whole(actor, form) for form in catalog.forms)


def explain_access(
    desk: Desk, actor: Actor, login: str, form: str, word: str, field: str = ""
) -> Answer:
    """Return why `login` sees a record, or one field of it, or does not.

    Raises Refused: 403 who may not ask, 404 no such user, form, record or field.
    """
    catalog = desk.catalogs.current()
    require_asking(catalog, actor)
    model = form_named(catalog, form)
    check_field(model, field)
    with desk.store.reading() as unit:
        user = named(unit, login)
        record = record_named(unit, model, word)
    who = acting(desk, user)
    with desk.store.reading() as unit:
        reasons = tuple(_reasons(unit, catalog, who, model, record, field))
    sees = any(one.within and one.sees is not False for one in reasons)
    say = _say(user, model, record, field, sees)
    return Answer(
        user, who.party.key if who.party else "", model.form.title, record, field, sees, say,
        reasons,
    )  # fmt: skip


def require_asking(catalog: Catalog, actor: Actor) -> None:
    """Raise Refused 403 where `may_ask` says no."""
    if not may_ask(catalog, actor):
        say = Text("只有看得到全部记录的人可以查询。", "Only who reads everything may ask this.")
        raise Refused.one("not_allowed", say, status=403)


def check_field(model: FormModel, field: str) -> None:
    """Raise Refused 404 where a form has no such field; an empty word is none."""
    known = {*model.fields, *(name for name in model.scope.types if name.startswith("_"))}
    if field and field not in known:
        word = shorten(field)
        say = Text(f"没有字段“{word}”。", f"There is no field '{word}'.")
        hint = did_you_mean(word, sorted(known))
        raise Refused.one("unknown_field", say, status=404, place=Place("field"), hint=hint)


class Grounds:
    """What the conditions of somebody's roles are judged by, and how they are read aloud."""

    def __init__(self, unit: Unit, catalog: Catalog, who: Actor, model: FormModel) -> None:
        self.catalog, self.who, self.model = catalog, who, model
        words = vocabulary_of(model.form, {name: one.form for name, one in catalog.forms.items()})
        labels = {**words.labels, **dict(account_words(catalog, who))}
        self.words = Vocabulary(labels, words.options)
        self._unit = unit
        self._facts: dict[str, dict[str, object]] = {}

    def judged(self, one: Granted, record: Record | None) -> tuple[Text, bool, tuple[Clause, ...]]:
        """Return a role's condition in words, whether a record meets it, and what was compared."""
        if one.where is None:
            return Text.same(""), True, ()
        known = {name: Text.same(name) for name in names(one.where)}
        reads = in_words(one.where, replace(self.words, labels={**known, **self.words.labels}))
        if record is None:
            return reads, True, ()
        clauses: list[Clause] = []
        account = account_of(self.who, one.role.party)
        within = compiled(one.where)({**self._of(record), **account}, clauses) is True
        return reads, within, tuple(clauses)

    def _of(self, record: Record) -> dict[str, object]:
        if record.id not in self._facts:
            uses = self.model.references
            found = found_of(self._unit, self.catalog, uses, record.values)
            self._facts[record.id] = facts_of(self._unit, self.model, record, found)
        return self._facts[record.id]


def _reasons(
    unit: Unit, catalog: Catalog, who: Actor, model: FormModel, record: Record, field: str
) -> Iterator[Reason]:
    grounds = Grounds(unit, catalog, who, model)
    granted = {one.role.id: one for one in catalog.access.granted(who.roles, model.form.id)}
    for role in who.roles:
        one = granted.get(role)
        if role == ADMINISTRATOR:
            yield Reason(
                role, Text("管理员", "Administrator"), "*", Text.same(""), (), True,
                True if field else None, Text("管理员看得到一切。", "It sees everything."),
            )  # fmt: skip
        elif one is None:
            title = catalog.access.roles[role].title if role in catalog.access.roles else None
            yield Reason(
                role, title or Text.same(role), "", Text.same(""), (), False, None,
                Text("该角色不能查看此表单。", "This role may not read the form."),
            )  # fmt: skip
        else:
            yield _reason(grounds, one, record, field)


def _reason(grounds: Grounds, one: Granted, record: Record, field: str) -> Reason:
    reads, within, clauses = grounds.judged(one, record)
    sees = plain(field) not in one.unseen if field else None
    return Reason(
        one.role.id, one.role.title, one.grant.form, reads, clauses, within, sees,
        _why(one, field, sees, grounds.words),
    )  # fmt: skip


def _why(one: Granted, field: str, sees: bool | None, words: Vocabulary) -> Text:
    if sees is None or sees:
        if one.grant.fields is None and not one.grant.hide:
            return Text("该权限显示全部字段。", "The grant shows every field.")
        return Text("该权限显示这些字段。", "The grant shows such fields.")
    if not shows(one.grant, plain(field)):
        if one.grant.fields is not None:
            seen = _called(one.grant.fields, words)
            return Text(f"该权限只显示：{seen.zh}。", f"The grant shows only: {seen.en}.")
        hidden = _called(one.grant.hide, words)
        return Text(f"该权限隐藏：{hidden.zh}。", f"The grant hides: {hidden.en}.")
    return Text(
        "它由看不到的内容算出或带出。",
        "It is computed or looked up from something that is not seen.",
    )


def _called(fields: Iterable[str], words: Vocabulary) -> Text:
    """Return fields by their labels, columns by those of their rows."""
    known = [words.labels.get(name) or words.labels.get(name.replace(".", "[].")) or
             Text.same(name) for name in fields]  # fmt: skip
    return Text("、".join(one.zh for one in known), ", ".join(one.en for one in known))


def account_words(catalog: Catalog, who: Actor) -> Iterator[tuple[str, Text]]:
    """Yield how conditions of roles call the account and what it stands for."""
    yield ME, Text("本账号", "the account")
    yield f"{ME}.party", Text("本账号代表的记录", "the record that the account stands for")
    if who.party is not None:
        for field in catalog.forms[who.party.form].form.fields:
            label = field.label
            yield f"{ME}.{field.id}", Text(f"本账号的{label.zh}", f"the account's {label.en}")


def _say(user: User, model: FormModel, record: Record, field: str, sees: bool) -> Text:
    name = record.code or record.id
    label = model.fields[field].field.label if field in model.fields else Text.same(field)
    what = Text(
        f"{model.form.title.zh} {name}" + (f" 的“{label.zh}”" if field else ""),
        f"{model.form.title.en} {name}" + (f": {label.en}" if field else ""),
    )
    if sees:
        return Text(f"{user.login} 看得到 {what.zh}。", f"{user.login} sees {what.en}.")
    return Text(f"{user.login} 看不到 {what.zh}。", f"{user.login} does not see {what.en}.")
