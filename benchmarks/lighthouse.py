"""Lighthouse over the list, form and record pages, as a phone and as a desk: scores by category.

Needs Node.js with npx (the npm package lighthouse 12 is fetched into npm's own cache) and Chromium.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from record_page import record_of
from seamline.ui.surge.course import FORM
from stand import asked, stand, table
from w5_start import Browser

PACKAGE = "lighthouse@12"
CATEGORIES = {"performance": 95, "accessibility": 100, "best-practices": 100}
SIZES = {"phone": (), "desk": ("--preset=desktop",)}
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
SECONDS = 180


def main() -> None:
    """Make a workspace with one order, serve it, and look at its pages; exit 1 below a bar."""
    wanted = asked(__doc__, rows=0)
    rows, low = [], False
    with stand(wanted.database) as bench:
        record = record_of(bench)
        with bench.served() as server, tempfile.TemporaryDirectory() as folder:
            browser = Browser(server.port)
            browser.sign_in(bench.started.login, bench.started.password)
            headers = Path(folder) / "headers.json"
            headers.write_text(json.dumps({"Cookie": browser.cookie}), encoding="utf-8")
            for path in (f"/r/{FORM}", f"/r/{FORM}/new", record):
                for size, preset in SIZES.items():
                    report = look(f"http://127.0.0.1:{server.port}{path}", headers, preset)
                    scores = [
                        round(100 * report["categories"][name]["score"]) for name in CATEGORIES
                    ]
                    low = low or any(
                        score < least
                        for score, least in zip(scores, CATEGORIES.values(), strict=True)
                    )
                    rows.append([path, size, *map(str, scores)])
    table(["page", "as", *CATEGORIES], rows)
    raise SystemExit(1 if low else 0)


def look(address: str, headers: Path, preset: tuple[str, ...]) -> Any:
    """Return what Lighthouse says of one page."""
    out = headers.with_name("report.json")
    command = [
        shutil.which("npx") or "npx", "--yes", PACKAGE, address, f"--extra-headers={headers}",
        f"--only-categories={','.join(CATEGORIES)}", "--output=json", f"--output-path={out}",
        f"--chrome-flags={FLAGS}", "--quiet", *preset,
    ]  # fmt: skip
    subprocess.run(command, check=True, timeout=SECONDS, capture_output=True)
    return json.loads(out.read_text("utf-8"))


if __name__ == "__main__":
    main()
