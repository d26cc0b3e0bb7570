"""The head of a package against its surroundings, and ids against each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import seamline
from seamline.metadata import Role
from seamline.problems import did_you_mean, shorten
from seamline.text import Text

from .building import real_days
from .draft import WORDS, Draft, Sheet
from .versions import satisfies

# Ids that addresses of the product take, and the role that is always there.
RESERVED = {
    "form": frozenset(
        {"forms", "files", "tracking", "openapi", "locks", "rules", "measures", "notices", "views"}
    ),
    "role": frozenset({"administrator"}),
}


def check_head(draft: Draft) -> None:
    """Check zone, needs and data files of the package."""
    for sheet in draft.of_kind("package"):
        _check_zone(draft, sheet)
        _check_calendar(draft, sheet)
        _check_needs(draft, sheet)
        _check_data(draft, sheet)
        _check_accounts(draft, sheet)
        _check_titles(draft, sheet)


def _check_titles(draft: Draft, sheet: Sheet) -> None:
    """Check that what is given a name is there: a name for nothing is most often a slip."""
    pools, acts = set(_pools(draft)), set(_acts(draft))
    for key, kind, named, known in (
        ("pools", "pool", draft.head.pools, pools),
        ("acts", "act", draft.head.acts, acts),
    ):
        for word in named:
            if word not in known and not draft.failed:
                draft.unknown(sheet, (key, word), kind, word, known)


def _pools(draft: Draft) -> Iterator[str]:
    for ruleset in _all(draft, "ruleset", "rulesets"):
        yield ruleset.review.pool
        yield ruleset.review.escalate_to or ruleset.review.pool
    for role in _all(draft, "role", "roles"):
        yield from role.pools


def _acts(draft: Draft) -> Iterator[str]:
    for ruleset in _all(draft, "ruleset", "rulesets"):
        for rule in (*ruleset.hard, *ruleset.soft):
            if rule.lock is not None:
                yield rule.lock.act
    for correlation in _all(draft, "correlation", "correlations"):
        if correlation.lock is not None:
            yield correlation.lock.act
    for role in _all(draft, "role", "roles"):
        yield from (act for grant in role.grants for act in grant.lift)


def _all(draft: Draft, kind: str, name: str) -> list[Any]:
    """Return the documents of a kind, our own and those installed."""
    own = [sheet.part for sheet in draft.of_kind(kind)]
    return own + [part for other in draft.others for part in getattr(other, name)]


def _check_accounts(draft: Draft, sheet: Sheet) -> None:
    """Check that sample accounts have known roles, and that a role asks for their party."""
    roles: dict[str, Role] = {role.id: role for other in draft.others for role in other.roles}
    roles |= {other.id: other.part for other in draft.of_kind("role")}
    for index, account in enumerate(draft.head.accounts):
        for place, word in enumerate(account.roles):
            if not draft.knows("role", word, roles):
                draft.unknown(sheet, ("accounts", index, "roles", place), "role", word, roles)
        form = account.party.partition("=")[0]
        asked = {roles[word].party for word in account.roles if word in roles} - {None}
        if form and form not in asked and all(word in roles for word in account.roles):
            known = [word for word in asked if word is not None]
            draft.unknown(sheet, ("accounts", index, "party"), "form", form, known)


def check_ids(draft: Draft) -> None:
    """Check that no two documents of a kind share an id, here or with an installed package."""
    taken = {
        (kind, word): f"{package.head.id}"
        for package in draft.others
        for kind, word in _ids_of(package)
    }
    for sheet in draft.sheets:
        if sheet.kind == "package":
            continue
        where = taken.get((sheet.kind, sheet.id))
        if where is not None:
            draft.twice(sheet, (sheet.kind,), sheet.kind, sheet.id, where)
        taken.setdefault((sheet.kind, sheet.id), sheet.document.name)
        if sheet.id in RESERVED.get(sheet.kind, ()):
            name = WORDS[sheet.kind]
            say = Text(
                f"“{sheet.id}”是平台保留的，{name.zh}不能叫这个名字。",
                f"'{sheet.id}' is taken by the platform; no {name.en} may be called so.",
            )
            draft.tell(sheet, (sheet.kind,), "reserved_id", say, got=sheet.id)


def _ids_of(package: object) -> Iterator[tuple[str, str]]:
    kinds = (
        ("form", "forms"),
        ("ruleset", "rulesets"),
        ("role", "roles"),
        ("import", "imports"),
        ("correlation", "correlations"),
        ("promise", "promises"),
        ("scenario", "scenarios"),
        ("page", "pages"),
        ("measure", "measures"),
        ("connection", "connections"),
    )
    for kind, name in kinds:
        for part in getattr(package, name):
            yield kind, part.id


def _check_calendar(draft: Draft, sheet: Sheet) -> None:
    calendar = sheet.part.calendar
    if calendar is None:
        return
    if calendar.start >= calendar.end:
        say = Text("下班时间应晚于上班时间。", "The working day must end after it begins.")
        draft.tell(sheet, ("calendar", "hours"), "hours_crossed", say)
    for key in ("holidays", "workdays"):
        for index, word in enumerate(sheet.document.data["calendar"].get(key, ())):
            if not list(real_days([word])):
                say = Text(f"没有 {word} 这一天。", f"There is no day {word}.")
                draft.tell(sheet, ("calendar", key, index), "unknown_day", say, got=word)


def _check_zone(draft: Draft, sheet: Sheet) -> None:
    zone = sheet.part.zone
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        say = Text(f"没有叫“{shorten(zone)}”的时区。", f"There is no time zone '{shorten(zone)}'.")
        hint = did_you_mean(zone, available_timezones()) or Text(
            "例如 Asia/Shanghai。", "Such as Asia/Shanghai."
        )
        draft.tell(sheet, ("zone",), "unknown_zone", say, hint, got=shorten(zone))


def _check_needs(draft: Draft, sheet: Sheet) -> None:
    head = sheet.part
    if not satisfies(seamline.__version__, head.needs_platform):
        _wrong_version(
            draft, sheet, ("needs", "platform"), Text("平台", "the platform"),
            head.needs_platform, seamline.__version__,
        )  # fmt: skip
    installed = {other.head.id: other.head.version for other in draft.others}
    for word, asked in head.needs_packages.items():
        path = ("needs", "packages", word)
        if word == head.id:
            say = Text("配置包不能需要它自己。", "A package cannot need itself.")
            draft.tell(sheet, path, "needs_itself", say, key=True)
        elif word not in installed:
            say = Text(
                f"需要的配置包“{word}”没有安装。", f"The needed package '{word}' is missing."
            )
            hint = did_you_mean(word, installed) or Text(
                "先安装它；检查时用 --with 指出它的位置。",
                "Install it first; when checking, name its place with --with.",
            )
            draft.tell(sheet, path, "package_missing", say, hint, got=word, key=True)
        elif not satisfies(installed[word], asked):
            _wrong_version(draft, sheet, path, Text.same(f"'{word}'"), asked, installed[word])


def _wrong_version(
    draft: Draft, sheet: Sheet, path: tuple[str, ...], what: Text, asked: str, have: str
) -> None:
    say = Text(
        f"需要{what.zh}版本 {asked}，现有 {have}。",
        f"Needs version {asked} of {what.en}; {have} is here.",
    )
    draft.tell(sheet, path, "needs_version", say, got=have)


def _check_data(draft: Draft, sheet: Sheet) -> None:
    own = {other.id for other in draft.of_kind("import")}
    known = own | {part.id for package in draft.others for part in package.imports}
    for index, item in enumerate(sheet.part.data):
        path = ("data", index)
        if not draft.knows("import", item.map, known):
            draft.unknown(sheet, (*path, "map"), "import", item.map, known)
        pure = PurePosixPath(item.file.replace("\\", "/"))
        if pure.is_absolute() or ".." in pure.parts or ":" in item.file:
            say = Text("文件要在配置包之内。", "The file must lie inside the package.")
            draft.tell(sheet, (*path, "file"), "unsafe_file", say, got=shorten(item.file))
        elif draft.files is not None and pure.as_posix() not in draft.files:
            near = [name for name in draft.files if name.startswith("data/")]
            draft.unknown(sheet, (*path, "file"), "file", item.file, near)
