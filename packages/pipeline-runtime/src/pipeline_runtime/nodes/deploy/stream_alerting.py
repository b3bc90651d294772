"""`stream-alerting`: scores a stream continuously and records anomalies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline_runtime.node import Inputs, Node, Outputs
from pipeline_runtime.ports import PortType


@dataclass(frozen=True)
class StreamAlertingParameters:
    """Parameters of `stream-alerting`."""

    authentication: str = "api-key"
    #: Events that are scored together at most.
    batch_size: int = 256
    #: Milliseconds until an event is scored at the latest.
    max_wait_ms: int = 200
    #: The most recent anomalies that are kept.
    keep_anomalies: int = 1000
    rate_limit_per_minute: int = 6000
    #: `None`: the target chooses.
    port: int | None = None


class StreamAlerting(Node):
    """Scores every event of the source as it arrives."""

    type_id = "stream-alerting"
    category = "deploy"
    mode: ClassVar[str] = "stream"
    inputs: ClassVar[dict[str, PortType]] = {"scores": PortType.SCORES}
    Parameters = StreamAlertingParameters
    follows_stream = False

    def process(self, inputs: Inputs) -> Outputs:
        """The scores themselves: recording them is the work of the stream."""
        return {"scores": inputs["scores"]}
