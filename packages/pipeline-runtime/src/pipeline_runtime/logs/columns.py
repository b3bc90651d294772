"""The features of log lines, by group, in the order of the matrix."""

from __future__ import annotations

from pipeline_runtime.ports import Column

CONTENT = (
    Column("severity", "severity that the line states (0 normal to 3 critical)"),
    Column("failure_words", "words that speak of a failure"),
    Column("length", "length of the message", " characters", log=True),
    Column("tokens", "words and numbers in the message", log=True),
    Column("longest_token", "length of the longest word", " characters", log=True),
    Column("digit_share", "share of digits in the message"),
    Column("symbol_share", "share of symbols in the message"),
    Column("upper_share", "share of capital letters"),
    Column("entropy", "entropy of the message", " bits per character"),
)
RARITY = (
    Column("message_rarity", "rarity of this kind of message", " bits", adapts=True),
    Column("new_words", "words never seen before", adapts=True),
    Column("process_rarity", "rarity of the process", " bits", adapts=True),
    Column("source_rarity", "rarity of the address", " bits", adapts=True),
)
RATE = (
    Column("source_events", "events from this address in the window", log=True),
    Column("source_failures", "failures from this address in the window", log=True),
    Column("source_failure_ratio", "share of failures among the events from this address"),
    Column("process_events", "events of this process in the window", log=True),
    Column("host_events", "events of this host in the window", log=True),
    Column("all_failures", "failures of all sources in the window", log=True),
)
TIME = (
    Column("hour_rarity", "rarity of this hour of the day for this process", " bits", adapts=True),
    Column("gap_seconds", "time since the previous event", " s", log=True),
    Column("source_gap_seconds", "time since the previous event from this address", " s", log=True),
)

GROUPS: dict[str, tuple[Column, ...]] = {
    "content": CONTENT,
    "rarity": RARITY,
    "rate": RATE,
    "time": TIME,
}
ALL_COLUMNS = CONTENT + RARITY + RATE + TIME


def positions_of(groups: tuple[str, ...]) -> list[int]:
    """Positions within `ALL_COLUMNS` of the chosen groups, in their fixed order."""
    chosen = {column.name for group in groups for column in GROUPS[group]}
    return [i for i, column in enumerate(ALL_COLUMNS) if column.name in chosen]
