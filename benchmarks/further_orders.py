"""Write purchase orders in eight layouts more, of kinds that none of those before has.

    python benchmarks/further_orders.py FOLDER
    seamline evaluate-reading FOLDER

Minutes of a meeting, dotted leaders, years of two digits, headings below the table, boxes times
pieces, a photo upside down, a message of fields and values, quantities in words; four documents
each. They were written and kept before the reader was ever tried on them.
"""

from __future__ import annotations

from odd_orders import House, Layout, Order, asked, capitals, cn, rows, write

HOUSE = House(
    {"zh": "宁川锐腾车桥配件有限公司", "en": "Ningchuan Ruiteng Axle Parts Co., Ltd."},
    {"zh": ["漠北风电装备有限公司", "云岭盾构机械集团有限公司", "渤海石油钻具股份有限公司",
            "甬江注塑机厂"],
     "en": ["Blackwater Pump Works Ltd.", "Summit Drill & Tool Inc.", "Halden Marine GmbH",
            "Carrow Elevators Ltd"]},
    {"zh": ["拨叉", "端盖", "衬套", "花键轴", "锁紧块", "轮毂", "摇臂", "隔环"],
     "en": ["Fork", "End cap", "Bushing", "Spline shaft", "Lock block", "Hub"]},
)  # fmt: skip
OWN = HOUSE.own


def minutes(o: Order) -> str:
    said = "".join(
        f"<p>{n}）{i.name}{i.code}，本次追加{i.qty}{i.unit}，执行价{i.price}元/{i.unit}，小计{i.amount}元，"
        f"{i.due.isoformat()}之前交齐。</p>"
        for n, i in enumerate(o.items, 1)
    )
    return (
        f"<h2 class=c>采购洽谈纪要（代合同）</h2><p>时间：{cn(o.signed)}　地点：三楼会议室</p><p>甲方代表：{o.customer} "  # noqa: E501
        f"孙立</p><p>乙方代表：{OWN['zh']} 赵明</p><p>纪要编号：{o.po}</p><p>双方议定：</p>{said}"
        f"<p>{len(o.items) + 1}）以上总价款{o.total:,}元，含税含运。</p>"
    )


def dotted(o: Order) -> str:
    def line(label: str, value: object) -> str:
        return f"<p style='margin:2px'>{label} {'.' * (40 - len(label))} {value}</p>"

    body = "".join(
        f"<p><b>Position {n}</b></p>"
        + line("Part number", i.code)
        + line("Designation", i.name)
        + line("Quantity", f"{i.qty:,} pcs")
        + line("Price per piece", f"{i.price:,} EUR")
        + line("Position total", f"{i.amount:,} EUR")
        for n, i in enumerate(o.items, 1)
    )
    return (
        "<h2>ORDER</h2>" + line("Order number", o.po) + line("Order date", f"{o.signed:%d.%m.%Y}")
        + line("Purchaser", o.customer) + line("Supplier", OWN["en"])
        + line("Delivery date", f"{o.due:%d.%m.%Y}") + body
        + line("Order total", f"{o.total:,} EUR")
    )  # fmt: skip


def two_digits(o: Order) -> str:
    body = rows([
        [i.code, i.name, f"{i.qty}", f"${i.price:,}", f"${i.amount:,}", f"{i.due:%m/%d/%y}"]
        for i in o.items
    ])  # fmt: skip
    return (
        f"<h2>{o.customer}</h2><table class=h><tr><td>PO #<td>{o.po}<td>Date<td>{o.signed:%m/%d/%y}</tr><tr><td>"  # noqa: E501
        f"Sold by<td colspan=3>{OWN['en']}</tr></table><table><tr><th>SKU<th>Item<th>Qty<th>Cost<th>Ext.<th>Due</tr>"  # noqa: E501
        f"{body}</table><p class=r>Total ${o.total:,}</p>"
    )


def heads_below(o: Order) -> str:
    body = rows([
        [i.name, i.code, f"{i.qty}", i.unit, f"{i.price}", f"{i.amount:,}"] for i in o.items
    ])  # fmt: skip
    return (
        f"<p>订货人 {o.customer}</p><p>供货人 {OWN['zh']}</p><h2 class=c>要 货 单</h2><p>{cn(o.signed)}　No.{o.po}</p>"  # noqa: E501
        f"<table>{body}<tr><th>名称<th>图号<th>数量<th>单位<th>单价<th>金额</tr></table>"
        f"<p>共计 ￥{o.total:,}　请于 {cn(o.due)} 前交货</p>"
    )


def boxes(o: Order) -> str:
    body = rows([
        [i.code, i.name, f"{i.qty // 5}", "5", f"{i.qty}", f"{i.price}", f"{i.amount:,}",
         f"{i.due:%Y/%m/%d}"]
        for i in o.items
    ])  # fmt: skip
    return (
        f"<h2 class=c>采 购 订 单</h2><p>购方：{o.customer}　　单号：{o.po}</p><p>销方：{OWN['zh']}　　日期：{o.signed}</p>"  # noqa: E501
        "<table><tr><th>料号<th>品名<th>箱数<th>每箱件数<th>总件数<th>单价<th>金额<th>交期</tr>"
        f"{body}</table><p class=r>合计金额：{o.total:,}　{capitals(o.total)}</p>"
    )


def upside_photo(o: Order) -> str:
    body = rows([
        [i.code, i.name, i.unit, f"{i.qty}", f"{i.price}", f"{i.amount}"] for i in o.items
    ])  # fmt: skip
    return (
        "<div style='transform:rotate(180deg);height:1000px'>"
        f"<h2 class=c>订 购 合 同</h2><p>合同编号：{o.po}</p><p>需方：{o.customer}</p><p>供方：{OWN['zh']}</p><p>签订日期："  # noqa: E501
        f"{o.signed}　交货日期：{o.due}</p><table><tr><th>产品编码<th>产品名称<th>单位<th>数量<th>单价<th>金额</tr>{body}"  # noqa: E501
        f"</table><p>合计金额：{o.total} 元</p></div>"
    )


def fields_message(o: Order) -> str:
    said = rows([["Our order", o.po], ["Buyer", o.customer], ["Order date", f"{o.signed:%d %b %Y}"],
                 ["Required at our dock", f"{o.due:%d %b %Y}"]])  # fmt: skip
    body = rows([
        [f"{i.name} ({i.code})", f"{i.qty:,} pcs", f"EUR {i.price:,}", f"EUR {i.amount:,}"]
        for i in o.items
    ])  # fmt: skip
    return (
        "From: buy@example.com\nTo: sell@example.com\nSubject: Order\nMIME-Version: 1.0\n"
        f"Content-Type: text/html; charset=utf-8\n\n<html><body><p>Dear team at {OWN['en']},</p><table>{said}</table>"  # noqa: E501
        f"<p>Goods:</p><table><tr><th>Description<th>Volume<th>Rate<th>Worth</tr>{body}</table>"
        f"<p>In all EUR {o.total:,}.</p></body></html>\n"
    )


def in_words(o: Order) -> str:
    def pieces(number: int) -> str:
        return capitals(number).removesuffix("元整")  # type: ignore[arg-type]  # whole

    body = rows([
        [i.name, i.code, f"{pieces(i.qty)}{i.unit}", f"{i.price}元", f"{i.amount:,}元"]
        for i in o.items
    ])  # fmt: skip
    return (
        f"<h2 class=c>购货契约</h2><p>买主：{o.customer}</p><p>卖主：{OWN['zh']}</p><p>契约号码：{o.po}，立于{cn(o.signed)}</p>"  # noqa: E501
        f"<table><tr><th>货名<th>货号<th>数量（大写）<th>单价<th>计价</tr>{body}</table><p>总计{capitals(o.total)}</p>"
        f"<p>卖主应于{cn(o.due)}将货交清。</p>"
    )


LAYOUTS: dict[str, Layout] = {
    "minutes": (minutes, "zh", True), "dotted": (dotted, "en", False),
    "two_digits": (two_digits, "en", True), "heads_below": (heads_below, "zh", False),
    "boxes": (boxes, "zh", True), "upside_photo": (upside_photo, "zh", False),
    "fields_message": (fields_message, "en", False), "in_words": (in_words, "zh", False),
}  # fmt: skip

if __name__ == "__main__":
    write(asked(__doc__), LAYOUTS, "further", HOUSE)
