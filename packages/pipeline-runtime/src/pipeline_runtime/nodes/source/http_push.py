"""`http-push`: accepts log lines by POST to `/events`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline_runtime.errors import RuntimeFailure
from pipeline_runtime.nodes.source.spooled_source import MOST_WAITING, SpooledSource
from pipeline_runtime.storage.spool import PushedEvent


@dataclass(frozen=True)
class HttpPushParameters:
    """Parameters of `http-push`."""

    max_events_per_request: int = 10_000
    max_body_mi_b: int = 8


class HttpPush(SpooledSource):
    """Reads what the server has put into the spool."""

    type_id = "http-push"
    Parameters = HttpPushParameters
    parameters: HttpPushParameters

    def push(self, events: Sequence[PushedEvent]) -> tuple[int, int]:
        """Store events durably; how many were accepted, how many known already.

        Raises `RuntimeFailure` with the code `spool-full` when too much waits already.
        """
        if self.spool.size_bytes() > MOST_WAITING:
            raise RuntimeFailure(
                "spool-full",
                "The pipeline is too far behind to accept more events.",
                "Try again later; look at the lag of the source.",
                self.id,
            )
        return self.spool.append(events)
