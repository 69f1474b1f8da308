"""Build the documentation site.

Usage: python docs/sphinx/build.py [FOLDER]   (default: site)

The pages are those of `docs/`, and generated ones: a page per command, the tour and the home page
with parts of the README, the API, how to cite.  They are put together in a scratch folder, so that
nothing that is generated lies beside what is written.  A warning is an error.

- `docs/NAME.md`, where NAME is a command, is the prose of that command's page; any other new page
  stands under "Topics" by itself.
- A block ```` ```picture ```` holds a command that draws a file; the site shows both.
- The examples of a command's help are run; what they draw is also in the gallery.  Files that they
  read are written by `inputs.py`.
- Outputs in ```` ```console ```` blocks of `docs/*.md` are kept true by `tests/test_readme.py`.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT)]

from sphinx.cmd.build import main as sphinx  # noqa: E402

from examples import ExampleError  # noqa: E402
from offline import loaded_from_elsewhere  # noqa: E402
from pages import write_pages  # noqa: E402


def build(target: Path) -> int:
    """Build the site in `target`, which is replaced; return the exit code."""
    with tempfile.TemporaryDirectory(prefix="rnnbound-docs-") as scratch:
        source = Path(scratch) / "pages"
        try:
            write_pages(source, Path(scratch) / "examples")
        except ExampleError as failure:
            print(f"Error: {failure}", file=sys.stderr)
            return 1
        shutil.rmtree(target, ignore_errors=True)
        options = ["-q", "-W", "--keep-going", "-b", "html", "-c", str(HERE)]
        options += ["-d", str(Path(scratch) / "doctrees")]
        status = sphinx([*options, str(source), str(target)])
    return status or _report(target)


def _report(target: Path) -> int:
    """Say what was built, and refuse what would load something from elsewhere."""
    pages = sorted(target.glob("**/*.html"))
    files = [*pages, *target.glob("**/*.svg"), *target.glob("**/*.css")]
    strangers = [f"{file}: {address}" for file in files for address in loaded_from_elsewhere(file)]
    for line in strangers:
        print(f"Error: loaded from elsewhere: {line}", file=sys.stderr)
    print(f"{len(pages)} pages in {target}")
    return 1 if strangers else 0


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "site"))
