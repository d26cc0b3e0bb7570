"""Editing one document of an installed package: a version of its own, checked whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from seamline import clock
from seamline.catalog import read_installed
from seamline.facts import Actor, Decision, Event, Origin
from seamline.metadata import Form, Package
from seamline.package.building import ruleset
from seamline.package.sources import FOLDERS, kind_of_path
from seamline.problems import Place, Refused, did_you_mean
from seamline.publish import Plan
from seamline.rules import content_version
from seamline.store import Installed, LocalChange, Unit
from seamline.text import Text

from .claiming import claimed
from .desk import Desk
from .editing import serving
from .editing.bound_by import alike
from .editing.proving import scenario_of as scenario_of
from .editing.wording import data_of, differences
from .submitting.admit import MAX_REASON

EDIT = "publish"  # an edit is a publication of one document: the same right
EDITED = serving.EDITED


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a document; number 0 is the package's own text, the `newest` one serves.

    `actor` and `reason` are empty for number 0.
    """

    number: int
    text: str
    package_version: str
    at: datetime
    actor: str = ""
    reason: str = ""
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of an edit: the version made, what it says in words, the tables it changed."""

    version: Version
    diff: tuple[Text, ...]
    plan: Plan
    event: Event


@dataclass(frozen=True, slots=True)
class JudgedBy:
    """Which version of a rule set's document a decision was made under.

    `version` is None where none of those kept is the one (it came with an older package).
    `diff` is what has changed since.
    """

    path: str
    version: Version | None
    newest: Version
    diff: tuple[Text, ...]


def edit(
    desk: Desk,
    actor: Actor,
    origin: Origin,
    package: str,
    path: str,
    text: str,
    reason: str,
    *,
    over: int | None = None,
) -> Edited:
    """Put `text` in the place of a document and serve by it; an empty text takes it out.

    The package is checked whole with it, its tables are planned and changed, every scenario has
    to hold; then document, event and catalog are kept together or not at all. `over` is the
    number of the version that was edited. Raises Refused: 403, 404 no such package, 409 something
    else was published meanwhile, 412 another version came first, 422 everything that is wrong.
    """
    return _edit(desk, actor, origin, package, path, text, reason, over, {})


def roll_back(
    desk: Desk, actor: Actor, origin: Origin, package: str, path: str, number: int, reason: str
) -> Edited:
    """Serve by an earlier version again (0: the package's own), which makes it a new version.

    Raises Refused as `edit` does; 404 for a number that there is not.
    """
    version = numbered(history(desk, actor, package, path), number)
    more = {"rolled_back_to": number}
    return _edit(desk, actor, origin, package, path, version.text, reason, None, more)


def history(desk: Desk, actor: Actor, package: str, path: str) -> tuple[Version, ...]:
    """Return every version of a document, the newest first; raises Refused 403 or 404."""
    desk.catalogs.current().access.require(actor, EDIT, "*")
    with desk.store.reading() as unit:
        return _versions(unit, _installed(unit, package), path)


def numbered(versions: Sequence[Version], number: int | None) -> Version:
    """Return one of the versions by its number (the newest for None); raises Refused 404."""
    found = {version.number: version for version in versions}
    if number is not None and number not in found:
        words = ", ".join(map(str, sorted(found)))
        raise Refused.one(
            "unknown_version",
            Text(f"没有第 {number} 版。", f"There is no version {number}."),
            status=404,
            hint=Text(f"已有：{words}。", f"Known: {words}."),
        )
    return versions[0] if number is None else found[number]


def changes_of(
    desk: Desk, path: str, versions: Sequence[Version], version: Version
) -> tuple[Text, ...]:
    """Return in business words what a version changed of the one before it."""
    forms = {id_: model.form for id_, model in desk.catalogs.current().forms.items()}
    before = next((one.text for one in versions if one.number == version.number - 1), "")
    return () if version.number == 0 else diff(before, version.text, path, forms)


def text_of(desk: Desk, actor: Actor, package: str, path: str) -> Version:
    """Return the version of a document that serves at present; raises Refused 403 or 404."""
    return history(desk, actor, package, path)[0]


def diff(
    before_text: str, after_text: str, path: str = "", forms: Mapping[str, Form] | None = None
) -> tuple[Text, ...]:
    """Return in business words what makes one text of a document into another.

    `forms` gives conditions the labels of the fields they look at.
    """
    return differences(before_text, after_text, path, forms or {})


def judged_by(desk: Desk, decision: Decision) -> JudgedBy | None:
    """Return which version of its rule set made a decision; None where the rule set has gone.

    A record on review was judged by the version of its decision, whatever was edited since.
    """
    with desk.store.reading() as unit:
        for package in read_installed(unit):
            path = serving.paths_of_rules(package).get(decision.ruleset)
            if path is None:
                continue
            versions = _versions(unit, _installed(unit, package.head.id), path)
            made = next((one for one in versions if _holds(one, path, decision)), None)
            forms = {form.id: form for form in package.forms}
            changed = diff(made.text, versions[0].text, path, forms) if made else ()
            return JudgedBy(path, made, versions[0], changed)
    return None


def local_edits(unit: Unit, new: Package) -> tuple[str, ...]:
    """Return the documents whose local text a new version of their package would do away with.

    A text that equals the package's own, or what the new version says, is lost nowhere.
    """
    installed = next((one for one in unit.packages.installed() if one.id == new.head.id), None)
    if installed is None:
        return ()
    return tuple(
        path
        for path, change in sorted(unit.changes.newest(new.head.id).items())
        if change.text
        not in (
            alike(path, installed.sources.get(path, ""), change.text),
            new.sources.get(path, ""),
        )
    )


def take_over(unit: Unit, actor: Actor, new: Package, over: Mapping[str, str]) -> None:
    """After a new version of a package: let its texts be the newest of documents once edited.

    `over` are texts by path that serve over those of the package, because people have decided so.
    """
    at, newest = clock.now(), unit.changes.newest(new.head.id)
    for path in sorted({*newest, *over}):
        own = new.sources.get(path, "")
        before, number = (newest[path].text, newest[path].number) if path in newest else (own, 0)
        text = over.get(path, own)
        if before != text:
            reason = f"{new.head.id} {new.head.version}"
            unit.changes.add(
                LocalChange(
                    new.head.id, path, number + 1, text, new.head.version, at, actor.id, reason
                )
            )


def _edit(
    desk: Desk,
    actor: Actor,
    origin: Origin,
    package: str,
    path: str,
    text: str,
    reason: str,
    over: int | None,
    more: Mapping[str, object],
) -> Edited:
    desk.catalogs.current().access.require(actor, EDIT, "*")
    _check(path, reason)
    with desk.store.reading() as unit:
        installed = _installed(unit, package)
        newest = _versions(unit, installed, path, asked=False)[0]
        catalog = unit.catalog_version()
    _check_over(over, newest, text)
    made = serving.ready(desk, package, {path: text})
    if made.plan.version != catalog:
        raise serving.moved_on()
    put = serving.Put(
        package, installed.version, {path: text}, {path: newest.number + 1}, reason, more
    )
    with claimed(desk.store, actor, package):
        served = serving.serve(desk, actor, origin, put, made)
    version = _version(served.changes[0], newest=True)
    return Edited(version, made.said[path], made.plan, served.events[0])


def _check(path: str, reason: str) -> None:
    if kind_of_path(path) is None:
        words = ", ".join(f"{folder}/" for folder in FOLDERS)
        raise Refused.one(
            "stray_document",
            Text(f"“{path[:80]}”不是文档的位置。", f"'{path[:80]}' is no place of a document."),
            hint=Text(f"文档放在 {words}。", f"Documents belong into {words}."),
            place=Place("path"),
        )
    if not reason.strip() or len(reason) > MAX_REASON:
        raise Refused.one(
            "reason_required",
            Text(
                f"修改必须写明原因，最多 {MAX_REASON} 个字。",
                f"An edit needs a reason of at most {MAX_REASON} characters.",
            ),
            place=Place("reason"),
        )


def _check_over(over: int | None, newest: Version, text: str) -> None:
    if over is not None and over != newest.number:
        raise Refused.one(
            "version_moved_on",
            Text(
                f"{newest.actor} 已经改到第 {newest.number} 版，您看到的是第 {over} 版。",
                f"{newest.actor} has made version {newest.number}; you edited version {over}.",
            ),
            status=412,
            hint=Text("请打开最新版再修改。", "Open the newest version and edit that."),
        )
    if text == newest.text:
        raise Refused.one(
            "nothing_changed",
            Text("内容与现行版本相同。", "The text is that of the present version."),
        )


def _installed(unit: Unit, package: str) -> Installed:
    known = {one.id: one for one in unit.packages.installed()}
    if package not in known:
        raise Refused.one(
            "unknown_package",
            Text(f"没有安装配置包“{package[:60]}”。", f"No package '{package[:60]}' is installed."),
            status=404,
            hint=did_you_mean(package[:60], known),
        )
    return known[package]


def _versions(
    unit: Unit, installed: Installed, path: str, asked: bool = True
) -> tuple[Version, ...]:
    """Return the versions of a document, the newest first; raises Refused 404 where it has none."""
    changes = unit.changes.of_path(installed.id, path)
    if asked and path not in installed.sources and not changes:
        raise Refused.one(
            "unknown_document",
            Text(f"没有文档“{path[:80]}”。", f"There is no document '{path[:80]}'."),
            status=404,
            hint=did_you_mean(path[:80], installed.sources),
        )
    own = installed.sources.get(path, "")
    first = Version(0, own, installed.version, installed.installed_at, newest=not changes)
    made = [_version(change, newest=change is changes[-1]) for change in changes]
    return (*reversed(made), first)


def _version(change: LocalChange, newest: bool) -> Version:
    return Version(
        change.number, change.text, change.package_version, change.at,
        change.actor, change.reason, newest,
    )  # fmt: skip


def _holds(version: Version, path: str, decision: Decision) -> bool:
    """Say whether a decision was made under this text of its rule set."""
    data = data_of(version.text, path)
    try:
        return content_version(ruleset(data)) == decision.ruleset_version
    except (KeyError, TypeError, ValueError):
        return False  # a text that was none of this language, or empty
