"""W5: seconds from start to the first page, memory when idle, bytes of the first list page.

The product's modules are compiled before, as an installation has them, and the workspace has been
served once: so what is measured is the start of every day but the first.
"""

from __future__ import annotations

import gzip
import http.client
import re
import time
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from seamline.ui.surge.course import FORM
from seamline.ui.surge.process import Server, memory_bytes
from stand import asked, load, shown, stand, table

ASSET = re.compile(r'(?:src|href)="([^"#]+\.(?:css|js|svg|png|woff2|webmanifest))(?:[?#][^"]*)?"')
TOKEN = re.compile(r'name="_csrf"[^>]*value="([^"]+)"')
LIST_PAGE = f"/r/{FORM}"
IDLE = 3.0  # seconds of rest before memory is read
MEGABYTE = 1024 * 1024


def main() -> None:
    """Start the server round by round; print medians, then what the first list page weighs."""
    wanted = asked(__doc__, rows=1_000)
    starts: list[tuple[float, float, float]] = []
    with stand(wanted.database) as bench:
        load(bench, wanted.rows)
        home = bench.started.settings.workspace
        modules = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(home / "modules")}
        server = Server(home, bench.environment | modules)
        server.start()
        Browser(server.port).get("/sign-in")
        server.stop()
        for _ in range(wanted.rounds):
            begun = time.perf_counter()
            server.start()
            try:
                listening = time.perf_counter() - begun
                Browser(server.port).get("/sign-in")
                page = time.perf_counter() - begun
                time.sleep(IDLE)
                starts.append((listening, page, (memory_bytes(server.pid) or 0) / MEGABYTE))
                browser = Browser(server.port)
                browser.sign_in(bench.started.login, bench.started.password)
                weights = browser.weigh(LIST_PAGE)
            finally:
                server.stop()
    listening, page, memory = zip(*starts, strict=True)
    table(
        ["start to listening s", "start to first page s", "idle memory (PSS) MB"],
        [[shown(listening, 2), shown(page, 2), shown(memory)]],
    )
    print()
    table(
        ["first list page, cold cache", "kB on the wire"],
        [
            *([path, f"{size / 1000:.1f}"] for path, size in weights.items()),
            ["all", f"{sum(weights.values()) / 1000:.1f}"],
        ],
    )


class Browser:
    """Just enough of a browser: a cookie, a redirect, the assets a page names."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._cookies: dict[str, str] = {}
        self._received = 0

    def beside(self) -> Browser:
        """Return another one of the same person, over a connection of its own."""
        other = Browser(self._port)
        other._cookies = dict(self._cookies)
        return other

    def get(self, path: str, method: str = "GET", body: str | None = None) -> str:
        """Return the text of a page, redirects followed."""
        headers = {
            "Accept-Encoding": "gzip",
            "Accept-Language": "en",
            "Cookie": self.cookie,
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        raw = answer.read()
        # The body as it came and the header lines as they were written.
        self._received = len(raw) + sum(len(n) + len(v) + 4 for n, v in answer.getheaders())
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self._cookies |= {key: one.value for key, one in SimpleCookie(value).items()}
        if answer.status in (302, 303):
            return self.get(urlsplit(answer.getheader("Location") or "/").path)
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status}")
        packed = answer.getheader("Content-Encoding") == "gzip"
        return (gzip.decompress(raw) if packed else raw).decode(errors="replace")

    @property
    def cookie(self) -> str:
        """What the browser sends of itself."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def ask(self, path: str) -> int:
        """Return the status of an answer that has nothing to show."""
        self._connection.request("GET", path, headers={"Cookie": self.cookie})
        answer = self._connection.getresponse()
        answer.read()
        return answer.status

    def sign_in(self, login: str, password: str) -> None:
        """Pass the sign-in page."""
        found = TOKEN.search(self.get("/sign-in"))
        token = found[1] if found else ""
        words = urlencode({"login": login, "password": password, "_csrf": token})
        self.get("/sign-in", "POST", words)

    def weigh(self, path: str) -> dict[str, int]:
        """Return the bytes on the wire of a page and of each asset it names."""
        page = self.get(path)
        weights = {path: self._received}
        for asset in dict.fromkeys(urljoin(path, name) for name in ASSET.findall(page)):
            self.get(asset)
            weights[asset] = self._received
        return weights


if __name__ == "__main__":
    main()
