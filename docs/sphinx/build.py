"""Build the documentation site.

Usage: python docs/sphinx/build.py [FOLDER]   (default: site)

The pages are those of `docs/`, and generated ones: a page per command, the tour and the home page
with parts of the README, the API, how to cite.  They are put together in a scratch folder, so that
nothing that is generated lies beside what is written.  A warning is an error.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT)]

from examples import Failed  # noqa: E402
from pages import write_pages  # noqa: E402
from sphinx.cmd.build import main as sphinx  # noqa: E402


def build(target: Path) -> int:
    """Build the site in `target`; return the exit code."""
    with tempfile.TemporaryDirectory(prefix="rnnbound-docs-") as scratch:
        source = Path(scratch) / "pages"
        try:
            write_pages(source, Path(scratch) / "examples")
        except Failed as failure:
            print(f"Error: {failure}", file=sys.stderr)
            return 1
        shutil.rmtree(target, ignore_errors=True)
        settings = ["-c", str(HERE), "-d", str(Path(scratch) / "doctrees")]
        return sphinx(["-q", "-W", "--keep-going", "-b", "html", *settings, str(source), str(target)])


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "site"))
