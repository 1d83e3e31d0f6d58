"""What the scripts share: running a command with its CPU time and peak memory, rounds in turn, medians, a table.

CPU time is user and system time of the process and of all children that it waited for (wait4); peak memory is the largest
resident set of any one of these processes. Linux counts what a process had before it became another program, so that a child
of this script would begin with Python's own 17 MiB; GNU time stands between and measures the memory from a smaller place.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GNU_TIME = shutil.which("time")


@dataclass
class Run:
    """One run of one command."""

    cpu: float
    wall: float
    memory: float  # in MiB


@dataclass
class Tool:
    """One of the commands to compare."""

    name: str
    command: list
    rounds: int
    environment: dict = field(default_factory=dict)
    runs: list = field(default_factory=list)

    def median(self, what):
        """The median of `cpu`, `wall` or `memory` over all runs."""
        return statistics.median(getattr(r, what) for r in self.runs)


def say(message):
    """Everything but the table goes to stderr."""
    print(message, file=sys.stderr, flush=True)


def run(command, environment=None):
    """Runs a command to its end. Its output is thrown away; its errors are shown when it fails."""
    with tempfile.NamedTemporaryFile("r") as peak:
        line = [GNU_TIME, "-q", "-f", "%M", "-o", peak.name] if GNU_TIME else []
        line += [str(c) for c in command]
        started = time.perf_counter()
        with subprocess.Popen(
            line,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
        ) as process:
            errors = process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            say(errors.decode(errors="replace")[-2000:])
            sys.exit(f"{command[0]} failed with exit code {process.returncode}")
        memory = int(peak.read().split()[-1]) if GNU_TIME else usage.ru_maxrss
    return Run(usage.ru_utime + usage.ru_stime, wall, memory / 1024)


def interleave(tools):
    """Runs every tool in turn, round after round, so that a busy minute of the machine hits all of them."""
    for number in range(max(t.rounds for t in tools)):
        for tool in tools:
            if number < tool.rounds:
                tool.runs.append(run(tool.command, tool.environment))
                last = tool.runs[-1]
                say(f"round {number + 1} {tool.name}: {last.cpu:.3f} s CPU, {last.memory:.0f} MiB")


def supercargo():
    """The release build, or what SUPERCARGO names."""
    path = Path(os.environ.get("SUPERCARGO", ROOT / "target/release/supercargo"))
    if not path.is_file():
        sys.exit(f"there is no {path}; run `cargo build --release`, or name a binary in SUPERCARGO")
    return path


def markdown(head, rows):
    """A Markdown table; the first column to the left, numbers to the right."""
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def table(head, rows):
    """The same on stdout."""
    print(markdown(head, rows), flush=True)


def write(script, text):
    """Puts a script's tables between its two marks in docs/performance.md."""
    place = ROOT / "docs/performance.md"
    words = place.read_text()
    begin, end = f"<!-- tests/bench/{script} -->", "<!-- end -->"
    if begin not in words or end not in words.split(begin, 1)[1]:
        sys.exit(f"{place} has no marks {begin} and {end}")
    before, rest = words.split(begin, 1)
    after = rest.split(end, 1)[1]
    place.write_text(f"{before}{begin}\n\n{text}\n{end}{after}")
    say(f"wrote {place}")


def seconds(value):
    """Three digits that mean something."""
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 100 else f"{value:.0f}"


def machine():
    """One line about what the numbers were measured on."""
    model = "unknown processor"
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    floor = "" if GNU_TIME else "; GNU time is not installed, so that no peak is shown below Python's own"
    return f"{model}, {os.cpu_count()} cores, load {load:.1f} at the start{floor}"
