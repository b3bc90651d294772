"""Checks the generators, and that the committed samples are what they generate.

Run with `pytest examples/logs`; needs nothing but pytest.
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
# Program, what a line looks like, labels of its attacks.
Case = tuple[str, str, set[str]]
SSHD: Case = (
    "generate_sshd_log.py",
    r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d bastion [\w-]+(\[\d+\])?: +\S.*",
    {
        "brute-force",
        "password-spraying",
        "user-enumeration",
        "probe",
        "root-login",
        "odd-hour-login",
    },
)
ACCESS: Case = (
    "generate_access_log.py",
    r"\d+\.\d+\.\d+\.\d+ - \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\] "
    r'"(GET|POST) /\S* HTTP/1\.1" \d{3} (\d+|-) "[^"]+" "[^"]+"',
    {
        "vulnerability-scan",
        "sql-injection",
        "path-traversal",
        "credential-stuffing",
        "crawler-burst",
        "server-error-burst",
    },
)
# How the samples were made; the README says the same.
SAMPLES = {
    "sshd-sample": ["generate_sshd_log.py", "--seed", "1", "--attack-share", "0.08"],
    "access-sample": [
        "generate_access_log.py",
        "--seed",
        "1",
        "--lines",
        "2500",
        "--attack-share",
        "0.1",
    ],
}
both = pytest.mark.parametrize(("program", "pattern", "kinds"), [SSHD, ACCESS])


def generate(folder: Path, *arguments: str) -> tuple[list[str], list[str]]:
    """Lines and labels that a generator writes."""
    output, labels = folder / "out.log", folder / "out.csv"
    subprocess.run(
        [
            sys.executable,
            FOLDER / arguments[0],
            *arguments[1:],
            "--output",
            output,
            "--labels",
            labels,
        ],
        check=True,
    )
    return output.read_text().splitlines(), read_labels(labels)


def read_labels(path: Path) -> list[str]:
    """Labels by line; fails unless they are numbered from 1."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["line"] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
    return [row["label"] for row in rows]


@pytest.mark.parametrize("sample", SAMPLES)
def test_committed_samples_are_current(sample: str, tmp_path: Path) -> None:
    lines, labels = generate(tmp_path, *SAMPLES[sample])
    assert (FOLDER / f"{sample}.log").read_text().splitlines() == lines
    assert read_labels(FOLDER / f"{sample}.labels.csv") == labels


@pytest.mark.parametrize(
    ("sample", "kinds"), [("sshd-sample", SSHD[2]), ("access-sample", ACCESS[2])]
)
def test_samples_have_every_attack_after_a_quiet_start(sample: str, kinds: set[str]) -> None:
    labels = read_labels(FOLDER / f"{sample}.labels.csv")
    assert set(labels) == kinds | {"normal"}
    assert set(labels[:1000]) == {"normal"}


@both
def test_lines_are_well_formed_and_labelled(
    program: str, pattern: str, kinds: set[str], tmp_path: Path
) -> None:
    lines, labels = generate(tmp_path, program, "--lines", "20000", "--quiet-lines", "500")
    assert len(lines) == len(labels) == 20000
    assert [line for line in lines if not re.fullmatch(pattern, line)] == []
    assert set(labels) == kinds | {"normal"}
    share = sum(label != "normal" for label in labels) / len(labels)
    assert 0.03 < share < 0.07


@both
def test_the_same_seed_gives_the_same_log(
    program: str, pattern: str, kinds: set[str], tmp_path: Path
) -> None:
    first, again, other = (
        generate(tmp_path, program, "--lines", "500", "--seed", seed)[0] for seed in "778"
    )
    assert first == again != other


def test_time_never_goes_back(tmp_path: Path) -> None:
    start = "2026-03-01T12:00:00"
    lines, _ = generate(tmp_path, ACCESS[0], "--lines", "5000", "--start", start)
    times = [
        datetime.strptime(re.findall(r"\[(.*?)\]", line)[0], "%d/%b/%Y:%H:%M:%S %z")
        for line in lines
    ]
    assert times == sorted(times)
    assert times[0].date().isoformat() == "2026-03-01"


@both
def test_no_attack_when_none_is_wanted(
    program: str, pattern: str, kinds: set[str], tmp_path: Path
) -> None:
    _, labels = generate(
        tmp_path, program, "--lines", "3000", "--quiet-lines", "0", "--attack-share", "0"
    )
    assert set(labels) == {"normal"}


@both
def test_follow_goes_on_after_the_past_and_appends(
    program: str, pattern: str, kinds: set[str], tmp_path: Path
) -> None:
    output, labels = tmp_path / "live.log", tmp_path / "live.csv"

    def follow_until(count: int) -> None:
        process = subprocess.Popen(
            [
                sys.executable,
                FOLDER / program,
                "--follow",
                "--lines",
                "20",
                "--rate",
                "200",
                "--output",
                output,
                "--labels",
                labels,
            ]
        )
        try:
            deadline = time.monotonic() + 20
            while len(output.read_text().splitlines() if output.exists() else []) < count:
                assert time.monotonic() < deadline, "the generator writes nothing"
                time.sleep(0.02)
        finally:
            process.terminate()
            process.wait()

    follow_until(30)
    before = len(output.read_text().splitlines())
    follow_until(before + 30)
    lines = [line for line in output.read_text().split("\n") if line]
    assert [line for line in lines if not re.fullmatch(pattern, line)] == []
    # Ended between the two writes, the last line may miss its label.
    assert len(lines) - len(read_labels(labels)) in (0, 1, 2)


def test_a_reader_that_goes_away_is_no_error() -> None:
    process = subprocess.Popen(
        [sys.executable, FOLDER / SSHD[0], "--lines", "20000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait() == 0
    process.stderr.close()


@pytest.mark.parametrize("wrong", [["--attack-share", "2"], ["--start", "soon"], ["--rate", "0"]])
def test_wrong_options_are_explained(wrong: list[str]) -> None:
    result = subprocess.run(
        [sys.executable, FOLDER / SSHD[0], *wrong], capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert wrong[0] in result.stderr
