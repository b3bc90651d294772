"""A log as an OpenSSH server on the open internet writes it: nearly every line is an attack.

Kinds of lines and their shares follow the sample of OpenSSH in loghub (He et al., "Loghub: A
Large Collection of System Log Datasets"). Addresses are those for documentation.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

_USERS = ("admin", "oracle", "test", "support", "webmaster", "git", "ubuntu", "pi", "0", "1234")
_HOSTS = ("ns.marryaldkfaczcz.com", "183-2-0-192.example.net", "customer.static.example.org")


def attacked_log(lines: int, seed: int = 1, accepted_share: float = 0.002) -> Iterator[str]:
    """Lines in order of time; about `accepted_share` of them come of a login that succeeds."""
    numbers = random.Random(seed)
    time = datetime(2024, 12, 10, 6, 55, 46)
    pid = 24200
    written = 0
    while written < lines:
        pid += numbers.randint(1, 4)
        time += timedelta(seconds=numbers.choice((1, 2, 2, 3, 5, 40)))
        address = f"{numbers.choice(('192.0.2', '198.51.100'))}.{numbers.randint(1, 40)}"
        if numbers.random() < accepted_share * 2.5:
            visit = _login(numbers)
        else:
            visit = numbers.choices((_root, _invalid, _reverse, _probe), (55, 30, 10, 5))[0](
                numbers, address
            )
        for message in visit:
            if written == lines:
                return
            yield f"{time:%b %d %H:%M:%S} LabSZ sshd[{pid}]: {message}"
            written += 1
            time += timedelta(seconds=numbers.choice((0, 0, 1, 2)))


def is_login(line: str) -> bool:
    """Whether a line says that someone got in."""
    return "Accepted password" in line


def _failure(address: str, user: str) -> str:
    return (
        "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= "
        f"rhost={address}{user}"
    )


def _root(numbers: random.Random, address: str) -> Iterator[str]:
    port = numbers.randint(1024, 65_000)
    yield _failure(address, "  user=root")
    yield f"Failed password for root from {address} port {port} ssh2"
    if numbers.random() < 0.3:
        attempt = f"for root from {address} port {port} ssh2"
        yield f"message repeated 5 times: [ Failed password {attempt}]"
        yield f"error: maximum authentication attempts exceeded {attempt} [preauth]"
        yield "Disconnecting: Too many authentication failures for root [preauth]"
        failure = _failure(address, "  user=root").removeprefix("pam_unix(sshd:auth): ")
        yield failure.replace("authentication failure", "PAM 5 more authentication failures")
        yield "PAM service(sshd) ignoring max retries; 6 > 3"
    else:
        yield f"Received disconnect from {address}: 11: Bye Bye [preauth]"


def _invalid(numbers: random.Random, address: str) -> Iterator[str]:
    user, port = numbers.choice(_USERS), numbers.randint(1024, 65_000)
    yield f"Invalid user {user} from {address}"
    yield f"input_userauth_request: invalid user {user} [preauth]"
    yield "pam_unix(sshd:auth): check pass; user unknown"
    yield _failure(address, "")
    yield f"Failed password for invalid user {user} from {address} port {port} ssh2"
    yield f"Received disconnect from {address}: 11: Bye Bye [preauth]"


def _reverse(numbers: random.Random, address: str) -> Iterator[str]:
    yield (
        f"reverse mapping checking getaddrinfo for {numbers.choice(_HOSTS)} [{address}] failed - "
        "POSSIBLE BREAK-IN ATTEMPT!"
    )
    yield from _invalid(numbers, address)


def _probe(numbers: random.Random, address: str) -> Iterator[str]:
    if numbers.random() < 0.5:
        yield f"Did not receive identification string from {address}"
    else:
        yield f"Connection closed by {address} [preauth]"


def _login(numbers: random.Random) -> Iterator[str]:
    yield f"Accepted password for fztu from 203.0.113.88 port {numbers.randint(1024, 65_000)} ssh2"
    yield "pam_unix(sshd:session): session opened for user fztu by (uid=0)"
    yield "pam_unix(sshd:session): session closed for user fztu"
