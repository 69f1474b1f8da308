"""Start-up of whole commands as ratios against named peers, interleaved in one run.

Usage: python benchmarks/startup.py [RUNS]

Peers: ``python -c pass``, and a Typer program with one float option (the same Typer).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

MINIMAL = """
import typer
app = typer.Typer()
@app.command()
def main(x: float = 1.0) -> None:
    print(x)
app()
"""
BIN = Path(sys.executable).parent


def main() -> None:
    """Print the best time of each command and its ratio to its peer."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        minimal = Path(folder) / "minimal.py"
        minimal.write_text(MINIMAL)
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "minimal Typer program": [sys.executable, str(minimal)],
            "rnnbound --version": [str(BIN / "rnnbound"), "--version"],
            "rnnbound plan --json": [str(BIN / "rnnbound"), "plan", "--json"],
        }
        best = dict.fromkeys(commands, float("inf"))
        for _ in range(runs):
            for name, command in commands.items():
                start = time.perf_counter()
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
                best[name] = min(best[name], time.perf_counter() - start)
    peers = {
        "rnnbound --version": "python -c pass",
        "rnnbound plan --json": "minimal Typer program",
    }
    for name, seconds in best.items():
        peer = peers.get(name)
        ratio = f"{seconds / best[peer]:6.2f} × {peer}" if peer else ""
        print(f"{name:24} {1e3 * seconds:7.1f} ms {ratio}")


if __name__ == "__main__":
    main()
