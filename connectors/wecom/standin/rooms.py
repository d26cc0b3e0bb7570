"""The pages of WeCom a browser is sent to: they ask who it is, and send it back with a code."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode

from seamline.standins.service import Answer, text_answer

from .company import AGENT, CORP, PEOPLE


def back(asked: Mapping[str, str], code: str) -> Answer:
    """Send the browser back to the product with a code."""
    joint = "&" if "?" in asked["redirect_uri"] else "?"
    query = urlencode({"code": code, "state": asked.get("state", "")})
    where = f"{asked['redirect_uri']}{joint}{query}"
    return Answer(302, headers={"Location": where})


def page(path: str, asked: Mapping[str, str]) -> Answer:
    """Show the members to choose from: it stands for the phone that is held before the code."""
    wanted = ("appid", "agentid", "redirect_uri", "state")
    missing = [name for name in wanted if not asked.get(name)]
    if missing or asked["appid"] != CORP or asked["agentid"] != str(AGENT):
        say = f"appid, agentid, redirect_uri, state? {', '.join(missing)}"
        return text_answer(f"<h1>参数错误</h1><p>{escape(say)}</p>", status=400, kind="text/html")
    rows = "".join(
        f'<li><a href="{escape(path)}?{escape(urlencode({**asked, "member": one.id}))}">'
        f"{escape(one.name)}</a></li>"
        for one in PEOPLE.values()
    )
    title = "企业微信扫码登录 · WeCom stand-in"
    head = (
        f'<!doctype html><html lang="zh"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title>"
    )
    return text_answer(f"{head}<h1>{title}</h1><ol>{rows}</ol>", kind="text/html")
