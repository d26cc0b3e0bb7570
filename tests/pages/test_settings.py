"""Settings of one's own go along to every device, and muted notices stay away."""

from __future__ import annotations

from seamline.usecases import preferences
from seamline.usecases.notices import KINDS

KIND = sorted(KINDS)[0]


def test_what_one_sets_is_there_on_the_next_device(as_, desk):
    site = as_("anna")
    page = site.get("/account/settings").get_data(as_text=True)
    assert page.count('type="checkbox" name="notices"') == len(KINDS)
    wished = [kind for kind in KINDS if kind != KIND]
    data = {"_csrf": site.token(), "language": "zh", "theme": "dark", "notices": wished}
    page = site.post("/account/settings", data).get_data(as_text=True)
    assert "设置已保存" in page
    other = as_("anna")
    page = other.get("/").get_data(as_text=True)
    assert 'lang="zh-CN"' in page and "dark.css" in page and "prefers-color-scheme" not in page
    assert preferences.of(desk, "anna").muted == {KIND}
    back = other.get("/account/settings").get_data(as_text=True)
    assert f'value="{KIND}"' in back and f'value="{KIND}" checked' not in back
    assert 'lang="en"' in as_("rolf").get("/").get_data(as_text=True)


def test_words_that_are_no_choice_are_not_kept(as_, desk):
    site = as_("rolf")
    site.get("/account/settings")
    data = {"_csrf": site.token(), "language": "xx", "theme": "pink", "notices": ["nothing"]}
    assert site.post("/account/settings", data).status_code == 200
    kept = preferences.of(desk, "rolf")
    assert (kept.language, kept.theme) == ("", "") and kept.muted == set(KINDS)
