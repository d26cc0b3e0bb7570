"""Warehouses, units, departments, staff, vendors and customers."""

from __future__ import annotations

from itertools import product
from random import Random

from .world import Customer, World, day, text

# Code, name, counts as available, consignment, planned by MRP.
WAREHOUSES = (
    ("01", "成品库", 1, 0, 1),
    ("02", "半成品库", 1, 0, 1),
    ("03", "外购件库", 1, 0, 1),
    ("04", "原材料库", 1, 0, 1),
    ("05", "待检库", 1, 0, 0),
    ("06", "不良品库", 0, 0, 0),
    ("07", "客户中间库", 1, 1, 0),
    ("08", "委外仓", 1, 0, 1),
)
VENDORS = 86
TREATERS = (("WX001", "金锐热处理"), ("WX002", "恒温热处理"), ("WX003", "淬火工艺"))
CUSTOMERS, OEMS = 217, 12
# How many customers stand so with their credit.
STANDINGS = {"over": 9, "near": 14, "free": 5, "child": 3, "parent": 3}
STOPPED = 4
PLACES = (
    "宁波", "温岭", "台州", "合肥", "芜湖", "重庆", "十堰", "柳州", "长春", "保定", "无锡",
    "昆山", "佛山", "襄阳", "潍坊",
)  # fmt: skip
NAMES = (
    "鼎盛", "锐丰", "恒力", "华源", "金驰", "凯诺", "万象", "同德", "远景", "博瑞", "盛达",
    "福润", "泰合", "嘉禾", "天工",
)  # fmt: skip
TRADES = ("汽车部件", "机械", "汽车零部件", "车桥", "新能源科技")


def archives(world: World) -> None:
    """Tell the archives that nothing else is needed for."""
    _warehouses(world)
    _people(world)
    _vendors(world)
    world.customers = list(_customers(world.random("customers")))


def _warehouses(world: World) -> None:
    world.add(
        "Warehouse",
        ("cWhCode", "cWhName", "cWhValueStyle", "bWhPos", "bInAvailCalcu", "bProxyWh", "bMRP"),
        ((code, name, "移动平均法", 0, counts, proxy, mrp)
         for code, name, counts, proxy, mrp in WAREHOUSES),
    )  # fmt: skip
    world.add(
        "ComputationUnit",
        ("cComunitCode", "cComUnitName", "cGroupCode", "bMainUnit", "iChangRate"),
        (("01", "件", "01", 1, 1), ("02", "千克", "01", 0, 1), ("03", "套", "01", 0, 1)),
    )
    world.add(
        "InventoryClass",
        ("cInvCCode", "cInvCName", "iInvCGrade", "bInvCEnd"),
        (("01", "成品", 1, 1), ("02", "半成品", 1, 1), ("03", "热处理件", 1, 1),
         ("04", "外购件", 1, 1), ("05", "原材料及包装", 1, 1)),
    )  # fmt: skip


def _people(world: World) -> None:
    departments = (("01", "销售部"), ("02", "采购部"), ("03", "生产部"), ("04", "仓储部"))
    world.add(
        "Department",
        ("cDepCode", "cDepName", "bDepEnd", "iDepGrade", "bShop", "cDepGUID"),
        ((code, name, 1, 1, 0, f"00000000-0000-4000-8000-0000000000{code}")
         for code, name in departments),
    )  # fmt: skip
    names = enumerate(product("王李张刘陈赵", "伟芳军娜"))
    world.add(
        "Person",
        ("cPersonCode", "cPersonName", "cDepCode"),
        ((f"P{number:03}", "".join(name), f"0{1 + number % 4}") for number, name in names),
    )


def _vendors(world: World) -> None:
    dice = world.random("vendors")
    known = [(f"V{number:03}", _company(dice, number)) for number in range(1, VENDORS + 1)]
    world.add(
        "Vendor",
        (
            "cVenCode", "cVenName", "cVenAbbName", "cVenPhone", "cVenHand", "iVenCreDate",
            "bVenTax", "bVenCargo", "bProxyForeign", "bVenService", "dVenCreateDatetime",
        ),
        (
            (code, name, f"{name[:8]}{code}", f"0574-5555{index:04}", f"139000{index:05}", 60,
             1, 1, int(code.startswith("WX")), 0, text(day(-900)))
            for index, (code, name) in enumerate([*known, *TREATERS])
        ),
    )  # fmt: skip


def _customers(dice: Random) -> list[Customer]:
    found = []
    for number in range(1, CUSTOMERS + 1):
        name = f"{'华东整车' if number <= OEMS else ''}{_company(dice, number)}"
        found.append(Customer(f"C{10_000 + number * 37}", name, days=dice.choice((30, 60, 90))))
    # A standing needs orders that run, so it goes to customers that order often.
    free = list(range(1, CUSTOMERS * 2 // 5))
    dice.shuffle(free)
    for standing, count in STANDINGS.items():
        for _ in range(count):
            found[free.pop()].standing = standing
    parents = [one for one in found if one.standing == "parent"]
    children = (one for one in found if one.standing == "child")
    for child, parent in zip(children, parents, strict=True):
        child.parent = parent.code
    for index in range(STOPPED):
        found[CUSTOMERS - 1 - index * 9].stopped = text(day(-154))
    return found


def _company(dice: Random, number: int) -> str:
    word = NAMES[number % len(NAMES)] + NAMES[dice.randrange(len(NAMES))]
    return f"{dice.choice(PLACES)}{word}{dice.choice(TRADES)}有限公司"
