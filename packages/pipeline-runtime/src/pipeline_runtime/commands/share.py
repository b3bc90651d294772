"""Which part of a run's work is whose, where several workers share it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """One of `of` workers, numbered from 0."""

    index: int = 0
    of: int = 1

    @property
    def is_whole(self) -> bool:
        """Whether nobody else works on it."""
        return self.of == 1

    def owner(self, byte: int, total: int) -> int:
        """The worker to whom belongs what begins at a byte of so many."""
        if total <= 0:
            return 0
        return min(self.of - 1, max(0, byte) * self.of // total)
