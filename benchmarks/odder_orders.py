"""Write purchase orders in six more layouts, of other kinds than those of `odd_orders.py`.

    python benchmarks/odder_orders.py FOLDER
    seamline evaluate-reading FOLDER

Days as headings of columns, two tongues in every heading, columns without rulings and labels above
their values, commas for decimal points, a chat, a table carried over to a second page; four
documents each. They were written without a look at what the reader makes of them.
"""

from __future__ import annotations

from odd_orders import OWN, Layout, Order, asked, cn, rows, write


def days_across(o: Order) -> str:
    days = sorted({i.due for i in o.items})
    body = rows([
        [i.code, i.name, *(str(i.qty) if i.due == day else "" for day in days), i.unit,
         f"{i.price}", f"{i.amount:,}"]
        for i in o.items
    ])  # fmt: skip
    heads = "".join(f"<th>{day.month}月{day.day}日" for day in days)
    return (
        f"<h2 class=c>要货计划（{o.due.year}年度）</h2><p>要货单位：{o.customer}　计划号：{o.po}</p>"  # noqa: E501
        f"<p>供货方：{OWN['zh']}　编制：{cn(o.signed)}</p><table><tr><th rowspan=2>零件代号<th rowspan=2>"  # noqa: E501
        f"零件名<th colspan={len(days)}>到货日期及数量<th rowspan=2>单位<th rowspan=2>单价<th rowspan=2>总额"  # noqa: E501
        f"</tr><tr>{heads}</tr>{body}</table><p class=r>本次要货总金额 {o.total:,} 元</p>"
    )


def two_tongues(o: Order) -> str:
    def both(zh: str, en: str) -> str:
        return f"<th>{zh}<br><small>{en}</small>"

    body = rows([
        [str(n), f"{i.name}<br><small>{i.code}</small>", f"{i.qty:,} {i.unit}", f"{i.price:,}",
         f"{i.amount:,}"]
        for n, i in enumerate(o.items, 1)
    ])  # fmt: skip
    return (
        f"<h2 class=c>购货单<br><small>PURCHASE SHEET</small></h2><table class=h><tr><td>购货方<br><small>Buyer"  # noqa: E501
        f"</small><td>{o.customer}<td>购货单号<br><small>Sheet No.</small><td>{o.po}</tr><tr><td>销货方<br>"  # noqa: E501
        f"<small>Seller</small><td>{OWN['zh']}<td>开立日期<br><small>Issue date</small><td>{o.signed}</tr>"  # noqa: E501
        f"<tr><td>最迟到货<br><small>Latest arrival</small><td>{o.due}<td>币种<br><small>Currency</small><td>人民币"  # noqa: E501
        f"</tr></table><table><tr>{both('行', 'Ln')}{both('物品及编号', 'Article / code')}"
        f"{both('购货数', 'Qty')}{both('价', 'Price')}{both('金额', 'Value')}</tr>{body}</table>"
        f"<p class=r>金额合计 Total value: {o.total:,}</p>"
    )


def bare(o: Order) -> str:
    def cells(words: list[str]) -> str:
        return "<tr>" + "".join(f"<td class=b>{word}</td>" for word in words) + "</tr>"

    body = "".join(
        cells([i.name, i.code, f"{i.qty}", i.unit, f"{i.price}", f"{i.amount}", f"{i.due:%m-%d}"])
        for i in o.items
    )
    style = "<style>.b{border:0;padding:4px 9px}</style>"
    return (
        f"{style}<p class=r>{o.customer}</p><p class=r>物资供应处</p><h3>订货单</h3><table>"
        f"{cells(['编号', '致', '签发日', '交货年度'])}"
        f"{cells([o.po, OWN['zh'], o.signed.strftime('%Y/%m/%d'), str(o.due.year)])}</table><table>"
        f"{cells(['名目', '图号', '件数', '', '每件价', '合价', '交货'])}{body}"
        f"{cells(['', '', '', '', '总计', f'{o.total}', ''])}</table>"
    )


def decimal_commas(o: Order) -> str:
    def figure(value: object) -> str:
        return f"{value:,}".translate(str.maketrans(",.", ".,"))

    body = rows([
        [f"{n:03}", f"{i.code}<br>{i.name}", f"{figure(i.qty)} {i.unit}", figure(i.price),
         figure(i.amount)]
        for n, i in enumerate(o.items, 1)
    ])  # fmt: skip
    return (
        f"<p>{o.customer}</p><h2>Order confirmation request</h2><p>To {OWN['en']}</p><p>Our order<b> {o.po}</b>"  # noqa: E501
        f" of {o.signed:%d.%m.%Y}</p><p>Delivery latest: {o.due:%d.%m.%Y}, carriage paid</p><table><tr><th>Line"  # noqa: E501
        f"<th>Article<th>Ordered<th>Price EUR<th>Sum EUR</tr>{body}<tr><td colspan=4>Sum of order"
        f"<td>{figure(o.total)}</tr></table><p>Payment 30 days net.</p>"
    )


def chat(o: Order) -> str:
    said = "\n".join(
        f"采购-小周 {9 + n // 6:02}:{n * 7 % 60:02}\n{i.name} {i.code} 要{i.qty}{i.unit}，{i.price}一{i.unit}"  # noqa: E501
        for n, i in enumerate(o.items, 1)
    )
    return (
        f"—— {cn(o.signed)} ——\n采购-小周 09:01\n在吗？{o.customer}要下个单，单号{o.po}\n销售-老陈 09:02\n"  # noqa: E501
        f"在的，您说\n{said}\n采购-小周 10:40\n都要{o.due.month}月{o.due.day}号到我们厂，一共{o.total}元对吧\n"  # noqa: E501
        "销售-老陈 10:41\n对的，收到\n"
    )


def carried_over(o: Order) -> str:
    half = (len(o.items) + 1) // 2
    head = "<tr><th>序号<th>存货编码<th>存货名称<th>主计量<th>订购量<th>含税单价<th>价税合计<th>计划到货</tr>"  # noqa: E501

    def part(first: int, last: int) -> str:
        return rows([
            [str(n), i.code, i.name, i.unit, f"{i.qty}", f"{i.price}", f"{i.amount:,}",
             i.due.isoformat()]
            for n, i in enumerate(o.items[first:last], first + 1)
        ])  # fmt: skip

    carried = sum(i.amount for i in o.items[:half])
    return (
        f"<h2 class=c>采购订货单</h2><p>订货单位：{o.customer}　订货单编号：{o.po}</p><p>承制单位：{OWN['zh']}　"  # noqa: E501
        f"订货日期：{o.signed}</p><table>{head}{part(0, half)}<tr><td colspan=6>转下页<td>{carried:,}<td></tr>"  # noqa: E501
        f"</table><p style='page-break-before:always'>采购订货单（续）　{o.po}</p><table>{head}<tr><td colspan=6>"  # noqa: E501
        f"承上页<td>{carried:,}<td></tr>{part(half, len(o.items))}<tr><td colspan=6>总金额（含税）"
        f"<td>{o.total:,}<td></tr></table>"
    )


LAYOUTS: dict[str, Layout] = {
    "days_across": (days_across, "zh", True), "two_tongues": (two_tongues, "zh", False),
    "bare": (bare, "zh", True), "decimal_commas": (decimal_commas, "en", False),
    "chat": (chat, "zh", False), "carried_over": (carried_over, "zh", True),
}  # fmt: skip

if __name__ == "__main__":
    write(asked(__doc__), LAYOUTS, "odder")
