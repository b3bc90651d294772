"""Which senders may send."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

_REMEMBERED = 10_000

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class AllowedSources:
    """Networks, and addresses that were looked up already. For use by one thread."""

    def __init__(self, networks: Sequence[str]) -> None:
        """Raises `ValueError` for what is neither an address nor a network."""
        self._networks: list[_Network] = [
            ipaddress.ip_network(network, strict=False) for network in networks
        ]
        self._known: dict[str, bool] = {}

    def allows(self, address: str) -> bool:
        """Whether an address is in one of the networks."""
        known = self._known.get(address)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[address] = self._look_up(address)
        return known

    def _look_up(self, address: str) -> bool:
        found = ipaddress.ip_address(address.partition("%")[0])
        # A socket for both families shows IPv4 senders as ::ffff:192.0.2.7.
        mapped = getattr(found, "ipv4_mapped", None)
        return any((mapped or found) in network for network in self._networks)
