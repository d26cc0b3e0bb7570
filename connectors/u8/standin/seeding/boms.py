"""Bills of material with versions: the switch of plating, and what is wrong on purpose."""

from __future__ import annotations

from datetime import datetime
from random import Random

from .world import MAKERS, Material, Row, World, day, text

Versions = tuple[tuple[int, str, datetime, datetime], ...]

ALWAYS = datetime(2099, 12, 31)
FIRST = datetime(2024, 1, 1)
PLATING = "镀镍"
# Version number, its words, from, to: U8 has the number as an integer and the words beside it.
THREE = (
    (12, "V1.2", FIRST, datetime(2025, 3, 31)),
    (20, "V2.0", datetime(2025, 4, 1), datetime(2025, 9, 30)),
    (21, "V2.1", datetime(2025, 10, 1), ALWAYS),
)
TWO = ((10, "V1.0", FIRST, datetime(2025, 6, 30)), (20, "V2.0", datetime(2025, 7, 1), ALWAYS))
OVERLAP = (TWO[0], (20, "V2.0", datetime(2025, 6, 1), ALWAYS))
GAP = (TWO[0], (20, "V2.0", datetime(2026, 2, 1), ALWAYS))
ONE = ((10, "V1.0", FIRST, ALWAYS),)
SWITCHED, DOUBLE, OVERLAPPING, GAPS, UNAUDITED, EXPIRING = 60, 40, 5, 2, 3, 10
BOM = (
    "BomId", "BomType", "Version", "VersionDesc", "VersionEffDate", "VersionEndDate", "Status",
    "AuditStatus", "CreateUser", "CreateDate", "RelsUser",
)  # fmt: skip
COMPONENT = (
    "OpComponentId", "BomId", "SortSeq", "OpSeq", "ComponentId", "EffBegDate", "EffEndDate",
    "FVFlag", "BaseQtyN", "BaseQtyD", "CompScrap", "OptionsId", "Remark",
)  # fmt: skip


def boms(world: World) -> None:
    """Tell the bills of 580 parents in four steps from part to raw material."""
    dice = world.random("boms")
    layers = _layers(world)
    parents = [one for layer in layers[:4] for one in layer]
    kinds = _kinds(world, dice, parents)
    lower = {one.code: layers[depth + 1] for depth in range(4) for one in layers[depth]}
    writer = _Writer(world, dice)
    for parent in parents:
        writer.tell(parent, kinds.get(parent.code, ONE), lower[parent.code])
    writer.expire()
    writer.close_a_circle(layers[1][0], layers[3][0])
    writer.save()


def _layers(world: World) -> list[list[Material]]:
    """Return the five layers: what is made of what lies in the next one."""
    semi = world.by("semi")
    floor = [one for one in world.by("treated", "bought", "raw") if not one.stopped]
    return [world.by("finished"), semi[:140], semi[140:280], semi[280:], floor]


def _kinds(world: World, dice: Random, parents: list[Material]) -> dict[str, Versions]:
    chosen = dice.sample(parents[1:], SWITCHED + DOUBLE + UNAUDITED)
    kinds: dict[str, Versions] = {}
    for index, one in enumerate(chosen):
        if index < SWITCHED:
            kinds[one.code] = THREE
            world.label("Inventory", one.code, "bom_switched")
        elif index < SWITCHED + OVERLAPPING:
            kinds[one.code] = OVERLAP
            world.overlapping.add(one.code)
            world.label("Inventory", one.code, "bom_overlapping")
        elif index < SWITCHED + OVERLAPPING + GAPS:
            kinds[one.code] = GAP
            world.unbuildable.add(one.code)
            world.label("Inventory", one.code, "bom_gap")
        elif index < SWITCHED + DOUBLE:
            kinds[one.code] = TWO
        else:
            world.unbuildable.add(one.code)
            world.label("Inventory", one.code, "bom_unaudited")
    return kinds


class _Writer:
    """Collects the rows of four tables."""

    def __init__(self, world: World, dice: Random) -> None:
        self.world, self.dice = world, dice
        self.plating = next(m for m in world.by("raw") if m.name.startswith("镀镍液"))
        self.heads: list[Row] = []
        self.parents: list[Row] = []
        self.components: list[list[object]] = []

    def tell(
        self,
        parent: Material,
        versions: Versions,
        below: list[Material],
    ) -> None:
        """Tell every version of one parent's bill."""
        # Whoever is made of the next layer takes at least one of it, so that all are four deep.
        used = self.dice.sample(below, self.dice.randrange(1, 4))
        floor = [m for m in self.world.by("treated", "bought", "raw") if not m.stopped]
        used += self.dice.sample(floor, self.dice.randrange(3, 8))
        used = [m for m in {one.code: one for one in used}.values() if m is not self.plating]
        status = 2 if parent.code in self.world.unbuildable and len(versions) == 1 else 3
        for number, words, start, end in versions:
            bom = len(self.heads) + 1
            self.heads.append((
                bom, 1, number, words, text(start), text(end), status, int(status == 3),
                MAKERS[bom % len(MAKERS)], text(day(-700)), MAKERS[0] if status == 3 else None,
            ))  # fmt: skip
            self.parents.append((f"{bom}", bom, parent.number))
            parts = [(one, "") for one in used]
            if versions is THREE and number >= 20:
                parts.append((self.plating, PLATING))
            for order, (one, remark) in enumerate(parts, 1):
                self._component(bom, order, one, remark)
            if start <= day(0) <= end and status == 3:
                self.world.current_boms[parent.code] = bom

    def _component(self, bom: int, order: int, part: Material, remark: str) -> None:
        number = len(self.components) + 1
        amount = self.dice.choice((1, 1, 1, 2, 4, 0.25, 1.5))
        self.components.append([
            number, bom, order * 10, f"{order * 10:04}", part.number, text(datetime(2000, 1, 1)),
            text(ALWAYS), 0 if self.dice.random() < 0.1 else 1, amount, 1,
            self.dice.choice((0, 0, 0.6, 2)), number, remark or None,
        ])  # fmt: skip

    def expire(self) -> None:
        """Let some rows end while their version still holds."""
        current = set(self.world.current_boms.values())
        rows = [row for row in self.components if row[1] in current and not row[-1]]
        for row in self.dice.sample(rows, EXPIRING):
            row[6] = text(datetime(2025, 8, 31))
            self.world.label("bom_opcomponent", row[0], "component_expired")

    def close_a_circle(self, upper: Material, lower: Material) -> None:
        """Let a part be made of what is made of it."""
        self._component(self.world.current_boms[upper.code], 98, lower, "")
        bom = self.world.current_boms[lower.code]
        self._component(bom, 99, upper, "")
        self.world.label("bom_bom", bom, "bom_cycle")

    def save(self) -> None:
        """Hand the rows over."""
        options = ("OptionsId", "WIPType", "WhCode")
        self.world.add("bom_bom", BOM, self.heads)
        self.world.add("bom_parent", ("AutoId", "BomId", "ParentId"), self.parents)
        self.world.add("bom_opcomponent", COMPONENT, (tuple(row) for row in self.components))
        self.world.add(
            "bom_opcomponentopt", options, ((row[0], 3, "04") for row in self.components)
        )
