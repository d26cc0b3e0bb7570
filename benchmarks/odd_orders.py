"""Write purchase orders in layouts that nobody would expect, with what they say as ground truth.

    python benchmarks/odd_orders.py FOLDER
    seamline evaluate-reading FOLDER

Ten layouts that differ in kind, four documents each: prose, nested headings, upright labels, two
lines per item, a message, English, items side by side, a card per item, items between strokes, a
message in English. The layouts were written before the reader was tuned on anything, and it is
never tuned on them one by one. All names and numbers are invented.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import sync_playwright


@dataclass(frozen=True)
class House:
    """Who sells, who buys what: by tongue."""

    own: dict[str, str]
    customers: dict[str, list[str]]
    parts: dict[str, list[str]]


HOUSE = House(
    {"zh": "云州恒泰精密部件有限公司", "en": "Yunzhou Hengtai Precision Parts Co., Ltd."},
    {"zh": ["临江市远钧机电设备有限公司", "岭南卓屿重型机械股份有限公司", "滨海启棠传动科技有限公司",  # noqa: E501
            "与禾（苏北）动力系统有限公司", "昌平于飞专用车制造有限公司", "鹿溪矿山装备集团有限公司"],  # noqa: E501
     "en": ["Harrow & Finch Pumps Ltd", "Oakridge Conveyor Systems Inc.", "Tarnfjord Marine AS",
            "Bellweather Agricultural Machinery GmbH"]},
    {"zh": ["联轴器", "轴承端盖", "液压缸活塞", "链轮", "齿圈", "导向套", "压盖", "法兰盘", "密封环"],  # noqa: E501
     "en": ["Shaft coupling", "Bearing cap", "Sprocket", "Ring gear", "Guide bush", "Flange plate"]},  # noqa: E501
)  # fmt: skip
OWN = HOUSE.own


@dataclass(frozen=True)
class Item:
    """One line of an order."""

    code: str
    name: str
    qty: int
    unit: str
    price: Decimal
    due: date

    @property
    def amount(self) -> Decimal:
        return (self.qty * self.price).quantize(Decimal("0.01"))


@dataclass(frozen=True)
class Order:
    """One order, as its document will say it."""

    customer: str
    po: str
    signed: date
    due: date
    items: tuple[Item, ...]

    @property
    def total(self) -> Decimal:
        return sum((item.amount for item in self.items), Decimal(0))


def order(
    rng: random.Random, tongue: str, customer: str, own_dates: bool = False, house: House = HOUSE
) -> Order:
    signed = date(2026, rng.randint(1, 9), rng.randint(1, 28))
    due = signed + timedelta(days=rng.randint(20, 90))
    shapes = [
        lambda: f"{rng.choice('JKLMQ')}{rng.randint(10, 99)}-{rng.randint(1000, 9999)}",
        lambda: f"{rng.randint(1, 9)}.{rng.randint(100, 999)}.{rng.randint(1000, 9999)}",
        lambda: f"HT{rng.randint(100000, 999999)}",
    ]
    shape = rng.choice(shapes)
    items = []
    for name in rng.sample(house.parts[tongue], rng.randint(1, 5)):
        price = Decimal(rng.randint(150, 90000)) / 100
        later = due + timedelta(days=rng.randint(0, 20)) if own_dates else due
        unit = rng.choice(["件", "套", "只"]) if tongue in ("zh", "tw") else "pcs"
        items.append(Item(shape(), name, rng.randint(2, 400) * 5, unit, price, later))
    year = signed.strftime("%y%m")
    po = rng.choice([f"YD{year}-{rng.randint(100, 999)}", f"4{rng.randint(10**8, 10**9 - 1)}"])
    return Order(customer, po, signed, due, tuple(items))


def cn(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def capitals(value: Decimal) -> str:
    """Return an amount in capitals, as it is written against forging."""
    whole, cents = divmod(int(value * 100), 100)
    digits, places = "零壹贰叁肆伍陆柒捌玖", ["", "拾", "佰", "仟"]
    groups: list[str] = []
    for mark in ("", "万", "亿"):
        whole, group = divmod(whole, 10000)
        said = "".join(
            digits[int(d)] + (places[3 - n] if d != "0" else "")
            for n, d in enumerate(f"{group:04}")
        )
        groups.insert(0, re.sub("零+", "零", said).rstrip("零") + mark if group else "零")
    text = re.sub("零+", "零", "".join(groups)).strip("零") + "元"
    tenths, single = divmod(cents, 10)
    text += f"{digits[tenths]}角" if tenths else "零" if single else ""
    return text + (f"{digits[single]}分" if single else "整")


def rows(cells: list[list[str]]) -> str:
    return "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in cells)


def prose(o: Order) -> str:
    said = "；".join(
        f"{i.name}（图号{i.code}）{i.qty}{i.unit}，每{i.unit}人民币{i.price}元，计{i.amount:,}元"
        for i in o.items
    )
    return (
        f"<h2 class=c>订 货 函</h2><p>{OWN['zh']}：</p><p class=i>我公司因生产急需，现向贵公司订购下列产品："  # noqa: E501
        f"{said}。以上货款合计人民币{o.total:,}元（含13%增值税）。请贵公司务必于{cn(o.due)}以前将货物运抵"
        f"我公司仓库，逾期按日计收违约金。本函编号{o.po}，请在回复及送货单上注明。</p>"
        f"<p class=r>{o.customer}<br>{cn(o.signed)}</p>"
    )


def nested(o: Order) -> str:
    body = rows([
        [str(n), i.code, i.name, i.unit, f"{i.qty:,}", i.due.isoformat(),
         f"{i.price / Decimal('1.13'):.4f}", f"{i.price}",
         f"{i.amount / Decimal('1.13'):,.2f}", f"{i.amount:,}"]
        for n, i in enumerate(o.items, 1)
    ])  # fmt: skip
    return (
        f"<h2 class=c>物资订购单</h2><p>订货方：{o.customer}　　供方：{OWN['zh']}</p>"
        f"<p>单据编号：{o.po}　　开单日期：{o.signed}</p><table>"
        "<tr><th rowspan=2>序<th colspan=3>物资<th colspan=2>交付<th colspan=2>价格（元）"
        "<th colspan=2>合计（元）</tr><tr><th>编码<th>名称<th>计量<th>数目<th>日期<th>不含税<th>含税"  # noqa: E501
        f"<th>不含税<th>含税</tr>{body}</table><p class=r>价税总计：¥{o.total:,}</p>"
    )


def upright(o: Order) -> str:
    def up(word: str) -> str:
        return f"<td class=u>{'<br>'.join(word)}</td>"

    cells = "".join(
        f"<tr>{up('品名')}<td>{i.name}</td>{up('料号')}<td>{i.code}</td>{up('数量')}<td>{i.qty}{i.unit}"
        f"</td>{up('单价')}<td>{i.price}</td>{up('金额')}<td>{i.amount:,}</td></tr>"
        for i in o.items
    )
    return (
        f"<h2 class=c>采购通知</h2><table><tr>{up('需方')}<td colspan=5>{o.customer}</td>{up('单号')}"  # noqa: E501
        f"<td colspan=3>{o.po}</td></tr><tr>{up('供方')}<td colspan=5>{OWN['zh']}</td>{up('交期')}"
        f"<td colspan=3>{o.due.strftime('%Y.%m.%d')}</td></tr>{cells}</table>"
        f"<p>总金额：{o.total:,} 元　　制单：{o.signed.strftime('%Y.%m.%d')}</p>"
    )


def two_lines(o: Order) -> str:
    body = "".join(
        f"<tr><td rowspan=2>{n}</td><td>{i.code}</td><td>{i.qty:,}</td><td>{i.price}</td></tr>"
        f"<tr><td>{i.name}</td><td>{i.due.strftime('%Y/%m/%d')}</td><td>{i.amount:,}</td></tr>"
        for n, i in enumerate(o.items, 1)
    )
    return (
        f"<h2>{o.customer}</h2><h3>外购件订单 No. {o.po}</h3><p>供应商：{OWN['zh']}　"
        f"下单：{o.signed.strftime('%Y/%m/%d')}</p><table><tr><th rowspan=2>项<th>零件号<th>订货量"
        f"<th>含税价</tr><tr><th>零件名称<th>到厂日<th>小计</tr>{body}</table><p class=r>合计 {o.total:,}</p>"  # noqa: E501
    )


def message(o: Order) -> str:
    lines = "\n".join(
        f"{n}、{i.name}  {i.code}  {i.qty}{i.unit}  单价{i.price}元"
        for n, i in enumerate(o.items, 1)
    )
    return (
        f"From: buyer@example.com\nTo: sales@example.com\nSubject: 追加订单 {o.po}\n"
        f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"王工，您好！\n\n麻烦安排以下物料，{o.due.month}月{o.due.day}日前送到：\n\n{lines}\n\n"
        f"总价{o.total}元，采购订单号{o.po}，收到请回复。\n\n谢谢！\n\n{o.customer}\n采购部 李敏\n"
        f"{o.signed.isoformat()}\n"
    )


def english(o: Order) -> str:
    body = rows([
        [str(n * 10), i.code, i.name, f"{i.qty:,}", "EA", f"{i.price:,}", f"{i.amount:,}",
         i.due.strftime("%d-%b-%Y")]
        for n, i in enumerate(o.items, 1)
    ])  # fmt: skip
    return (
        f"<h2>{o.customer}</h2><p>Procurement Dept.</p><table class=h><tr><td><b>Vendor</b><br>{OWN['en']}"  # noqa: E501
        f"<td><b>Order ref.</b><br>{o.po}<td><b>Issued</b><br>{o.signed.strftime('%d-%b-%Y')}</tr></table>"  # noqa: E501
        "<table><tr><th>Pos<th>Item no.<th>Description<th>Qty ord.<th>UoM<th>Net each<th>Ext. price"
        f"<th>Required by</tr>{body}</table><p class=r>Order value USD {o.total:,}</p>"
        "<p>All goods remain subject to inspection on receipt.</p>"
    )


def beside(o: Order) -> str:
    def line(label: str, said: Callable[[Item], str]) -> list[str]:
        return [label, *(said(i) for i in o.items)]

    body = rows([
        line("货品", lambda i: i.name), line("货号", lambda i: i.code),
        line("需求数", lambda i: f"{i.qty}"), line("单位", lambda i: i.unit),
        line("含税单价", lambda i: f"{i.price}"), line("含税金额", lambda i: f"{i.amount:,}"),
        line("需求日", lambda i: i.due.isoformat()),
    ])  # fmt: skip
    return (
        f"<h2 class=c>比价采购确认单</h2><p>采购单位：{o.customer}</p><p>确认单号：{o.po}　　"
        f"日期：{o.signed}</p><table>{body}</table><p>金额总计：{o.total:,}</p><p>供货单位：{OWN['zh']}</p>"
    )


def cards(o: Order) -> str:
    body = "".join(
        f"<p><b>项目 {n}</b></p><table class=h><tr><td>物料<td>{i.code} {i.name}<td>需求数量"
        f"<td>{i.qty} {i.unit}</tr><tr><td>采购价<td>{i.price} CNY<td>要求到货<td>{cn(i.due)}</tr></table>"  # noqa: E501
        for n, i in enumerate(o.items, 1)
    )
    return (
        f"<p>{OWN['zh']} 台鉴</p><h2 class=c>订购确认</h2><p>订购人：{o.customer}　确认书号：{o.po}　"  # noqa: E501
        f"{cn(o.signed)}</p>{body}<p>总值：CNY {o.total:,}</p>"
    )


def strokes(o: Order) -> str:
    body = "".join(
        f"<p>{i.code} / {i.name} / {i.qty}{i.unit} / ￥{i.price} / ￥{i.amount} / {i.due.isoformat()}</p>"  # noqa: E501
        for i in o.items
    )
    return (
        f"<h3>订货清单（{o.po}）</h3><p>买方 {o.customer}</p><p>卖方 {OWN['zh']}</p><p>{o.signed}</p>"  # noqa: E501
        f"{body}<p>共计 {len(o.items)} 项，￥{o.total}</p>"
    )


def english_message(o: Order) -> str:
    lines = "\n".join(
        f"- {i.qty} x {i.name} (part {i.code}) at USD {i.price} each" for i in o.items
    )
    return (
        f"From: purchasing@example.com\nTo: sales@example.com\nSubject: New order\n"
        f"Content-Type: text/plain; charset=utf-8\n\nHello,\n\nplease accept our order {o.po} for:\n\n"  # noqa: E501
        f"{lines}\n\nWe need everything by {o.due.strftime('%B')} {o.due.day}, {o.due.year}. The order comes to "  # noqa: E501
        f"USD {o.total:,}.\n\nBest regards\nDana Whitlock\n{o.customer}\n"
    )


KINDS = {"message": "eml", "chat": "txt", "photo": "png"}  # of a file, by how its layout ends
Layout = tuple[Callable[[Order], str], str, bool]  # how it is drawn, in which tongue, own dates
LAYOUTS: dict[str, Layout] = {
    "prose": (prose, "zh", False), "nested": (nested, "zh", True),
    "upright": (upright, "zh", False), "two_lines": (two_lines, "zh", True),
    "message": (message, "zh", False), "english": (english, "en", True),
    "beside": (beside, "zh", True), "cards": (cards, "zh", True),
    "strokes": (strokes, "zh", True), "english_message": (english_message, "en", False),
}  # fmt: skip
STYLE = (
    "<meta charset=utf-8><style>body{font:13px 'Noto Serif CJK SC'}.c{text-align:center}.r{text-align:right}"  # noqa: E501
    ".i{text-indent:2em;line-height:1.9}table{border-collapse:collapse;width:100%;margin:8px 0}"
    "td,th{border:1px solid #333;padding:3px 5px;font-weight:normal}.h td{width:25%}"
    ".u{width:14px;line-height:1.1}</style>"
)


def truth(o: Order, name: str, number: int, file: str, seed: str) -> dict[str, object]:
    dates = {item.due for item in o.items}
    due = o.due.isoformat() if dates == {o.due} else None
    return {
        "id": f"{name}-{number}", "file": file, "layout": name, "template": f"{seed}-{name}",
        "degradation": "digital", "pages": 1, "has_text_layer": True,
        "fields": {"customer_name": o.customer, "po_number": o.po, "delivery_date": due,
                   "total": str(o.total)},
        "items": [
            {"material_code": i.code, "name": i.name, "quantity": str(i.qty), "unit": i.unit,
             "unit_price": f"{i.price.normalize():f}", "amount": str(i.amount),
             "delivery_date": i.due.isoformat()}
            for i in o.items
        ],
    }  # fmt: skip


def write(
    folder: Path, layouts: dict[str, Layout], seed: str, house: House = HOUSE,
    drawn: Callable[..., Order] = order,
) -> None:  # fmt: skip
    """Write the documents and what is true of them; `drawn` draws each order."""
    (folder / "files").mkdir(parents=True, exist_ok=True)
    told, customers, materials = [], ["code,name"], ["code,name,spec,price"]
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 794, "height": 1123}, device_scale_factor=2)
        for name, (draw, tongue, own_dates) in layouts.items():
            rng = random.Random(f"{seed} {name}")
            customer = rng.choice(house.customers[tongue])
            for number in range(4):
                o = drawn(rng, tongue, customer, own_dates, house)
                text = draw(o)
                kind = KINDS.get(name.rpartition("_")[2], "pdf")
                file = f"files/{name}-{number}.{kind}"
                if kind in ("eml", "txt"):
                    (folder / file).write_text(text, encoding="utf-8")
                else:
                    page.set_content(STYLE + text)
                    if kind == "pdf":
                        page.pdf(path=str(folder / file), format="A4")
                    else:
                        page.screenshot(path=str(folder / file))
                told.append(truth(o, name, number, file, seed))
                if rng.random() < 0.5:
                    materials += [f"{i.code},{i.name},,{i.price}" for i in o.items]
        browser.close()
    known = [
        name for names in house.customers.values() for name in names[: -(-len(names) * 3 // 5)]
    ]
    customers += [f"K{n:04},{c}" for n, c in enumerate(known)]
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in told)
    (folder / "truth.jsonl").write_text(lines, encoding="utf-8")
    (folder / "master_customers.csv").write_text("\n".join(customers) + "\n", encoding="utf-8")
    (folder / "master_materials.csv").write_text("\n".join(materials) + "\n", encoding="utf-8")
    own = {"own_company": house.own["zh"], "names": list(house.own.values())}
    (folder / "own_company.json").write_text(json.dumps(own, ensure_ascii=False), encoding="utf-8")


def asked(about: str | None) -> Path:
    """Return the folder to write to, as it stands on the command line."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("folder", type=Path, help="where the papers are written")
    folder: Path = parser.parse_args().folder
    return folder


if __name__ == "__main__":
    write(asked(__doc__), LAYOUTS, "odd")
