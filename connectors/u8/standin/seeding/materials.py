"""Two thousand materials in five groups, some stopped, some with names that break programs."""

from __future__ import annotations

from .world import Material, World, day, text

# Group, prefix of its codes, class, how many, what they are called.
GROUPS = (
    ("finished", "FG", "01", 160, ("转向节", "制动底板", "助力器支架", "水泵壳体", "轮毂")),
    ("semi", "SF", "02", 420, ("毛坯", "粗车件", "精车件", "铣削件", "焊接总成")),
    ("treated", "HT", "03", 240, ("渗碳齿轮", "淬火轴", "调质法兰", "氮化销")),
    ("bought", "BP", "04", 1_000, ("六角螺栓", "油封", "轴承", "弹簧", "密封圈", "线束")),
    ("raw", "RM", "05", 180, ("圆钢 40Cr", "钢板 Q345", "铸铁 QT450", "镀镍液", "托盘", "纸箱")),
)
STOPPED, SAFE = 30, 1_400
ODD = ('4"管接头', "O'型圈", "卡箍🔧", "𠮷野轴承", "垫片 <Ø8>", "螺栓；M8")
# Marks of where the three kinds of shortage are: counted by tests, found by alerts.
ALERTS, ARRIVING, AT_LINE = 64, 108, 20


def materials(world: World) -> None:
    """Tell materials, and choose which are stopped, held in safety stock, or short."""
    dice = world.random("materials")
    for group, prefix, _, count, names in GROUPS:
        for number in range(1, count + 1):
            cost = round(dice.uniform(0.4, 60) * (6 if group == "finished" else 1), 2)
            world.materials.append(
                Material(
                    f"{prefix}-{number:05}",
                    f"{names[number % len(names)]} {dice.randrange(100, 999)}",
                    group,
                    len(world.materials) + 1,
                    cost,
                    round(cost * dice.uniform(1.15, 1.6), 2),
                    dice.choice((5, 7, 10, 14, 20, 30)),
                )
            )
    for one in dice.sample(world.materials, SAFE):
        one.safety = dice.randrange(2, 60) * 10
    for one in dice.sample([m for m in world.materials if not m.safety], STOPPED):
        one.stopped = text(day(-200))
        world.label("Inventory", one.code, "stopped")
    # Sold materials stay out: every list shows them, and their names should read well.
    plain = [m for m in world.by("semi", "bought") if not m.stopped]
    for index, one in enumerate(dice.sample(plain, 12)):
        one.name = f"{ODD[index % len(ODD)]} {one.name}"
        world.label("Inventory", one.code, "odd_name")
    _rows(world)


def _rows(world: World) -> None:
    classes = {group: number for group, _, number, _, _ in GROUPS}
    plans = {"finished": 1, "semi": 1, "treated": 2, "bought": 3, "raw": 3}
    houses = {"finished": "01", "semi": "02", "treated": "08", "bought": "03", "raw": "04"}
    columns = (
        "I_id", "cInvCode", "cInvName", "cInvStd", "cInvCCode", "cComUnitCode", "cGroupCode",
        "bSale", "bPurchase", "bSelf", "bComsume", "bProducing", "bService", "bAccessary",
        "bInvQuality", "bInvBatch", "bInvEntrust", "bInvOverStock", "bFree1", "bFree2",
        "bProxyForeign", "bBomMain", "bBomSub", "iPlanDefault", "iSafeNum", "iInvAdvance",
        "iInvSPrice", "iInvNCost", "cDefWareHouse", "cEngineerFigNo", "cBarCode", "dSDate",
        "dEDate",
    )  # fmt: skip
    world.add("Inventory", columns, (
        (m.number, m.code, m.name, f"φ{m.number % 300}×{m.number % 40}", classes[m.group], "01",
         "01", int(m.group == "finished"), int(m.group in ("bought", "raw")),
         int(m.group in ("finished", "semi")), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
         int(m.group == "treated"), int(m.group in ("finished", "semi")),
         int(m.group != "finished"), plans[m.group], m.safety or None, m.lead, m.price, m.cost,
         houses[m.group], f"HR-{m.number:04}", f"HR26{m.number:08}", text(day(-900)),
         m.stopped or None)
        for m in world.materials
    ))  # fmt: skip
    world.add(
        "SCM_Item", ("cInvCode", "Id", "PartId"),
        ((m.code, m.number, m.number) for m in world.materials),
    )  # fmt: skip
    world.add("bas_part", ("PartId", "InvCode"), ((m.number, m.code) for m in world.materials))
