"""Writes sshd logs with labels: mostly normal traffic, and bursts of brute-force attacks."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

_USERS = ("alice", "bob", "carol", "dave", "erin", "deploy", "backup", "git")
_GUESSES = (
    *("root", "admin", "test", "oracle", "postgres", "ubuntu", "user", "guest", "ftp", "mysql"),
    *("www", "pi", "nagios", "hadoop", "jenkins", "support", "minecraft", "steam", "tomcat"),
)
_START = 1_714_550_400


def sshd_log(
    events: int, *, seed: int = 7, attack_share: float = 0.04, year: bool = False
) -> Iterator[tuple[str, bool]]:
    """Lines with whether each belongs to an attack; times follow the clock of an office."""
    random_ = random.Random(seed)
    home = [f"192.168.{random_.randint(0, 3)}.{random_.randint(2, 250)}" for _ in range(25)]
    now = float(_START)
    written = 0
    pid = 1000
    burst_probability = attack_share / 30
    while written < events:
        pid = (pid + random_.randint(1, 9)) % 60_000 + 400
        if random_.random() < burst_probability:
            lines = _burst(random_, now, pid)
        else:
            lines = ((at, text, False) for at, text in _normal(random_, now, pid, home))
        for at, text, attack in lines:
            now = max(now, at)
            stamp = time.strftime("%b %e %H:%M:%S", time.gmtime(now))
            if year:
                stamp = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(now))
            yield f"{stamp} bastion {text}", attack
            written += 1
            if written >= events:
                return
        now += random_.expovariate(1 / 9)


def _normal(
    random_: random.Random, now: float, pid: int, home: list[str]
) -> Iterator[tuple[float, str]]:
    user, address = random_.choice(_USERS), random_.choice(home)
    port = random_.randint(32_768, 60_999)
    sshd = f"sshd[{pid}]:"
    kind = random_.random()
    if kind < 0.12:
        yield now, f"CRON[{pid}]: pam_unix(cron:session): session opened for user root by (uid=0)"
        yield now, f"CRON[{pid}]: pam_unix(cron:session): session closed for user root"
        return
    if kind < 0.2:
        command = random_.choice(("/usr/bin/apt update", "/bin/systemctl restart app"))
        yield now, f"sudo: {user} : TTY=pts/0 ; PWD=/home/{user} ; USER=root ; COMMAND={command}"
        return
    if kind < 0.24:
        yield (
            now,
            f"{sshd} pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh "
            f"ruser= rhost={address}  user={user}",
        )
        yield now + 2, f"{sshd} Failed password for {user} from {address} port {port} ssh2"
        now += 6
    if random_.random() < 0.5:
        digest = "".join(random_.choices("ABCDEFabcdef0123456789+/", k=43))
        yield (
            now,
            f"{sshd} Accepted publickey for {user} from {address} port {port} ssh2: "
            f"RSA SHA256:{digest}",
        )
    else:
        yield now, f"{sshd} Accepted password for {user} from {address} port {port} ssh2"
    yield now, f"{sshd} pam_unix(sshd:session): session opened for user {user} by (uid=0)"
    yield (
        now + random_.randint(1, 20),
        f"{sshd} Received disconnect from {address} port {port}:11: disconnected by user",
    )
    yield now, f"{sshd} pam_unix(sshd:session): session closed for user {user}"


def _burst(random_: random.Random, now: float, pid: int) -> Iterator[tuple[float, str, bool]]:
    address = f"{random_.randint(11, 223)}.{random_.randint(0, 255)}.{random_.randint(0, 255)}.9"
    for _ in range(random_.randint(8, 25)):
        pid += 1
        port = random_.randint(32_768, 60_999)
        user = random_.choice(_GUESSES)
        sshd = f"sshd[{pid}]:"
        if user == "root":
            yield now, f"{sshd} Failed password for root from {address} port {port} ssh2", True
        else:
            yield now, f"{sshd} Invalid user {user} from {address} port {port}", True
            yield (
                now + 1,
                f"{sshd} Failed password for invalid user {user} from {address} port {port} ssh2",
                True,
            )
        yield (
            now + 1,
            f"{sshd} Received disconnect from {address} port {port}:11: Bye Bye [preauth]",
            True,
        )
        now += random_.uniform(1, 4)
