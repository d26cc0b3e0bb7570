"""Words for sample records: names, companies, places and remarks of nobody in particular."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence

from seamline.text import Language

Words = Mapping[Language, Sequence[str]]


def _apart(words: str, sign: str = " ") -> Sequence[str]:
    return words.split(sign)


_FAMILY: Words = {
    "zh": _apart("王 李 张 刘 陈 杨 黄 赵 周 吴 徐 孙 朱 马 胡 郭 林 何 高 罗"),
    "en": _apart("Reed Walker Novak Stone Field Marsh Carver Holt Lane Becker Frost Hale"),
}
_GIVEN: Words = {
    "zh": _apart("伟 芳 娜 敏 静 丽 强 磊 洋 艳 勇 军 杰 娟 涛 明 超 秀英 建华 志强 晓燕 海燕"),
    "en": _apart("Anna Ben Clara David Emma Frank Grace Henry Ida Jonas Kate Leo Mara Nils"),
}
_TOWNS: Words = {
    "zh": _apart("苏州 无锡 常州 宁波 嘉兴 合肥 芜湖 武汉 十堰 重庆 柳州 广州 佛山 天津 青岛"),
    "en": _apart("Ashford Brookfield Carlton Dunmore Easton Fairview Glenwood Hartley Kirkby"),
}
_TRADES: Words = {
    "zh": _apart("机械 精密制造 汽车零部件 传动 紧固件 轴承 电气 实业 智能装备 金属制品"),
    "en": [
        "Machining",
        "Precision Works",
        "Drives",
        "Fasteners",
        "Bearings",
        "Electric",
        "Industries",
        "Metals",
    ],
}
_COINED: Words = {
    "zh": _apart("恒远 华盛 瑞丰 东方 鼎力 正泰合 宏达 新锐 博远 立信 凯达 联创 海川 天工"),
    "en": _apart("Alder Birch Cedar Delta Ember Falcon Granite Harbor Indigo Juniper"),
}
_ROADS: Words = {
    "zh": _apart("人民路 建设路 工业大道 创新路 科技路 长江路 滨河路 迎宾大道 振兴路"),
    "en": _apart("Mill Road,Station Street,Foundry Lane,Canal Way,Park Avenue,Harbour Street", ","),
}
_THINGS: Words = {
    "zh": _apart("支架 法兰 衬套 端盖 齿轮 连接轴 底座 卡箍 密封圈 垫片 螺栓 壳体 拨叉 滑块"),
    "en": _apart("Bracket,Flange,Bushing,End cap,Gear,Shaft,Base plate,Clamp,Seal", ","),
}
_REMARKS: Words = {
    "zh": _apart(
        "按图纸加工，首件送检。|包装防锈，注明批次。|客户要求分批送货。|与上次要求一致。|"
        "请在发货前电话确认。|样件已确认，可批量生产。",
        "|",
    ),
    "en": _apart(
        "Made to drawing, first piece inspected.|Pack against rust, mark the lot.|"
        "Deliver in two lots.|As last time.|Please call before shipping.|"
        "Sample approved, ready for series.",
        "|",
    ),
}


def person(language: Language, dice: random.Random) -> str:
    """Return the name of a person."""
    family, given = dice.choice(_FAMILY[language]), dice.choice(_GIVEN[language])
    return f"{family}{given}" if language == "zh" else f"{given} {family}"


def company(language: Language, dice: random.Random) -> str:
    """Return the name of a company."""
    coined, trade = dice.choice(_COINED[language]), dice.choice(_TRADES[language])
    if language == "zh":
        return f"{dice.choice(_TOWNS['zh'])}{coined}{trade}有限公司"
    return f"{coined} {trade} Ltd."


def address(language: Language, dice: random.Random) -> str:
    """Return an address."""
    town, road = dice.choice(_TOWNS[language]), dice.choice(_ROADS[language])
    number = dice.randint(1, 899)
    return f"{town}市{road}{number}号" if language == "zh" else f"{number} {road}, {town}"


def thing(language: Language, dice: random.Random) -> str:
    """Return what a part is called."""
    return f"{dice.choice(_THINGS[language])} {dice.choice('ABCDEFGH')}{dice.randint(10, 99)}"


def size(_language: Language, dice: random.Random) -> str:
    """Return a size."""
    return f"M{dice.choice((5, 6, 8, 10, 12, 16))}×{dice.choice((20, 25, 30, 40, 50, 60))}"


def remark(language: Language, dice: random.Random) -> str:
    """Return a remark."""
    return dice.choice(_REMARKS[language])


# What a label speaks of, the first that fits: by its Chinese words, and by its English ones.
_ABOUT: tuple[tuple[str, Callable[[Language, random.Random], str]], ...] = (
    (r"号$|编码|编号|凭据|批次|追踪| no$|number|\bcode\b|\bref", lambda _language, _dice: ""),
    (r"备注|说明|原因|描述|要求$|意见|remark|note|reason|comment|description|instruction", remark),
    (r"地址|住址|address|deliver to|ship to", address),
    (r"规格|型号|尺寸|spec|model|size|dimension", size),
    (
        r"联系人|负责人|姓名|经办|跟单|业务员|采购员|person|contact|buyer|clerk|owner|engineer",
        person,
    ),
    (r"公司|客户|供应商|单位名称|厂商|company|customer|vendor|supplier|maker", company),
    (r"品名|物料|产品|零件|名称|material|product|part|item|name|title|subject", thing),
)


def about(label: str, language: Language, dice: random.Random) -> str | None:
    """Return words that fit what a label speaks of, None where nothing is known of it."""
    low = label.lower()
    for words, make in _ABOUT:
        if re.search(words, low):
            return make(language, dice) or None
    return None
