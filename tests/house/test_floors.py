"""Who may know whom: floors, no circles, third parties by one door."""

from __future__ import annotations

import sys
from collections.abc import Iterator

# Each library and the only places that may name it.
DOORS = {
    "sqlalchemy": (
        "seamline.store",
        "seamline.publish",
        "seamline.conditions.sql",
        "migrations",
        "seamline.jobs",
    ),
    "dbos": ("seamline.jobs.engine",),
    "alembic": ("seamline.store", "seamline.publish", "migrations"),
    "pysqlite3": ("seamline.store",),
    "psycopg": ("seamline.store",),
    "jsonschema": ("seamline.schema",),
    "durable": ("seamline.correlate.child",),
    "yaml": ("seamline.documents",),
    "msgspec": (
        "seamline.forms",
        "seamline.store",
        "seamline.usecases.export",
        "seamline.ui.api.answers",
    ),
    "apscheduler": ("seamline.jobs",),
    "flask": ("seamline.ui",),
    "flask_login": ("seamline.ui",),
    "flask_wtf": ("seamline.ui",),
    "flask_babel": ("seamline.ui",),
    "wtforms": ("seamline.ui",),
    "markupsafe": ("seamline.ui",),
    "jinja2": ("seamline.ui",),
    "werkzeug": ("seamline.ui",),
    "itsdangerous": ("seamline.ui",),
    "waitress": ("seamline.ui.listening",),
    "segno": ("seamline.ui",),
    "PIL": ("seamline.proofs", "seamline.reading"),
    "pypdfium2": ("seamline.reading", "seamline.printing.words"),
    "typst": ("seamline.printing",),
    "rapidocr": ("seamline.reading.engines.rapid",),
    "pytesseract": ("seamline.reading.engines.tesseract",),
    "cv2": ("seamline.reading",),
    "numpy": ("seamline.reading",),
    "openpyxl": (
        "seamline.usecases.spreadsheets",
        "seamline.usecases.workbooks",
        "seamline.connectors.files",
    ),
    "urllib3": ("seamline.connecting.client",),
    "cryptography": ("seamline.connecting.sealing", "connectors"),
    "argon2": ("seamline.usecases.accounts", "seamline.usecases.passwords"),
    "pytest": ("seamline.testing",),
}
BRIDGE = "seamline.__main__"


def within(name: str, part: str) -> bool:
    return name == part or name.startswith(part + ".")


def test_imports_go_down_or_stay_level(house):
    wrong = []
    for module in house.modules().values():
        if module.room not in house.FLOOR:
            wrong.append(f"{module.path}: the room {module.room} stands on no floor")
            continue
        for name, line in house.imported(module):
            target = house.modules().get(name)
            if target is None or target.name == "seamline" or module.name == BRIDGE:
                continue
            if house.FLOOR.get(target.room, 0) > house.FLOOR[module.room]:
                wrong.append(f"{module.path}:{line}: {module.room} looks up to {target.room}")
    assert wrong == []


def test_connectors_see_only_their_protocol_and_what_lies_below(house):
    """Their stand-ins, which are no part of them, also see the kit these are built from."""
    allowed = {"connector", "statements", "connectors", "seamline"}
    allowed |= {room for room, floor in house.FLOOR.items() if floor == 1}
    wrong = [
        f"{module.path}:{line}: {name}"
        for module in house.modules().values()
        if module.room == "connectors"
        for name, line in house.imported(module)
        if name in house.modules()
        and house.modules()[name].room not in allowed
        and not (house.modules()[name].room == "standins" and ".standin" in module.name)
    ]
    assert wrong == []


def test_no_module_is_part_of_a_circle(house):
    arrows = {
        module.name: {
            name
            for name, _ in house.imported(module)
            if name in house.modules() and name != module.name
        }
        for module in house.modules().values()
    }
    assert [sorted(circle) for circle in circles(arrows)] == []


def circles(arrows: dict[str, set[str]]) -> Iterator[set[str]]:
    """Yield every set of nodes that reach one another."""
    reach = {node: reachable(node, arrows) for node in arrows}
    seen: set[str] = set()
    for node in arrows:
        ring = {other for other in reach[node] if node in reach.get(other, ())}
        if node in ring and node not in seen:
            seen |= ring
            yield ring


def reachable(start: str, arrows: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(arrows[start])
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(arrows.get(node, ()))
    return found


def test_third_parties_come_in_by_one_door(house):
    wrong = []
    for module in house.modules().values():
        for name, line in house.imported(module):
            library = name.split(".")[0]
            if library == "seamline" or library in sys.stdlib_module_names:
                continue
            doors = DOORS.get(library)
            if doors is None:
                wrong.append(f"{module.path}:{line}: {library} has no door yet")
            elif not any(
                within(module.name, door if "." in door else f"seamline.{door}") for door in doors
            ):
                wrong.append(f"{module.path}:{line}: {library} is not for {module.name}")
    assert wrong == []


def test_parts_are_named_by_their_package(house):
    """`connectors` and `ui` can also be imported bare from the root: a second, different class."""
    bare = {"connectors", "ui", "schemas", "rulesets", "migrations", "examples"}
    wrong = [
        f"{module.path}:{line}: {name}"
        for module in house.modules().values()
        for name, line in house.imported(module)
        if name.split(".")[0] in bare
    ]
    assert wrong == []


def test_the_laws_see_a_breach(house):
    assert list(circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})) == [{"a", "b", "c"}]
    assert list(circles({"a": {"b"}, "b": set()})) == []
