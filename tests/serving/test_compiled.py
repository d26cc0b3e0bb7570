"""Compiled pages: taken up by the next start, compiled again where they changed or broke."""

from __future__ import annotations

from flask import Flask

from seamline.ui import compiled
from seamline.ui.compiled import FOLDER, LateRule, Templates


def app_of(workspace):
    app = Flask(__name__, template_folder=str(workspace / "templates"))
    app.url_rule_class = LateRule
    app.jinja_options = {"bytecode_cache": Templates(workspace)}
    app.add_url_rule("/of/<name>", "of", lambda name: name)
    return app


def shown(workspace):
    app = app_of(workspace)
    with app.test_request_context():
        return app.jinja_env.get_template("one.html").render(name="x")


def test_a_template_is_compiled_once_and_again_when_it_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(compiled, "_KNOWN", {})
    (tmp_path / "templates").mkdir()
    page = tmp_path / "templates" / "one.html"
    page.write_text("hello {{ name }}")
    assert shown(tmp_path) == "hello x"
    (kept,) = (tmp_path / FOLDER).iterdir()
    assert len(compiled._KNOWN) == 1
    compiled._KNOWN.clear()  # another process
    assert shown(tmp_path) == "hello x"
    assert len(compiled._KNOWN) == 1
    page.write_text("goodbye {{ name }}")
    assert shown(tmp_path) == "goodbye x"
    compiled._KNOWN.clear()
    kept.write_bytes(b"broken")
    assert shown(tmp_path) == "goodbye x"


def test_addresses_are_built_by_routes_that_make_the_code_late(tmp_path):
    app = app_of(tmp_path)
    with app.test_request_context():
        for _ in range(2):
            assert app.url_for("of", name="a b") == "/of/a%20b"
            assert app.url_for("of", name="a", page=2) == "/of/a?page=2"
