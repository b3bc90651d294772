"""Sockets pass on, or stay where they are."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

from waiting import wait_for

from pipeline_runtime.storage.socket_handover import HandoverServer, Passed, receive_sockets


class Giver:
    """A release with one socket."""

    def __init__(self, folder: Path) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.released: list[bool] = []
        # Longer than the name of a Unix socket may be.
        self.path = folder / ("d" * 120) / "give.sock"
        self.path.parent.mkdir()
        self.server = HandoverServer(self.path, self.pause, self.released.append)

    def pause(self) -> list[Passed]:
        document: dict[str, Any] = {"rest": "x" * 100_000}
        return [(document, self.socket)]


def test_a_socket_passes_on_with_what_waits_in_it(tmp_path: Path) -> None:
    giver = Giver(tmp_path)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"hello", giver.socket.getsockname())
    offer = receive_sockets(giver.path)
    assert offer is not None
    ((document, received),) = offer.passed
    assert len(document["rest"]) == 100_000
    assert offer.confirm()
    assert giver.released == [True]
    giver.socket.close()
    assert received.recv(10) == b"hello"
    received.close()
    # It gives them once.
    assert receive_sockets(giver.path) is None
    giver.server.close()
    assert not giver.path.exists()


def test_a_successor_that_gives_up_changes_nothing(tmp_path: Path) -> None:
    giver = Giver(tmp_path)
    offer = receive_sockets(giver.path)
    assert offer is not None
    offer.give_up()
    wait_for(lambda: giver.released == [False], "the giver to go on")
    again = receive_sockets(giver.path)
    assert again is not None
    assert again.confirm()
    for _, received in again.passed:
        received.close()
    giver.socket.close()


def test_nobody_gives(tmp_path: Path) -> None:
    assert receive_sockets(tmp_path / "none") is None


def test_the_socket_of_a_successor_stays(tmp_path: Path) -> None:
    giver = Giver(tmp_path)
    successor = HandoverServer(giver.path, giver.pause, giver.released.append)
    giver.server.close()
    assert giver.path.exists()
    successor.close()
    assert not giver.path.exists()
    giver.socket.close()
