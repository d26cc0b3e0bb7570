"""The story on a record's page: comments, following, what can come next, what belongs to it."""

from __future__ import annotations

import re

import pytest

from .conftest import Site


def commented(site: Site, address: str, text: str) -> None:
    site.get(address)
    site.post(f"{address}/comments", {"_csrf": site.token(), "text": text})


@pytest.mark.cap(116)
def test_a_comment_names_a_colleague_who_hears_of_it(as_, made) -> None:
    address = made()
    anna, rolf = as_("anna"), as_("rolf")
    commented(anna, address, "@Rolf please <b>look</b>")
    assert '<b class="at">@Rolf</b> please &lt;b&gt;look&lt;/b&gt;' in anna.text
    assert 'aria-pressed="true"' in anna.text  # who comments follows
    rolf.get("/notices")
    link = re.search(r'<a href="(/notices/\w+)">Anna mentions you', rolf.text)[1]
    rolf.page = rolf.client.get(link, follow_redirects=True)
    entry = re.search(r'<li id="e-(\d+)">(?:(?!</li>).)*please', rolf.text, re.S)
    assert entry
    assert f"{address}/comments/{entry[1]}/remove" not in rolf.text
    anna.get(address)
    anna.post(f"{address}/comments/{entry[1]}/remove", {"_csrf": anna.token()})
    assert "removed a comment" in anna.text
    assert "please" not in anna.text
    boss = as_("boss")
    boss.get(address)
    assert "@Rolf</b> please" in boss.text
    assert "removed</span>" in boss.text


def test_an_empty_comment_is_refused_on_the_page(as_, made) -> None:
    address = made()
    anna = as_("anna")
    anna.get(address)
    answer = anna.post(f"{address}/comments", {"_csrf": anna.token(), "text": " "})
    assert answer.status_code == 422
    assert "A comment has 1-4000 characters." in anna.text


def test_following_is_one_button(as_, made) -> None:
    address = made()
    rolf = as_("rolf")
    rolf.get(address)
    assert 'name="wanted" value="1" aria-pressed="false"' in rolf.text
    rolf.post(f"{address}/follow", {"_csrf": rolf.token(), "wanted": "1"})
    assert 'name="wanted" value="0" aria-pressed="true"' in rolf.text
    commented(as_("anna"), address, "news")
    rolf.get("/notices?kind=followed")
    assert "Anna commented on Job" in rolf.text
    rolf.get(address)
    rolf.post(f"{address}/follow", {"_csrf": rolf.token(), "wanted": "0"})
    assert "You no longer follow this record." in rolf.text


def test_suggestions_behind_an_at(as_, site, made) -> None:
    address = made()
    found = as_("anna").get(f"{address}/people?q=ro").json
    assert found == {"items": [{"id": "rolf", "name": "Rolf", "outside": False}]}
    assert site.get(f"{address}/people?q=ro").status_code == 302


def test_the_rail_says_who_and_what_comes_next(as_, made) -> None:
    address = made()
    anna = as_("anna")
    anna.get(address)
    now = re.search(r'<li class="now".*?</li>', anna.text, re.S)[0]
    assert "<small>Anna</small>" in now
    assert f'<a href="{address}/do/finish">Finish</a>' in anna.text


def test_what_refers_to_a_record_is_one_click_away(as_, made, desk) -> None:
    address = made()
    anna = as_("anna")
    anna.get("/r/part/P1/related")
    assert "Jobs that refer to it" in anna.text or "Job that refer to it" in anna.text
    assert anna.text.startswith("<!doctype html>")
    part = anna.get(f"{address}/related", **{"HX-Request": "true"})
    assert part.status_code == 200
    assert anna.text.lstrip().startswith('<div id="related"')
    assert '<a class="t mono" href="/r/part/' in anna.text
