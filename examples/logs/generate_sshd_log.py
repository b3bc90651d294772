"""Generates the authentication log of a server: sshd, sudo, cron and logind lines as in RFC 3164.

Sessions of users and service accounts, with the typing errors of daily life, and labelled attacks:
`brute-force`, `password-spraying`, `user-enumeration`, `probe`, `root-login`, `odd-hour-login`.
Addresses are private or reserved for documentation (RFC 5737).
"""

from __future__ import annotations

import base64
import random
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime

from log_generator import NORMAL, Episode, Event, run

HOST = "bastion"
PEOPLE = {f"{team}{n:02d}": uid for uid, (team, n) in enumerate(
    ((team, n) for team in ("dev", "ops", "data") for n in range(1, 7)), start=1001
)}  # fmt: skip
SERVICES = {"deploy": 901, "backup": 902, "ci": 903, "git": 904}
COMMON_NAMES = [
    "admin", "oracle", "test", "ubuntu", "postgres", "guest", "user", "ftp", "pi", "mysql",
    "hadoop", "tomcat", "jenkins", "nagios", "www", "support", "minecraft", "es", "vagrant", "ec2-user",
]  # fmt: skip
COMMANDS = [
    "/usr/bin/systemctl status nginx",
    "/usr/bin/systemctl restart app",
    "/usr/bin/journalctl -u app -n 200",
    "/usr/bin/apt-get update",
    "/usr/bin/tail -f /var/log/syslog",
    "/usr/bin/docker ps",
]


class SshdScenario:
    """Working days on a server that is reachable from the internet."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._pid = 1200
        self._session = 40
        self._attacks: list[Callable[[float], Episode]] = []
        self._night: date | None = None
        # Everyone has a key and a usual address.
        self._keys = {
            name: base64.b64encode(rng.randbytes(32)).decode().rstrip("=")
            for name in [*PEOPLE, *SERVICES]
        }
        self._homes = {
            name: f"10.20.{rng.randint(1, 4)}.{rng.randint(10, 250)}"
            for name in [*PEOPLE, *SERVICES]
        }

    def next_normal(self, at: float, now: datetime) -> tuple[float, Episode]:
        busy = 1.0 if 8 <= now.hour < 18 and now.weekday() < 5 else 0.12
        # People come by the hour of the day; cron and services do not sleep.
        people, services, cron = 8 * busy, 2.5, 6.0
        start = at + self._rng.expovariate((people + services + cron) / 3600)
        kind = self._rng.choices(["person", "service", "cron"], [people, services, cron])[0]
        if kind == "person":
            return start, self._person(start)
        return start, self._service(start) if kind == "service" else self._cron(start)

    def next_attack(self, at: float, now: datetime) -> Episode:
        # Every kind has its turn before one comes again.
        if not self._attacks:
            self._attacks = [
                self._brute_force, self._password_spraying, self._user_enumeration,
                self._probe, self._root_login,
            ]  # fmt: skip
            self._rng.shuffle(self._attacks)
        if now.hour < 6 and self._night != now.date():
            self._night = now.date()
            return self._odd_hour_login(at)
        return self._attacks.pop()(at)

    # Everyday life

    def _person(self, at: float) -> Episode:
        rng = self._rng
        name = rng.choice([*PEOPLE])
        home, port, pid = self._client(name)
        if rng.random() < 0.08:
            for _ in range(rng.randint(1, 2)):
                yield from self._failure(at, pid, name, home, port)
                at += rng.uniform(3, 12)
            yield self._line(
                at, "sshd", pid, f"Accepted password for {name} from {home} port {port} ssh2"
            )
        else:
            yield self._accepted_key(at, pid, name, home, port)
        yield from self._session_of(
            at, pid, name, PEOPLE[name], home, port, rng.lognormvariate(6.5, 1.0)
        )

    def _service(self, at: float) -> Episode:
        rng = self._rng
        name = rng.choice([*SERVICES])
        home, port, pid = self._client(name)
        yield self._accepted_key(at, pid, name, home, port)
        yield from self._session_of(
            at, pid, name, SERVICES[name], home, port, rng.uniform(1, 40), interactive=False
        )

    def _cron(self, at: float) -> Episode:
        pid = self._next_pid()
        name, uid = self._rng.choice([("root", 0), ("root", 0), ("www-data", 33)])
        opened = f"pam_unix(cron:session): session opened for user {name}(uid={uid}) by (uid=0)"
        yield self._line(at, "CRON", pid, opened)
        at += self._rng.uniform(0.2, 3)
        yield self._line(at, "CRON", pid, f"pam_unix(cron:session): session closed for user {name}")

    def _session_of(
        self, at: float, pid: int, name: str, uid: int, home: str, port: int, seconds: float,
        interactive: bool = True, label: str = NORMAL, commands: list[str] | None = None,
    ) -> Episode:  # fmt: skip
        rng = self._rng
        self._session += 1
        session = self._session
        end = at + seconds
        at += 0.05
        yield self._line(
            at, "sshd", pid,
            f"pam_unix(sshd:session): session opened for user {name}(uid={uid}) by (uid=0)", label,
        )  # fmt: skip
        yield self._line(at, "systemd-logind", 712, f"New session {session} of user {name}.", label)
        if commands is None:
            commands = rng.choices(
                COMMANDS, k=rng.choice([0, 0, 0, 1, 1, 2, 3]) if interactive else 0
            )
        for command in commands:
            at = min(at + rng.uniform(4, 120), end)
            yield from self._sudo(at, name, uid, command, label)
        at = max(at + 0.2, end)
        yield self._line(
            at,
            "sshd",
            pid,
            f"Received disconnect from {home} port {port}:11: disconnected by user",
            label,
        )
        yield self._line(
            at, "sshd", pid, f"Disconnected from user {name} {home} port {port}", label
        )
        yield self._line(
            at, "sshd", pid, f"pam_unix(sshd:session): session closed for user {name}", label
        )
        yield self._line(
            at,
            "systemd-logind",
            712,
            f"Session {session} logged out. Waiting for processes to exit.",
            label,
        )
        yield self._line(at + 0.1, "systemd-logind", 712, f"Removed session {session}.", label)

    def _sudo(self, at: float, name: str, uid: int, command: str, label: str) -> Episode:
        terminal = self._rng.randint(0, 5)
        yield self._line(
            at, "sudo", None,
            f"{name:>8} : TTY=pts/{terminal} ; PWD=/home/{name} ; USER=root ; COMMAND={command}", label,
        )  # fmt: skip
        opened = f"pam_unix(sudo:session): session opened for user root(uid=0) by {name}(uid={uid})"
        yield self._line(at, "sudo", None, opened, label)
        yield self._line(
            at + 0.5, "sudo", None, "pam_unix(sudo:session): session closed for user root", label
        )

    # Attacks

    def _brute_force(self, at: float) -> Episode:
        rng, label = self._rng, "brute-force"
        name, address = rng.choice(["root", "root", "admin", "deploy"]), self._stranger()
        known = name != "admin"
        for _ in range(rng.randint(4, 7)):
            port, pid = rng.randint(32768, 60999), self._next_pid()
            for _ in range(rng.randint(1, 3)):
                yield from self._failure(at, pid, name, address, port, label, known)
                at += rng.uniform(0.4, 2.5)
            who = name if known else f"invalid user {name}"
            yield self._line(
                at, "sshd", pid,
                f"error: maximum authentication attempts exceeded for {who} from {address} port {port} ssh2 [preauth]",
                label,
            )  # fmt: skip
            kind = "authenticating" if known else "invalid"
            yield self._line(
                at, "sshd", pid,
                f"Disconnecting {kind} user {name} {address} port {port}: Too many authentication failures [preauth]",
                label,
            )  # fmt: skip
            at += rng.uniform(0.2, 1.5)

    def _password_spraying(self, at: float) -> Episode:
        rng, label = self._rng, "password-spraying"
        for name in rng.sample([*PEOPLE], k=rng.randint(8, 14)):
            address, port, pid = self._stranger(), rng.randint(32768, 60999), self._next_pid()
            yield from self._failure(at, pid, name, address, port, label)
            yield self._line(
                at + 0.3, "sshd", pid,
                f"Connection closed by authenticating user {name} {address} port {port} [preauth]", label,
            )  # fmt: skip
            at += rng.uniform(2, 25)

    def _user_enumeration(self, at: float) -> Episode:
        rng, label = self._rng, "user-enumeration"
        address = self._stranger()
        for name in rng.sample(COMMON_NAMES, k=rng.randint(8, 16)):
            port, pid = rng.randint(32768, 60999), self._next_pid()
            yield self._line(
                at, "sshd", pid, f"Invalid user {name} from {address} port {port}", label
            )
            yield self._line(
                at + 0.4, "sshd", pid,
                f"Connection closed by invalid user {name} {address} port {port} [preauth]", label,
            )  # fmt: skip
            at += rng.uniform(0.6, 3)

    def _probe(self, at: float) -> Episode:
        rng, label = self._rng, "probe"
        address = self._stranger()
        for _ in range(rng.randint(3, 9)):
            port, pid = rng.randint(1024, 60999), self._next_pid()
            text = rng.choice([
                f"Did not receive identification string from {address} port {port}",
                f"banner exchange: Connection from {address} port {port}: invalid format",
                f"Bad protocol version identification 'GET / HTTP/1.1' from {address} port {port}",
                f"Unable to negotiate with {address} port {port}: no matching key exchange method found. "
                "Their offer: diffie-hellman-group1-sha1 [preauth]",
                f"Connection reset by {address} port {port} [preauth]",
            ])  # fmt: skip
            yield self._line(at, "sshd", pid, text, label)
            at += rng.uniform(0.05, 1)

    def _root_login(self, at: float) -> Episode:
        rng, label = self._rng, "root-login"
        address, port, pid = self._stranger(), rng.randint(32768, 60999), self._next_pid()
        yield self._line(
            at, "sshd", pid, f"Accepted password for root from {address} port {port} ssh2", label
        )
        yield from self._session_of(
            at, pid, "root", 0, address, port, rng.uniform(30, 300), interactive=False, label=label
        )

    def _odd_hour_login(self, at: float) -> Episode:
        rng, label = self._rng, "odd-hour-login"
        name = rng.choice([*PEOPLE])
        address, port, pid = self._stranger(), rng.randint(32768, 60999), self._next_pid()
        yield self._line(
            at, "sshd", pid, f"Accepted password for {name} from {address} port {port} ssh2", label
        )
        commands = rng.sample(
            ["/bin/bash", "/usr/bin/cat /etc/shadow", "/usr/sbin/useradd -o -u 0 support",
             "/usr/bin/tar czf /tmp/home.tgz /home"],
            k=2,
        )  # fmt: skip
        yield from self._session_of(
            at,
            pid,
            name,
            PEOPLE[name],
            address,
            port,
            rng.uniform(200, 900),
            label=label,
            commands=commands,
        )

    # Lines

    def _failure(
        self,
        at: float,
        pid: int,
        name: str,
        address: str,
        port: int,
        label: str = NORMAL,
        known: bool = True,
    ) -> Iterator[Event]:
        user = f"  user={name}" if known else ""
        yield self._line(
            at, "sshd", pid,
            "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh "
            f"ruser= rhost={address}{user}", label,
        )  # fmt: skip
        who = name if known else f"invalid user {name}"
        yield self._line(
            at + 0.2,
            "sshd",
            pid,
            f"Failed password for {who} from {address} port {port} ssh2",
            label,
        )

    def _accepted_key(self, at: float, pid: int, name: str, home: str, port: int) -> Event:
        key = self._keys[name]
        return self._line(
            at,
            "sshd",
            pid,
            f"Accepted publickey for {name} from {home} port {port} ssh2: ED25519 SHA256:{key}",
        )

    def _line(
        self, at: float, program: str, pid: int | None, text: str, label: str = NORMAL
    ) -> Event:
        tag = program if pid is None else f"{program}[{pid}]"
        # RFC 3164 pads the day with a space.
        return Event(
            at, lambda when: f"{when:%b} {when.day:2d} {when:%H:%M:%S} {HOST} {tag}: {text}", label
        )

    def _client(self, name: str) -> tuple[str, int, int]:
        return self._homes[name], self._rng.randint(32768, 60999), self._next_pid()

    def _stranger(self) -> str:
        network = self._rng.choice(["203.0.113", "198.51.100"])
        return f"{network}.{self._rng.randint(1, 254)}"

    def _next_pid(self) -> int:
        self._pid += self._rng.randint(1, 30)
        if self._pid > 4_000_000:
            self._pid = 1200
        return self._pid


if __name__ == "__main__":
    sys.exit(run(__doc__, SshdScenario))
