"""What every answer carries, failures, static files, health and figures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from seamline.settings import found
from seamline.ui import assets
from seamline.ui.app import create_app
from seamline.ui.measures import Requests
from seamline.usecases.desk import open_desk

from .conftest import Site

TEMPLATES = Path(assets.__file__).parent / "templates"


def test_the_content_policy_is_strict_and_the_pages_keep_to_it(as_, made) -> None:
    anna = as_("anna")
    for path in ("/", "/r/job", "/r/job/new", made(), "/find?q=x", "/r/part"):
        answer = anna.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(
            r"<style|\sstyle=|<script(?! (?:type=\"module\"|defer) src=)|\son\w+=", anna.text
        )
        assert not re.search(r'(?:src|href)="https?://', anna.text)


def test_headers_that_protect_a_page(site: Site) -> None:
    headers = site.get("/sign-in").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_a_page_that_is_not_there(as_) -> None:
    anna = as_("anna")
    assert anna.get("/nothing/here").status_code == 404
    assert "Not found" in anna.text
    assert 'href="/"' in anna.text


def test_too_much_at_once(tmp_path: Path) -> None:
    desk = open_desk(found(tmp_path, {"SEAMLINE_BODY_MEGABYTES": "1"}))
    site = Site(create_app(desk).test_client())
    site.get("/sign-in")
    answer = site.post("/sign-in", {"_csrf": site.token(), "login": "x" * 1_100_000})
    assert answer.status_code == 413
    assert "太大" in site.text
    desk.close()


def test_an_error_of_ours_tells_nothing_of_the_inside(desk, caplog) -> None:
    app = create_app(desk)

    @app.get("/breaks")
    def breaks() -> str:
        raise RuntimeError("secret inside")

    answer = app.test_client().get("/breaks", environ_overrides={"seamline.request_id": "abc123"})
    assert answer.status_code == 500
    text = answer.get_data(as_text=True)
    assert "secret inside" not in text
    assert "abc123" in text
    assert "secret inside" in caplog.text


def test_static_files_are_kept_for_ever_under_a_name_that_changes(site: Site) -> None:
    site.get("/sign-in")
    address = re.search(r'href="(/static/\w+/seam\.css)"', site.text)[1]
    answer = site.get(address, Accept_Encoding="gzip")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    assert site.get("/static/old/seam.css").headers["Cache-Control"] == "no-cache"
    for outside in ("../app.py", "..%2fapp.py", "nothing.css", "vendor"):
        assert site.get(f"/static/{assets.version()}/{outside}").status_code == 404


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    named = set()
    for path in (*TEMPLATES.rglob("*.html"), *TEMPLATES.parent.rglob("*.py")):
        named |= set(re.findall(r"icon\('([a-z0-9-]+)'", path.read_text(encoding="utf-8")))
    assert named
    assert named <= assets.icon_names()


def test_health(site: Site) -> None:
    answer = site.get("/healthz")
    assert answer.status_code == 200
    assert answer.json["ok"] is True
    assert {"version", "database", "catalog", "journal", "notes"} <= set(answer.json)


def test_figures_for_prometheus(desk, made) -> None:
    made()
    client = create_app(desk).test_client()
    client.get("/sign-in")
    client.get("/nothing")
    text = client.get("/metrics").get_data(as_text=True)
    for name in ("records", "journal_head", "outbox_waiting", "login_failures_total"):
        assert f"# HELP seamline_{name} " in text
    assert re.search(r'seamline_records\{form="job"\} [1-9]', text)
    assert 'seamline_requests_total{route="/sign-in",method="GET",status="200"} 1' in text
    assert 'seamline_requests_total{route="(none)",method="GET",status="404"} 1' in text
    assert 'seamline_request_seconds_bucket{route="/sign-in",le="+Inf"} 1' in text
    far = client.get("/metrics", environ_overrides={"REMOTE_ADDR": "203.0.113.5"})
    assert far.status_code == 403


@pytest.mark.parametrize(("seconds", "bucket"), [(0.001, 0), (0.005, 0), (0.3, 6), (60.0, 10)])
def test_a_duration_falls_into_its_bucket(seconds: float, bucket: int) -> None:
    requests = Requests()
    requests.add("/x", "GET", 200, seconds)
    counts = [int(line.rpartition(" ")[2]) for line in requests.lines() if "_bucket{" in line]
    assert counts == [0] * bucket + [1] * (len(counts) - bucket)


def test_a_part_of_a_page_that_cannot_be_had_is_told_beside_the_page(site, as_) -> None:
    assert site.get("/r/job", HX_Request="true").status_code == 401
    assert site.page.headers["HX-Refresh"] == "true"
    anna = as_("anna")
    answer = anna.get("/r/nothing", HX_Request="true")
    assert answer.status_code == 404
    assert answer.headers["HX-Retarget"] == "#toasts"
    assert answer.headers["HX-Push-Url"] == "false"
    assert anna.text.startswith('<div class="toast">')
