"""`api-endpoint`: answers scoring requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline_runtime.node import Inputs, Node, Outputs
from pipeline_runtime.ports import PortType


@dataclass(frozen=True)
class ApiEndpointParameters:
    """Parameters of `api-endpoint`."""

    authentication: str = "api-key"
    #: Lines that are scored together at most.
    max_batch_size: int = 256
    #: Milliseconds that a busy endpoint waits to fill a batch.
    max_batch_wait_ms: float = 5
    rate_limit_per_minute: int = 6000
    #: `None`: the target chooses.
    port: int | None = None


class ApiEndpoint(Node):
    """Learns from the source, then answers requests (Open Inference Protocol v2)."""

    type_id = "api-endpoint"
    category = "deploy"
    mode: ClassVar[str] = "serve"
    inputs: ClassVar[dict[str, PortType]] = {"scores": PortType.SCORES}
    Parameters = ApiEndpointParameters
    follows_stream = False

    def process(self, inputs: Inputs) -> Outputs:
        """The scores themselves: serving them is the work of the server."""
        return {"scores": inputs["scores"]}
