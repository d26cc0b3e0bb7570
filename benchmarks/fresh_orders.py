"""Write purchase orders in twelve layouts of other kinds again, with what they say.

    python benchmarks/fresh_orders.py FOLDER
    seamline evaluate-reading FOLDER

A contract in clauses, labels below their values, Traditional Chinese, Japanese, an amended order,
two currencies, several lines in a cell, a printout in columns, a formatted message over an older
one, items side by side, a table without lines, a stamped picture; four documents each. They were
written and kept before the reader was ever tried on them.
"""

from __future__ import annotations

from decimal import Decimal

from odd_orders import House, Layout, Order, asked, capitals, cn, rows, write

HOUSE = House(
    {"zh": "苏杭明锐传动件有限公司", "tw": "蘇杭明銳傳動件有限公司",
     "en": "Suhang Mingrui Drive Parts Co., Ltd."},
    {"zh": ["北川起重设备制造有限公司", "金陵恒旭泵阀集团有限公司", "长乐海工装备股份有限公司",
            "太行煤机修配厂"],
     "en": ["Pinecrest Forklifts Inc.", "Calder Valley Hydraulics Limited", "Nordhaven Winch AB",
            "Redstone Crushers LLC"],
     "tw": ["永豐精密機械股份有限公司", "台達輪機工業有限公司"],
     "ja": ["株式会社東雲製作所", "北浜機械工業株式会社"]},
    {"zh": ["行星架", "制动鼓", "蜗杆", "转向节", "油封座", "支撑板", "半轴", "销轴"],
     "en": ["Planet carrier", "Brake drum", "Worm shaft", "Knuckle", "Seal housing", "Axle stub"],
     "tw": ["行星架", "制動鼓", "蝸桿", "轉向節", "油封座"],
     "ja": ["ブラケット", "シャフト", "カラー", "ギヤケース", "スペーサー"]},
)  # fmt: skip
OWN = HOUSE.own


def clauses(o: Order) -> str:
    said = "".join(
        f"<p>（{n}）{i.name}，图样代号{i.code}，共{i.qty}{i.unit}，每{i.unit}含税价为{i.price}元，"
        f"该项价款{i.amount:,}元；</p>"
        for n, i in enumerate(o.items, 1)
    )
    return (
        f"<h2 class=c>零部件采购合同</h2><p class=r>合同编号：{o.po}<br>签约时间：{cn(o.signed)}</p>"  # noqa: E501
        f"<p>定作方（以下称甲方）：{o.customer}</p><p>承揽方（以下称乙方）：{OWN['zh']}</p>"
        f"<p><b>第一条</b>　甲方向乙方订购下列零部件：</p>{said}<p><b>第二条</b>　本合同价款总计人民币"  # noqa: E501
        f"{capitals(o.total)}（￥{o.total:,}），含增值税百分之十三，预付百分之三十。</p><p><b>第三条</b>　乙方应在"  # noqa: E501
        f"{cn(o.due)}前将全部货物交至甲方仓库，每延迟一日按未交货物价款的千分之五支付违约金。</p>"
        "<p><b>第四条</b>　质保期为十二个月，自验收合格之日起计算。</p>"
    )  # fmt: skip


def below(o: Order) -> str:
    def cell(value: str, label: str) -> str:
        return f"<td style='border:0;width:33%'>{value}<hr style='margin:0'><small>{label}</small></td>"  # noqa: E501

    body = rows([
        [i.code, i.name, f"{i.qty}", i.unit, f"{i.price}", f"{i.amount:,}"] for i in o.items
    ])  # fmt: skip
    return (
        f"<h2 class=c>外协订货通知单</h2><table><tr>{cell(o.customer, '订货单位')}{cell(o.po, '通知单编号')}"  # noqa: E501
        f"{cell(o.signed.isoformat(), '填写日期')}</tr><tr>{cell(OWN['zh'], '承制单位')}"
        f"{cell(o.due.isoformat(), '最后交付日期')}{cell('陈工 0512-6688', '联系人及电话')}</tr></table>"  # noqa: E501
        f"<table><tr><th>代号<th>名称<th>订数<th>单位<th>每只价（元）<th>价款（元）</tr>{body}</table>"
        f"<table><tr>{cell(f'{o.total:,}', '总价款（元）')}{cell('月结60天', '付款方式')}"
        f"{cell('', '批准')}</tr></table>"
    )  # fmt: skip


def taiwan(o: Order) -> str:
    body = rows([
        [f"{n}", i.code, i.name, i.unit, f"{i.qty:,}", f"{i.price}", f"{i.amount:,}",
         i.due.strftime("%Y/%m/%d")]
        for n, i in enumerate(o.items, 1)
    ])  # fmt: skip
    return (
        f"<h2 class=c>{o.customer}</h2><h3 class=c>採 購 單</h3><table class=h><tr><td>採購單號<td>{o.po}"  # noqa: E501
        f"<td>採購日期<td>{o.signed.strftime('%Y/%m/%d')}</tr><tr><td>廠商名稱<td>{OWN['tw']}<td>付款條件"
        f"<td>月結九十天</tr></table><table><tr><th>項次<th>料號<th>品名規格<th>單位<th>採購數量<th>單價<th>金額"
        f"<th>預定交貨日</tr>{body}</table><p class=r>合計：{o.total:,}</p><p>請於收到後二日內簽回，"  # noqa: E501
        "未經同意不得變更數量及交期。</p>"
    )


def chumon(o: Order) -> str:
    body = rows([
        [f"{n}", i.code, i.name, f"{i.qty:,}", "個", f"{i.price:,}", f"{i.amount:,}"]
        for n, i in enumerate(o.items, 1)
    ])  # fmt: skip
    return (
        f"<h2 class=c>注 文 書</h2><p>{OWN['en']} 御中</p><p class=r>注文番号：{o.po}<br>発行日：{cn(o.signed)}<br>"  # noqa: E501
        f"{o.customer}<br>資材部 購買課</p><p>下記の通り注文いたします。</p><table class=h><tr><td>納期<td>"  # noqa: E501
        f"{cn(o.due)}<td>支払条件<td>月末締め翌月末払い</tr><tr><td>合計金額<td colspan=3>￥{o.total:,}</tr></table>"  # noqa: E501
        f"<table><tr><th>No.<th>品番<th>品名<th>数量<th>単位<th>単価<th>金額</tr>{body}</table>"
    )


def amended(o: Order) -> str:
    body = rows([
        [i.code, i.name, f"{i.qty + 50}", f"{i.qty}", i.unit, f"{i.price}", f"{i.amount:,}",
         i.due.isoformat()]
        for i in o.items
    ])  # fmt: skip
    return (
        f"<h2 class=c>订单变更通知</h2><p>通知方：{o.customer}</p><p>致：{OWN['zh']}</p><p>日期：{o.signed}</p>"  # noqa: E501
        f"<p>我司 {o.po} 号订单因计划调整，数量作如下变更，其余条款不变，以本通知为准：</p><table><tr>"  # noqa: E501
        "<th>零件图号<th>零件名称<th>原订数量<th>现订数量<th>单位<th>含税单价<th>变更后金额<th>要求交期</tr>"
        f"{body}</table><p>变更后订单总额：{o.total:,} 元</p><p>请盖章回传确认。</p>"
    )


def currencies(o: Order) -> str:
    rate = Decimal("0.92")
    body = rows([
        [f"{n}", f"{i.name}<br>{i.code}", f"{i.qty:,}", f"{i.price:,}", f"{i.amount:,}",
         f"{i.amount * rate:,.2f}"]
        for n, i in enumerate(o.items, 1)
    ])  # fmt: skip
    return (
        f"<table class=h><tr><td colspan=2><b>{o.customer}</b><br>Group Purchasing<td><b>PURCHASE ORDER</b><br>"  # noqa: E501
        f"{o.po}<td>Page 1 of 1<br>{o.signed:%d %B %Y}</tr><tr><td>Supplier<td>{OWN['en']}<td>Goods to arrive by"  # noqa: E501
        f"<td>{o.due:%d %B %Y}</tr></table><table><tr><th>Line<th>Goods<th>Number<th>USD each<th>USD total"  # noqa: E501
        f"<th>EUR total*</tr>{body}<tr><td colspan=4>Order total<td>{o.total:,}<td>{o.total * rate:,.2f}</tr>"  # noqa: E501
        "</table><p><small>* for information only, at 0.92 EUR per USD. Invoices in USD.</small></p>"  # noqa: E501
    )


def several_lines(o: Order) -> str:
    body = rows([
        [f"{i.name}<br>代码 {i.code}<br>表面发黑", f"{i.qty} {i.unit}<br>× {i.price} 元",
         f"{i.amount:,} 元<br>{i.due.isoformat()} 到"]
        for i in o.items
    ])  # fmt: skip
    return (
        f"<h3>{o.customer} 物资部</h3><p>请购转采购 <b>{o.po}</b>　{o.signed.isoformat()} 发出</p><p>供货商 {OWN['zh']}</p>"  # noqa: E501
        f"<table><tr><th>买什么<th>多少、什么价<th>合多少钱、何时到</tr>{body}</table><p class=r>一共 {o.total:,} 元（含税运）</p>"  # noqa: E501
    )


def printout_chat(o: Order) -> str:
    def left(text: str, wide: int) -> str:
        return f"{text[:wide]:<{wide}}"

    lines = "\n".join(
        f" {n * 10:04}  {left(i.code, 16)}{i.qty:>9,.0f} EA {i.price:>12,.4f} {i.amount:>14,.2f}  "
        f"{i.due:%m/%d/%Y}\n       {i.name}"
        for n, i in enumerate(o.items, 1)
    )
    return (
        f"{o.customer.upper():<50}RPT PUR-401  PG 1\n\n* * *  P U R C H A S E   O R D E R  * * *\n\n"  # noqa: E501
        f"PO NBR.....: {o.po:<20}VENDOR NBR..: 40917\nPO DATE....: {o.signed:%m/%d/%Y}          VENDOR NAME.: "  # noqa: E501
        f"{OWN['en']}\nBUYER......: {o.customer}\nTERMS......: NET 45\n\n"
        " LINE  ITEM NBR           ORD QTY UM       UNIT COST       EXT COST  DUE DATE\n"
        f" ----  --------------- ---------- -- ------------ --------------  ----------\n{lines}\n"
        f"{'':39}PO TOTAL: {o.total:>14,.2f}\n\n*** END OF ORDER ***\n"
    )


def html_message(o: Order) -> str:
    table = rows([
        [i.name, i.code, f"{i.qty}{i.unit}", f"{i.price}", f"{i.amount}", f"{i.due:%m月%d日}"]
        for i in o.items
    ])  # fmt: skip
    old = o.items[0]
    return (
        "From: caigou@example.com\nTo: xiaoshou@example.com\nSubject: =?utf-8?q?Re=3A_=E8=AE=A2=E5=8D=95?=\n"  # noqa: E501
        f"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<html><body><p>刘经理：</p><p>新的一批请按下表安排，"  # noqa: E501
        f"订单号<b>{o.po}</b>，合计{o.total}元。</p><table border=1><tr><th>品名<th>图号<th>数量<th>单价(元)<th>金额(元)"  # noqa: E501
        f"<th>到货</tr>{table}</table><p>谢谢<br>{o.customer}<br>采购部 吴<br>{cn(o.signed)}</p><blockquote>"  # noqa: E501
        f"<p>-----原始邮件-----</p><p>上次订单 OLD-{o.po[-4:]} 的{old.name}{old.qty + 30}{old.unit}已发货，单价{old.price}元，"  # noqa: E501
        "请查收。</p></blockquote></body></html>\n"
    )  # fmt: skip


def across(o: Order) -> str:
    def line(label: str, said: list[str]) -> list[str]:
        return [f"<b>{label}</b>", *said]

    body = rows([
        line("", [f"Item {n}" for n in range(1, len(o.items) + 1)]),
        line("What", [i.name for i in o.items]), line("Our part no.", [i.code for i in o.items]),
        line("How many", [f"{i.qty:,} pcs" for i in o.items]),
        line("Price per piece", [f"${i.price:,}" for i in o.items]),
        line("Line value", [f"${i.amount:,}" for i in o.items]),
        line("Needed on", [i.due.strftime("%d %b %Y") for i in o.items]),
    ])  # fmt: skip
    return (
        f"<h2>Order {o.po}</h2><p>{o.signed:%d %b %Y}</p><p>From: {o.customer}<br>For: {OWN['en']}</p>"  # noqa: E501
        f"<table>{body}</table><p>Value of this order: ${o.total:,}</p>"
    )


def unruled(o: Order) -> str:
    style = "<style>.n td,.n th{border:0;padding:2px 18px 2px 0;text-align:left}</style>"
    body = rows([
        [f"{i.qty:,}", i.code, i.name, f"{i.price:,}", f"{i.amount:,}"] for i in o.items
    ])  # fmt: skip
    return (
        f"{style}<p class=r>{o.customer}<br>14 Mill Lane<br>{o.signed:%B} {o.signed.day}, {o.signed.year}</p>"  # noqa: E501
        f"<p>{OWN['en']}<br>Export Sales</p><p><b>Re: Our purchase order {o.po}</b></p><p>Dear Sirs,</p>"  # noqa: E501
        "<p>Please supply the following against the above order, prices in US dollars delivered duty paid:</p>"  # noqa: E501
        f"<table class=n><tr><th>Quantity<th>Your reference<th>Goods<th>Unit rate<th>Extension</tr>{body}"  # noqa: E501
        f"<tr><td><td><td><td><b>Sum</b><td><b>{o.total:,}</b></tr></table><p>The consignment has to reach our works "  # noqa: E501
        f"not later than {o.due:%B} {o.due.day}, {o.due.year}. Please acknowledge within five days.</p>"  # noqa: E501
        "<p>Yours faithfully,<br>J. Morley<br>Purchasing Officer</p>"
    )


def stamped_photo(o: Order) -> str:
    stamp = (
        "<svg style='position:absolute;left:430px;top:150px' width=150 height=150><g fill=none stroke='#d22' "  # noqa: E501
        "transform='rotate(-14 75 75)'><circle cx=75 cy=75 r=66 stroke-width=4 /><text x=22 y=80 fill='#d22' "  # noqa: E501
        "stroke=none font-size=20>合同专用章</text></g></svg>"
    )
    body = rows([
        [i.name, i.code, f"{i.qty}", i.unit, f"{i.price}", f"{i.amount}"] for i in o.items
    ])  # fmt: skip
    return (
        f"{stamp}<h2 class=c>购货确认单</h2><p>购货人：{o.customer}</p><p>确认单编号：{o.po}　　开立：{cn(o.signed)}</p>"  # noqa: E501
        f"<p>销货人：{OWN['zh']}</p><p>限 {cn(o.due)} 前送达</p><table><tr><th>货物<th>图号<th>件数<th>单位"  # noqa: E501
        f"<th>单位价格<th>货款</tr>{body}</table><p>货款共计（大写）：{capitals(o.total)}　￥{o.total}</p>"  # noqa: E501
        "<p>经办：<i>王志远</i></p>"
    )  # fmt: skip


LAYOUTS: dict[str, Layout] = {
    "clauses": (clauses, "zh", False), "below": (below, "zh", False),
    "taiwan": (taiwan, "tw", True), "chumon": (chumon, "ja", False),
    "amended": (amended, "zh", True), "currencies": (currencies, "en", False),
    "several_lines": (several_lines, "zh", True), "printout_chat": (printout_chat, "en", True),
    "html_message": (html_message, "zh", True), "across": (across, "en", True),
    "unruled": (unruled, "en", False), "stamped_photo": (stamped_photo, "zh", False),
}  # fmt: skip

if __name__ == "__main__":
    write(asked(__doc__), LAYOUTS, "fresh", HOUSE)
