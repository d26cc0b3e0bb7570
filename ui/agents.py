"""What a browser says it is, in words a person knows: its name and where it runs."""

from __future__ import annotations

# The first word that is found counts: most browsers claim to be others besides.
_BROWSERS = (
    ("wxwork/", "WeCom"),
    ("MicroMessenger/", "WeChat"),
    ("DingTalk/", "DingTalk"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("HuaweiBrowser/", "Huawei Browser"),
    ("MiuiBrowser/", "Mi Browser"),
    ("QQBrowser/", "QQ Browser"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_IN_HAND = frozenset({"Android", "HarmonyOS", "iPhone", "iPad"})
_LONGEST = 60


def called(reported: str) -> str:
    """Return the name of a browser and its system, else what it said of itself."""
    words = [_first(_BROWSERS, reported), _first(_SYSTEMS, reported)]
    return " · ".join(word for word in words if word) or reported[:_LONGEST]


def in_hand(reported: str) -> bool:
    """Return whether it is a phone or a tablet."""
    return _first(_SYSTEMS, reported) in _IN_HAND


def _first(known: tuple[tuple[str, str], ...], reported: str) -> str:
    return next((name for mark, name in known if mark in reported), "")
