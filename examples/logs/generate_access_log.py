"""Generates the access log of a web server in the combined log format.

Visits of people with their pages and assets, API clients, health checks and a polite crawler, and
labelled attacks: `vulnerability-scan`, `sql-injection`, `path-traversal`, `credential-stuffing`,
`crawler-burst`, and `server-error-burst`, which is no attack but should be seen as well.
Addresses are private or reserved for documentation (RFC 5737).
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

from log_generator import NORMAL, Episode, Event, run

SITE = "https://shop.example.com"
BROWSERS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
]  # fmt: skip
ASSETS = ["/static/app.css", "/static/app.js", "/static/logo.svg", "/static/fonts/text.woff2"]
WORDS = ["lamp", "desk", "chair", "shelf", "clock", "vase", "rug", "mirror"]
SCANNED = [
    "/.env", "/.git/config", "/wp-login.php", "/wp-admin/setup-config.php", "/phpmyadmin/index.php",
    "/admin.php", "/config.json", "/backup.zip", "/server-status", "/actuator/env", "/cgi-bin/test.cgi",
    "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", "/solr/admin/info/system", "/HNAP1/",
    "/owa/auth/logon.aspx", "/.aws/credentials", "/telescope/requests", "/boaform/admin/formLogin",
]  # fmt: skip
INJECTIONS = [
    "' OR '1'='1' -- ", "1; DROP TABLE users", "1 UNION SELECT username, password FROM users",
    "' AND SLEEP(5) -- ", "\") OR 1=1#", "1' ORDER BY 12 -- ", "'; EXEC xp_cmdshell('whoami'); -- ",
]  # fmt: skip
TRAVERSALS = [
    "/static/../../../../etc/passwd", "/static/..%2f..%2f..%2fetc%2fshadow",
    "/download?file=../../../../etc/passwd", "/download?file=%2e%2e%2f%2e%2e%2fproc%2fself%2fenviron",
    "/images/....//....//etc/hosts", "/download?file=..%252f..%252fboot.ini",
]  # fmt: skip


class AccessScenario:
    """Working days of a small web shop."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._attacks: list[Callable[[float], Episode]] = []

    def next_normal(self, at: float, now: datetime) -> tuple[float, Episode]:
        rng = self._rng
        visits = 40.0 if 7 <= now.hour < 23 else 6.0
        rates = {self._visit: visits, self._api_client: 8.0, self._health: 30.0, self._crawler: 1.0}
        start = at + rng.expovariate(sum(rates.values()) / 3600)
        return start, rng.choices([*rates], [*rates.values()])[0](start)

    def next_attack(self, at: float, now: datetime) -> Episode:
        # Every kind has its turn before one comes again.
        if not self._attacks:
            self._attacks = [
                self._vulnerability_scan, self._sql_injection, self._path_traversal,
                self._credential_stuffing, self._crawler_burst, self._server_error_burst,
            ]  # fmt: skip
            self._rng.shuffle(self._attacks)
        return self._attacks.pop()(at)

    # Everyday life

    def _visit(self, at: float) -> Episode:
        rng = self._rng
        address, browser = self._visitor(), rng.choice(BROWSERS)
        referrer = rng.choice(["-", "-", "https://www.example.org/search", f"{SITE}/"])
        fresh = rng.random() < 0.7
        user = "-"
        for step in range(rng.randint(1, 7)):
            path = self._page(step)
            missing = rng.random() < 0.01
            yield self._line(
                at,
                address,
                "GET",
                path,
                404 if missing else 200,
                self._size(9000),
                referrer,
                browser,
                user=user,
            )
            if step == 0:
                for asset in ASSETS:
                    status, size = (200, self._size(20_000)) if fresh else (304, 0)
                    yield self._line(
                        at + rng.uniform(0.1, 0.6),
                        address,
                        "GET",
                        asset,
                        status,
                        size,
                        SITE + path,
                        browser,
                    )
                at += 0.6
            referrer = SITE + path
            at += rng.lognormvariate(2.8, 0.8)
            if step == 2 and rng.random() < 0.3:
                user = f"customer{rng.randint(100, 999)}"
                if rng.random() < 0.1:
                    yield self._line(at, address, "POST", "/login", 401, 310, referrer, browser)
                    at += rng.uniform(4, 12)
                yield self._line(
                    at, address, "POST", "/login", 302, 0, referrer, browser, user=user
                )
                at += 0.4

    def _api_client(self, at: float) -> Episode:
        rng = self._rng
        address = f"10.30.0.{rng.randint(10, 14)}"
        for _ in range(rng.randint(1, 3)):
            method, path, status = rng.choice([
                ("GET", f"/api/v1/products?page={rng.randint(1, 30)}", 200),
                ("GET", f"/api/v1/orders/{rng.randint(1000, 9999)}", 200),
                ("POST", "/api/v1/orders", 201),
            ])  # fmt: skip
            yield self._line(
                at, address, method, path, status, self._size(1800), "-", "shop-client/2.4"
            )
            at += rng.uniform(0.2, 2)

    def _health(self, at: float) -> Episode:
        yield self._line(at, "10.30.0.2", "GET", "/healthz", 200, 2, "-", "kube-probe/1.31")

    def _crawler(self, at: float) -> Episode:
        rng = self._rng
        address, agent = "192.0.2.77", "ExampleBot/1.0 (+https://www.example.org/bot)"
        yield self._line(at, address, "GET", "/robots.txt", 200, 120, "-", agent)
        for step in range(rng.randint(2, 6)):
            at += rng.uniform(10, 40)
            yield self._line(
                at, address, "GET", self._page(step), 200, self._size(9000), "-", agent
            )

    # Attacks

    def _vulnerability_scan(self, at: float) -> Episode:
        rng = self._rng
        address = self._stranger()
        agent = rng.choice(["Mozilla/5.00 (Nikto/2.5.0)", "Mozilla/5.0 zgrab/0.x", "-"])
        for path in rng.sample(SCANNED, k=rng.randint(10, len(SCANNED))):
            status = rng.choice([404, 404, 404, 403, 400])
            yield self._line(
                at, address, "GET", path, status, 162, "-", agent, "vulnerability-scan"
            )
            at += rng.uniform(0.05, 0.6)

    def _sql_injection(self, at: float) -> Episode:
        rng = self._rng
        address, agent = self._stranger(), rng.choice(["sqlmap/1.8", BROWSERS[0]])
        for _ in range(rng.randint(8, 16)):
            value = quote(rng.choice(INJECTIONS))
            path = rng.choice(
                [f"/search?q={value}", f"/products?id={value}", f"/api/v1/orders?sort={value}"]
            )
            status = rng.choice([200, 400, 500, 500])
            yield self._line(
                at, address, "GET", path, status, self._size(700), "-", agent, "sql-injection"
            )
            at += rng.uniform(0.3, 3)

    def _path_traversal(self, at: float) -> Episode:
        rng = self._rng
        address = self._stranger()
        for _ in range(rng.randint(6, 12)):
            path, status = rng.choice(TRAVERSALS), rng.choice([400, 403, 404])
            yield self._line(
                at, address, "GET", path, status, 162, "-", "curl/8.5.0", "path-traversal"
            )
            at += rng.uniform(0.3, 2)

    def _credential_stuffing(self, at: float) -> Episode:
        rng = self._rng
        addresses = [self._stranger() for _ in range(rng.randint(4, 9))]
        for _ in range(rng.randint(20, 35)):
            status, size = (302, 0) if rng.random() < 0.03 else (401, 310)
            yield self._line(
                at, rng.choice(addresses), "POST", "/login", status, size, "-",
                "python-requests/2.32.3", "credential-stuffing",
            )  # fmt: skip
            at += rng.uniform(0.1, 0.9)

    def _crawler_burst(self, at: float) -> Episode:
        rng = self._rng
        address, first = self._stranger(), rng.randint(1, 400)
        for number in range(first, first + rng.randint(25, 45)):
            yield self._line(
                at, address, "GET", f"/products/{number}", 200 if number < 400 else 404, self._size(9000),
                "-", "Scrapy/2.12 (+https://scrapy.org)", "crawler-burst",
            )  # fmt: skip
            at += rng.uniform(0.02, 0.15)

    def _server_error_burst(self, at: float) -> Episode:
        rng = self._rng
        for _ in range(rng.randint(15, 30)):
            path, status = self._page(rng.randint(0, 3)), rng.choice([500, 502, 503, 504])
            yield self._line(
                at,
                self._visitor(),
                "GET",
                path,
                status,
                520,
                f"{SITE}/",
                rng.choice(BROWSERS),
                "server-error-burst",
            )
            at += rng.uniform(0.2, 2)

    # Lines

    def _line(
        self, at: float, address: str, method: str, path: str, status: int, size: int, referrer: str,
        agent: str, label: str = NORMAL, user: str = "-",
    ) -> Event:  # fmt: skip
        rest = f'"{method} {path} HTTP/1.1" {status} {size or "-"} "{referrer}" "{agent}"'
        return Event(
            at, lambda when: f"{address} - {user} [{when:%d/%b/%Y:%H:%M:%S %z}] {rest}", label
        )

    def _page(self, step: int) -> str:
        rng = self._rng
        if step == 0:
            return rng.choice(["/", "/", "/", f"/products/{rng.randint(1, 400)}"])
        return rng.choice([
            f"/products/{rng.randint(1, 400)}",
            f"/products/{rng.randint(1, 400)}",
            f"/search?q={rng.choice(WORDS)}",
            f"/categories/{rng.choice(WORDS)}",
            "/cart",
        ])  # fmt: skip

    def _size(self, typical: int) -> int:
        return max(1, int(typical * self._rng.lognormvariate(0, 0.35)))

    def _visitor(self) -> str:
        return f"10.{self._rng.randint(40, 60)}.{self._rng.randint(0, 255)}.{self._rng.randint(1, 254)}"

    def _stranger(self) -> str:
        network = self._rng.choice(["203.0.113", "198.51.100"])
        return f"{network}.{self._rng.randint(1, 254)}"


if __name__ == "__main__":
    sys.exit(run(__doc__, AccessScenario))
