"""What came of a walk: leaks, what could not be proven, what the package says of that."""

from __future__ import annotations

from dataclasses import dataclass, field

from seamline.metadata import Role
from seamline.problems import Place, Problem
from seamline.text import Text

from .canaries import FOREIGN, LABEL, MINE
from .visit import Leak


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that was not proven: of a field, of a form, or of an address (`form` empty)."""

    role: str
    form: str
    field: str
    say: Text

    def excused_by(self, role: Role) -> bool:
        """Whether the role says itself why this cannot be proven."""
        return any(one.form == self.form and one.field in ("", self.field) for one in role.unproven)

    def problem(self) -> Problem:
        """Return it as a problem that says what to do."""
        place = Place(".".join(word for word in (self.role, self.form, self.field) if word))
        if not self.form:
            return Problem("unproven", self.say, place, _FALLS)
        named = f"{{form: {self.form}" + (f", field: {self.field}" if self.field else "")
        hint = Text(
            f"请放宽规则或字段，让它能填入标记值；确实不能时，由人核对后在角色 {self.role} 里写 "
            f"unproven: [{named}, why: …}}]。",
            f"Let it take any value; where it cannot, have people look and write in the role "
            f"{self.role}: unproven: [{named}, why: …}}].",
        )
        return Problem("unproven", self.say, place, hint)


_FALLS = Text(
    "页面或接口本身出错，没有把话说完；请查看日志并修复后再发布。",
    "The page itself fails and has not said what it would; see the log and mend it first.",
)


@dataclass(slots=True)
class Report:
    """What came of a walk: the leaks, how much was asked, and what could not be made to ask for.

    `excused` is what the roles themselves say cannot be proven.
    """

    roles: list[str] = field(default_factory=list)
    surfaces: list[str] = field(default_factory=list)
    canaries: int = 0
    asked: int = 0
    leaks: list[Leak] = field(default_factory=list)
    unproven: list[Gap] = field(default_factory=list)
    excused: list[Gap] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether nothing leaked and everything could be asked for."""
        return not self.leaks and not self.unproven

    def miss(self, role: Role, gap: Gap) -> None:
        """Note what was not proven."""
        (self.excused if gap.excused_by(role) else self.unproven).append(gap)

    def problems(self) -> list[Problem]:
        """Return each leak as a problem of the role that let it out, then each gap."""
        leaks = [
            Problem("leak", sentence_of(one), Place(f"{one.role}.{one.form}.{one.name}"))
            for one in self.leaks
        ]
        return [*leaks, *(one.problem() for one in self.unproven)]


def sentence_of(one: Leak) -> Text:
    """Return one leak in words: the surface, the field, what was asked."""
    zh, en = _WHOSE.get(one.record, ("被引用的记录的", "of a record referred to"))
    return Text(
        f"角色 {one.role} 在“{one.surface}”看到了{zh} {one.form}.{one.name}:{one.asked}",
        f"Role {one.role} sees {one.form}.{one.name} {en} on '{one.surface}': {one.asked}",
    )


_WHOSE = {
    MINE: ("自己的记录的", "of its own record"),
    FOREIGN: ("不可见的记录的", "of a record beyond reach"),
    LABEL: ("隐藏字段的名称", "by its label"),
}
