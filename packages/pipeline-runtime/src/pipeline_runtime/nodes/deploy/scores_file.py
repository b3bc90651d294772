"""`scores-file`: scores all of a source in a run that ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pipeline_runtime.node import Inputs, Node, Outputs
from pipeline_runtime.ports import PortType


@dataclass(frozen=True)
class ScoresFileParameters:
    """Parameters of `scores-file`."""

    #: Train in each run instead of using the model of the one before.
    learn_again: bool = False
    #: `,`, `;` or `tab`.
    delimiter: str = ","
    #: Events that are scored together at most.
    batch_size: int = 4096


class ScoresFile(Node):
    """Its runs read the source to the end, and leave a file with the scores."""

    type_id = "scores-file"
    category = "deploy"
    mode: ClassVar[str] = "batch"
    inputs: ClassVar[dict[str, PortType]] = {"scores": PortType.SCORES}
    Parameters = ScoresFileParameters
    follows_stream = False

    def process(self, inputs: Inputs) -> Outputs:
        """The scores themselves: writing them is the work of the run."""
        return {"scores": inputs["scores"]}
