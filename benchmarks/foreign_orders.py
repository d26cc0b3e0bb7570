"""Write purchase orders in twelve layouts more, none of a kind with those written before.

    python benchmarks/foreign_orders.py FOLDER
    seamline evaluate-reading FOLDER

A few terse lines, years of the Republic, days in a table of their own, items in groups with
subtotals, a letter in English, facts in a column at the side, lines between semicolons, blocks in
a square, figures with their units, amounts first, list prices with a discount, a photo; four
documents each. They were written and kept before the reader was ever tried on them.
"""

from __future__ import annotations

from decimal import Decimal

from odd_orders import House, Layout, Order, asked, cn, rows, write

HOUSE = House(
    {"zh": "荆州楚航精工机械有限公司", "tw": "荊州楚航精工機械有限公司",
     "en": "Jingzhou Chuhang Precision Works Co., Ltd."},
    {"zh": ["鞍山振宇冶金设备有限公司", "珠江船舶动力集团有限公司", "青藏路桥机械股份有限公司",
            "燕郊铸锻总厂"],
     "en": ["Ashdown Rail Components plc", "Kestrel Mining Equipment Pty Ltd", "Loring & Sons Inc.",
            "Vestfold Offshore AS"],
     "tw": ["光陽傳動股份有限公司", "新竹自動化機械有限公司"]},
    {"zh": ["曲柄", "飞轮", "滑块", "十字轴", "棘轮", "定位销", "护罩", "连接板"],
     "en": ["Crank", "Flywheel", "Slide block", "Cross shaft", "Ratchet", "Dowel pin"],
     "tw": ["曲柄", "飛輪", "滑塊", "十字軸", "棘輪"]},
)  # fmt: skip
OWN = HOUSE.own


def terse_chat(o: Order) -> str:
    lines = "\n".join(f"{i.name}{i.code}——{i.qty}{i.unit}@{i.price}" for i in o.items)
    return (
        f"{o.customer}订货\n编号{o.po}，{o.signed.isoformat()}\n{lines}\n"
        f"金额合{o.total}\n{o.due:%m/%d}前到，发老地址\n"
    )


def republic(o: Order) -> str:
    def day(one: object) -> str:
        year, month, date_ = str(one).split("-")
        return f"{int(year) - 1911}年{month}月{date_}日"

    body = rows([
        [i.code, i.name, f"{i.qty:,}", i.unit, f"{i.price}", f"{i.amount:,}"] for i in o.items
    ])  # fmt: skip
    return (
        f"<h2 class=c>{o.customer}</h2><h3 class=c>訂 購 單</h3><p>訂單編號：{o.po}　　訂購日期：民國{day(o.signed)}</p>"  # noqa: E501
        f"<p>供應廠商：{OWN['tw']}</p><p>交貨期限：民國{day(o.due)}</p><table><tr><th>產品編號<th>產品名稱<th>訂購數量"
        f"<th>單位<th>單價（含稅）<th>小計</tr>{body}</table><p class=r>總計金額：{o.total:,} 元整</p>"  # noqa: E501
    )


def own_schedule(o: Order) -> str:
    body = rows([
        [f"{n}", i.code, i.name, i.unit, f"{i.qty}", f"{i.price}", f"{i.amount:,}"]
        for n, i in enumerate(o.items, 1)
    ])  # fmt: skip
    plan = rows([
        [i.code, f"{i.qty}", i.due.isoformat(), "贵厂送货"] for i in o.items
    ])  # fmt: skip
    return (
        f"<h2 class=c>年度协议采购订单</h2><p>采购方：{o.customer}　订单号：{o.po}　订单日期：{o.signed}</p>"  # noqa: E501
        f"<p>供应方：{OWN['zh']}</p><p>一、标的</p><table><tr><th>序号<th>物料号<th>物料名称<th>单位<th>数量"
        f"<th>单价<th>金额</tr>{body}<tr><td colspan=6>合计<td>{o.total:,}</tr></table><p>二、交付计划</p><table>"  # noqa: E501
        f"<tr><th>物料号<th>数量<th>交付日期<th>方式</tr>{plan}</table>"
    )


def grouped(o: Order) -> str:
    half = (len(o.items) + 1) // 2
    parts = [(name, items) for name, items in
             (("一车间用", o.items[:half]), ("二车间用", o.items[half:])) if items]  # fmt: skip
    body = "".join(
        f"<tr><td colspan=6><b>{name}</b></tr>" + rows([
            [i.name, i.code, f"{i.qty} {i.unit}", f"{i.price}", f"{i.amount:,}", i.due.isoformat()]
            for i in items
        ]) + f"<tr><td colspan=4 class=r>小计<td>{sum(i.amount for i in items):,}<td></tr>"
        for name, items in parts
    )  # fmt: skip
    return (
        f"<h2 class=c>月度采购计划（代订单）</h2><table class=h><tr><td>需用单位<td>{o.customer}<td>计划编号<td>{o.po}"  # noqa: E501
        f"</tr><tr><td>承接单位<td>{OWN['zh']}<td>下达日期<td>{o.signed}</tr></table><table><tr><th>物资<th>编号"
        f"<th>计划量<th>协议价<th>金额<th>用料日期</tr>{body}<tr><td colspan=4>总计<td>{o.total:,}<td></tr></table>"  # noqa: E501
    )


def letter(o: Order) -> str:
    said = "; ".join(
        f"{i.qty:,} pieces of {i.name.lower()}, article {i.code}, at EUR {i.price:,} per piece, "
        f"amounting to EUR {i.amount:,}"
        for i in o.items
    )
    return (
        f"<p><b>{o.customer}</b></p><p class=r>{o.signed.day} {o.signed:%B %Y}</p><p>Messrs. {OWN['en']}</p>"  # noqa: E501
        f"<p>With reference to your offer of last week we are pleased to place with you our order no. {o.po} for "  # noqa: E501
        f"the following: {said}. The value of the order is thus EUR {o.total:,}, payable sixty days after receipt."  # noqa: E501
        f"</p><p>Delivery at our warehouse is expected on {o.due.day} {o.due:%B %Y} at the latest.</p>"  # noqa: E501
        "<p>Kindly return a signed copy of this letter.</p><p>Head of Purchasing</p>"
    )


def side(o: Order) -> str:
    facts = "".join(
        f"<p><small>{label}</small><br>{value}</p>"
        for label, value in (
            ("BUYER", o.customer), ("ORDER", o.po), ("PLACED", f"{o.signed:%d/%b/%Y}"),
            ("DELIVER BY", f"{o.due:%d/%b/%Y}"), ("SUPPLIER", OWN["en"]),
            ("ORDER TOTAL", f"USD {o.total:,}"),
        )
    )  # fmt: skip
    body = rows([
        [f"{i.name}<br><small>{i.code}</small>", f"{i.qty:,}", f"{i.price:,}", f"{i.amount:,}"]
        for i in o.items
    ])  # fmt: skip
    return (
        f"<table><tr><td style='width:30%;vertical-align:top;border:0'>{facts}</td><td style='vertical-align:top;"  # noqa: E501
        f"border:0'><h2>Purchase order</h2><table><tr><th>Product<th>Units<th>Unit price<th>Line amount</tr>"  # noqa: E501
        f"{body}</table></td></tr></table>"
    )


def semicolon_message(o: Order) -> str:
    lines = "\n".join(
        f"{n};{i.code};{i.name};{i.qty};{i.unit};{i.price};{i.amount};{i.due.isoformat()}"
        for n, i in enumerate(o.items, 1)
    )
    return (
        f"From: edi@example.com\nTo: orders@example.com\nSubject: 采购订单 {o.po}\n"
        f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"买方;{o.customer}\n卖方;{OWN['zh']}\n订单号;{o.po}\n订单日期;{o.signed}\n\n"
        f"行;料号;品名;数量;单位;单价;金额;交期\n{lines}\n\n总金额;{o.total}\n"
    )


def square(o: Order) -> str:
    def block(n: int) -> str:
        i = o.items[n]
        return (
            f"<td style='width:50%'>品　名：{i.name}<br>图　号：{i.code}<br>订　数：{i.qty} {i.unit}<br>单　价：{i.price} 元<br>"  # noqa: E501
            f"金　额：{i.amount:,} 元<br>交　期：{i.due.isoformat()}</td>"
        )

    lines = "".join(
        "<tr>" + "".join(block(n) for n in range(at, min(at + 2, len(o.items)))) + "</tr>"
        for at in range(0, len(o.items), 2)
    )
    return (
        f"<h2 class=c>订货卡</h2><p>订货厂家：{o.customer}</p><p>卡号：{o.po}　　订货日：{o.signed}</p><p>供货厂家："  # noqa: E501
        f"{OWN['zh']}</p><table>{lines}</table><p>以上共计 {o.total:,} 元</p>"
    )


def with_units(o: Order) -> str:
    body = rows([
        [f"{n}.", f"{i.code}（{i.name}）", f"{i.qty:,}{i.unit}", f"￥{i.price}/{i.unit}",
         f"￥{i.amount:,}元", f"{i.due.month}月{i.due.day}日"]
        for n, i in enumerate(o.items, 1)
    ])  # fmt: skip
    return (
        f"<p>文件号 {o.po}</p><h2 class=c>委托加工采购书</h2><p>委托单位：{o.customer}</p><p>受托单位：{OWN['zh']}</p>"  # noqa: E501
        f"<p>出具日期：{cn(o.signed)}</p><table><tr><th>#<th>加工件（品名）<th>数量（以实收为准）<th>单价（含税含运）"
        f"<th>价款（不得涂改）<th>交货（{o.due.year}年）</tr>{body}</table><p class=r>价款合计：￥{o.total:,}元</p>"  # noqa: E501
    )


def amounts_first(o: Order) -> str:
    body = rows([
        [f"{i.amount:,}", f"{i.price}", i.unit, f"{i.qty}", i.due.strftime("%Y.%m.%d"), i.name,
         i.code]
        for i in o.items
    ])  # fmt: skip
    return (
        f"<h3 class=r>订单 {o.po}</h3><p class=r>{o.signed.strftime('%Y.%m.%d')}</p><p>{o.customer}（订）</p><p>"  # noqa: E501
        f"{OWN['zh']}（供）</p><table><tr><th>金额<th>单价<th>计量单位<th>数量<th>交货日<th>名称<th>件号</tr>{body}"
        f"<tr><td>{o.total:,}<td colspan=6>以上合计</tr></table>"
    )


def discounted(o: Order) -> str:
    body = rows([
        [f"{n}", i.code, i.name, f"{i.qty:,}", f"{i.price / Decimal('0.8'):,.2f}", "20 %",
         f"{i.price:,}", f"{i.amount:,}", f"{i.due:%Y-%m-%d}"]
        for n, i in enumerate(o.items, 1)
    ])  # fmt: skip
    return (
        f"<table class=h><tr><td>Ordering company<br><b>{o.customer}</b><td>P.O.<br><b>{o.po}</b><td>P.O. date<br>"  # noqa: E501
        f"<b>{o.signed:%Y-%m-%d}</b></tr></table><p>Vendor: {OWN['en']}</p><table><tr><th>Ln<th>Part<th>Description"  # noqa: E501
        f"<th>Ordered<th>List<th>Less<th>Your price<th>Extended<th>Dock date</tr>{body}<tr><td colspan=7>Total"  # noqa: E501
        f"<td>{o.total:,}<td></tr></table>"
    )


def english_photo(o: Order) -> str:
    body = rows([
        [f"{n}", f"{i.name}", i.code, f"{i.qty:,}", f"{i.price:,}", f"{i.amount:,}"]
        for n, i in enumerate(o.items, 1)
    ])  # fmt: skip
    return (
        f"<h2>{o.customer}</h2><p>PURCHASE ORDER NUMBER: {o.po}</p><p>ORDER DATE: {o.signed:%d-%b-%Y}</p><p>TO: "  # noqa: E501
        f"{OWN['en']}</p><p>MUST BE RECEIVED BY: {o.due:%d-%b-%Y}</p><table><tr><th>Item<th>Material<th>Drawing"  # noqa: E501
        f"<th>Pieces<th>Rate<th>Amount</tr>{body}</table><p class=r>Total amount of order: {o.total:,}</p>"  # noqa: E501
    )


LAYOUTS: dict[str, Layout] = {
    "terse_chat": (terse_chat, "zh", False), "republic": (republic, "tw", False),
    "own_schedule": (own_schedule, "zh", True), "grouped": (grouped, "zh", True),
    "letter": (letter, "en", False), "side": (side, "en", False),
    "semicolon_message": (semicolon_message, "zh", True), "square": (square, "zh", True),
    "with_units": (with_units, "zh", True), "amounts_first": (amounts_first, "zh", True),
    "discounted": (discounted, "en", True), "english_photo": (english_photo, "en", False),
}  # fmt: skip

if __name__ == "__main__":
    write(asked(__doc__), LAYOUTS, "foreign", HOUSE)
