"""How long what fails is tried again, and how often."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field

#: Seconds until the second try; doubled from try to try.
_FIRST = 0.5
_LONGEST = 15.0
#: Seconds for which a token that is refused may still be on its way.
_TOKEN_SECONDS = 60.0


@dataclass
class Patience:
    """Of one call; begins anew whenever something was received."""

    #: Seconds without any success after which nobody tries any more.
    seconds: float
    _begun: float = field(default_factory=time.monotonic)
    _tries: int = 0

    def refresh(self) -> None:
        """Something was received."""
        self._begun, self._tries = time.monotonic(), 0

    def pause(self, *, at_least: float = 0.0, token: bool = False) -> bool:
        """Wait before the next try; false when it is over.

        `at_least`: what the other side asked for. `token`: it was the token that was refused.
        """
        limit = min(self.seconds, _TOKEN_SECONDS) if token else self.seconds
        left = self._begun + limit - time.monotonic()
        if left <= 0:
            return False
        wanted = min(_LONGEST, _FIRST * 2**self._tries)
        self._tries += 1
        # Workers that began together should not come back together.
        wanted *= random.uniform(0.75, 1.25)  # noqa: S311
        time.sleep(min(left, max(wanted, min(at_least, 2 * _LONGEST))))
        return True
