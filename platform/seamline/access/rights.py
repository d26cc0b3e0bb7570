"""Which acts the roles allow, and how much of each form they show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from seamline.facts import Actor
from seamline.forms import FormModel
from seamline.metadata import Grant, Role
from seamline.problems import Problem, Refused, shorten
from seamline.text import Text

from .reach import EVERYTHING_SEEN, Reach
from .tokens import missing_scope, scopes_for
from .viewing import Granted, Viewing
from .words import EVERYTHING, LIFT, PLAIN, SWITCH, every

# The built-in role: every form, every step, every pool, and the acts of administration.
ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class _Rights:
    """The acts one role grants, by form; `*` stands for every form or every step."""

    acts: Mapping[str, frozenset[str]]

    def hold(self, action: str, form_id: str) -> bool:
        whole = every(action)
        return any(
            action in acts or whole in acts
            for acts in (self.acts.get(form_id), self.acts.get(EVERYTHING))
            if acts is not None
        )


@dataclass(frozen=True, slots=True)
class Access:
    """Answers what an actor may do, from the roles of the installed packages.

    `every_pool` names review pools beyond those of the roles, which only administrators decide.
    A role of a package never takes the place of the built-in `administrator`. `forms` are those
    whose names the grants narrow.
    """

    roles: Mapping[str, Role]
    every_pool: frozenset[str] = frozenset()
    forms: Mapping[str, FormModel] = field(default_factory=dict, repr=False, compare=False)
    _rights: dict[str, _Rights] = field(init=False, repr=False, compare=False)
    _viewing: Viewing = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rights = {role.id: _Rights(_acts(role.grants)) for role in self.roles.values()}
        object.__setattr__(self, "_rights", rights)
        object.__setattr__(self, "_viewing", Viewing(self.roles, self.forms))

    def may(self, actor: Actor, action: str, form_id: str) -> bool:
        """Return whether `actor` may `read`, `export`, `import`, take a step of a form or switch
        its rules (`switch:<step>`).

        With `*` as the form it asks for an act upon the workspace itself, such as `publish`:
        the administrator's, and of others what `studio` and `may` of their role say.
        """
        if action not in PLAIN and self._library(form_id):
            return False
        return self._scope_allows(actor, action, form_id) and self._roles_allow(
            actor, action, form_id
        )

    def _library(self, form_id: str) -> bool:
        """Whether a form holds nothing but closed records: nobody has a step to take there."""
        model = self.forms.get(form_id)
        return model is not None and model.form.library

    def require(self, actor: Actor, action: str, form_id: str) -> None:
        """Raise `Refused` (403) where `may` says no, naming what is missing and who can give it."""
        if not self._roles_allow(actor, action, form_id):
            raise Refused((self._missing_grant(action, form_id),), 403)
        if not self._scope_allows(actor, action, form_id):
            raise Refused((missing_scope(action, form_id),), 403)

    def scope(self, actor: Actor, form_id: str) -> Reach:
        """Return how much of a form `actor` sees; the one place for limits by row and field.

        Nothing at all where no role of his lets him read it.
        """
        if ADMINISTRATOR in actor.roles:
            return EVERYTHING_SEEN
        return self._viewing.reading(actor, form_id)

    def whole(self, actor: Actor, form_id: str) -> bool:
        """Return whether `actor` reads every record of a form with all of its names.

        What counts or compares records of a form is shown to them alone.
        """
        return self.may(actor, "read", form_id) and self.scope(actor, form_id).whole

    def require_whole(self, actor: Actor, form_id: str) -> None:
        """Raise `Refused` (403) where `whole` says no."""
        self.require(actor, "read", form_id)
        if not self.scope(actor, form_id).whole:
            form = shorten(form_id)
            say = Text(
                f"您只能看到表单“{form}”的一部分，看不到它的规则和统计。",
                f"You see a part of the form '{form}', but not its rules and figures.",
            )
            raise Refused((Problem("not_allowed", say),), 403)

    def taking(self, actor: Actor, step: str, form_id: str) -> Reach:
        """Return on which records `actor` may take a step, and which fields he may not fill."""
        if ADMINISTRATOR in actor.roles:
            return EVERYTHING_SEEN
        return self._viewing.taking(actor, form_id, step)

    def granted(self, roles: tuple[str, ...], form_id: str, step: str = "") -> tuple[Granted, ...]:
        """Return what each of some roles grants of a form, for those who explain it."""
        return self._viewing.granted(roles, form_id, step)

    def party_names(self, form_id: str) -> frozenset[str]:
        """Return the fields of a party's record that conditions of roles name."""
        return self._viewing.party_names(form_id)

    def pools(self, actor: Actor) -> frozenset[str]:
        """Return the review pools that `actor` decides; a token needs the scope `write` for it."""
        if actor.scopes is not None and not actor.scopes & {"write", "admin"}:
            return frozenset()
        held = self.roles.values() if ADMINISTRATOR in actor.roles else self._held(actor)
        pools = frozenset(pool for role in held for pool in role.pools)
        return pools | self.every_pool if ADMINISTRATOR in actor.roles else pools

    def opens(self, actor: Actor, page: str) -> bool:
        """Return whether `actor` may open a page of the packages; a token opens none."""
        if actor.scopes is not None:
            return False
        return ADMINISTRATOR in actor.roles or any(
            not {page, EVERYTHING}.isdisjoint(role.pages) for role in self._held(actor)
        )

    def require_page(self, actor: Actor, page: str) -> None:
        """Raise `Refused` (403) where `opens` says no, naming who can give the right."""
        if self.opens(actor, page):
            return
        who = [id_ for id_, role in self.roles.items() if {page, EVERYTHING} & {*role.pages}]
        roles, name = ", ".join((ADMINISTRATOR, *who)), shorten(page)
        say = Text(f"您不能打开页面“{name}”。", f"The page '{name}' is not open to you.")
        hint = Text(
            f"以下角色可以打开：{roles}；请管理员授予您其中之一。",
            f"Roles that may open it: {roles}; an administrator can give you one.",
        )
        raise Refused((Problem("not_allowed", say, hint=hint),), 403)

    def home(self, actor: Actor) -> str:
        """Return the page that `actor` begins with; empty for the general one."""
        homes = (role.home for role in self._held(actor) if role.home)
        return next(homes, "")

    def outside(self, actor: Actor) -> bool:
        """Return whether `actor` is of another company: holds external roles and no other."""
        held = [*self._held(actor)]
        return bool(held) and all(role.kind == "external" for role in held)

    def makes_tokens(self, actor: Actor) -> bool:
        """Return whether `actor` may make API tokens of their own; a token makes none."""
        if actor.scopes is not None:
            return False
        held = [*self._held(actor)]
        return ADMINISTRATOR in actor.roles or not held or any(role.tokens for role in held)

    def known_roles(self) -> tuple[str, ...]:
        """Return every role a user can be given, the built-in one first."""
        return (ADMINISTRATOR, *sorted(set(self.roles) - {ADMINISTRATOR}))

    def _held(self, actor: Actor) -> Iterator[Role]:
        return (self.roles[role] for role in actor.roles if role in self.roles)

    def _roles_allow(self, actor: Actor, action: str, form_id: str) -> bool:
        for role in actor.roles:
            if role == ADMINISTRATOR:
                return True
            if form_id == EVERYTHING and role in self.roles and action in self.roles[role].acts:
                return True
            rights = self._rights.get(role)
            if form_id != EVERYTHING and rights is not None and rights.hold(action, form_id):
                return True
        return False

    @staticmethod
    def _scope_allows(actor: Actor, action: str, form_id: str) -> bool:
        scopes = actor.scopes
        if scopes is None or "admin" in scopes:
            return True
        needed = scopes_for(action, form_id)
        return not scopes.isdisjoint(needed)

    def _missing_grant(self, action: str, form_id: str) -> Problem:
        who = [ADMINISTRATOR]
        if form_id != EVERYTHING:
            who += [id_ for id_, rights in self._rights.items() if rights.hold(action, form_id)]
        else:
            who += [role.id for role in self.roles.values() if action in role.acts]
        roles = ", ".join(dict.fromkeys(who))
        act, form = shorten(action), shorten(form_id)
        say = (
            Text(f"只有管理员可以执行“{act}”。", f"Only an administrator may do '{act}'.")
            if len(who) == 1 and form_id == EVERYTHING
            else Text(f"您没有“{act}”的权限。", f"You have no grant for '{act}'.")
            if form_id == EVERYTHING
            else Text(
                f"您没有表单“{form}”的“{act}”权限。",
                f"You have no grant for '{act}' on form '{form}'.",
            )
        )
        hint = Text(
            f"以下角色有此权限：{roles}；请管理员授予您其中之一。",
            f"Roles that have it: {roles}; an administrator can give you one.",
        )
        return Problem("not_allowed", say, hint=hint)


def _acts(grants: Iterable[Grant]) -> dict[str, frozenset[str]]:
    acts: dict[str, set[str]] = {}
    for grant in grants:
        plain = zip(PLAIN, (grant.read, grant.export, grant.import_), strict=True)
        held = {act for act, granted in plain if granted}
        # A step is never called like one of the plain acts: such a name grants nothing.
        held |= {step for step in grant.steps if step not in PLAIN}
        held |= {SWITCH + step for step in grant.switch}
        held |= {LIFT + act for act in grant.lift}
        acts.setdefault(grant.form, set()).update(held)
    return {form: frozenset(held) for form, held in acts.items()}
