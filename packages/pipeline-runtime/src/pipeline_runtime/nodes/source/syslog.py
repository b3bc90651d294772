"""`syslog`: receives messages over UDP and TCP.

A message counts as received once it is on disk. Syslog has no acknowledgement: a sender cannot
know that, so what is in flight when a machine or process dies is lost, and nobody can count it.
What can be counted is: datagrams that the kernel dropped, and senders that were refused.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from pipeline_runtime.errors import CannotStart
from pipeline_runtime.nodes.source.allowed_sources import AllowedSources
from pipeline_runtime.nodes.source.source_node import Offset, SourceReport
from pipeline_runtime.nodes.source.spool_writer import SpoolWriter
from pipeline_runtime.nodes.source.spooled_source import MOST_WAITING, SpooledSource
from pipeline_runtime.nodes.source.syslog_receiver import ReceiverOptions, SyslogReceiver
from pipeline_runtime.nodes.source.syslog_sockets import Endpoint


@dataclass(frozen=True)
class SyslogParameters:
    """Parameters of `syslog`."""

    #: `udp`, `tcp` or `both`
    protocol: str = "both"
    port: int = 5514
    host: str = "127.0.0.1"
    allowed_sources: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    #: `auto`, `newline` or `octet-counting`; TCP only
    framing: str = "auto"
    max_message_ki_b: int = 64


class Syslog(SpooledSource):
    """Reads what the receiver has put into the spool."""

    type_id = "syslog"
    Parameters = SyslogParameters
    parameters: SyslogParameters
    _receiver: SyslogReceiver | None = None
    _writer: SpoolWriter | None = None
    _handover: Path | None = None

    def prepare(self, data_dir: Path) -> None:
        """Open the spool."""
        super().prepare(data_dir)
        self._handover = data_dir / "syslog.sock"

    def check(self) -> None:
        """The address must be of this machine, and its port free or the running release's."""
        try:
            AllowedSources(self.parameters.allowed_sources)
        except ValueError as error:
            raise CannotStart(
                "wrong-network",
                f"The allowed senders cannot be read: {error}.",
                "Write networks such as 10.0.0.0/8.",
                self.id,
            ) from error
        if self._handover is not None and self._handover.exists():
            # Most likely the running release listens there, and will pass its sockets on.
            return
        for endpoint in self._endpoints():
            endpoint.bind(self.id).close()

    def start_receiving(self) -> None:
        """Take over the sockets of the running release, or listen anew."""
        if self._handover is None:
            raise RuntimeError("the source was not prepared")
        if self._receiver is None:
            self._writer = SpoolWriter(self.spool, MOST_WAITING)
            self._writer.start()
            options = ReceiverOptions(
                self.id,
                self._endpoints(),
                self.parameters.allowed_sources,
                self.parameters.framing,
                self.parameters.max_message_ki_b * 1024,
            )
            self._receiver = SyslogReceiver(
                options, self._writer, self._handover, self.bad_lines.note
            )
        self._receiver.start()

    def stop_receiving(self) -> None:
        """Write down what waits in the sockets, and close them."""
        if self._receiver is not None:
            self._receiver.stop()
            self._receiver = None
            self.bad_lines.save()

    def report(self, offset: Offset | None) -> SourceReport:
        """What was received, lost and refused."""
        try:
            counts = self.spool.counts()
        except sqlite3.Error:
            counts = {}
        return SourceReport(
            received=counts.get("received", 0),
            lost=counts.get("lost", 0),
            refused=counts.get("refused", 0),
            listening=self._receiver.listening if self._receiver else (),
        )

    @property
    def problem(self) -> str | None:
        """Messages cannot be received, or not be written down."""
        written = self._writer.problem if self._writer else None
        return written or (self._receiver.problem if self._receiver else None)

    def _endpoints(self) -> tuple[Endpoint, ...]:
        chosen = self.parameters.protocol
        protocols = ("udp", "tcp") if chosen == "both" else (chosen,)
        return tuple(
            Endpoint(protocol, self.parameters.host, self.parameters.port) for protocol in protocols
        )
