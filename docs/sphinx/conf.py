"""Sphinx's settings; `build.py` prepares the pages and runs it."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from rnnbound import __version__  # noqa: E402

project = "rnnbound"
author = "the rnnbound developers"
project_copyright = f"2026, {author}"
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "mathml"]
smartquotes = False  # -- begins an option
exclude_patterns = ["README.md"]  # the pages take parts of it in

myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 4  # links to headings work as they do where the source is read

autodoc_class_signature = "mixed"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "undoc-members": False}
napoleon_use_ivar = True
napoleon_use_rtype = False
python_use_unqualified_type_names = True

html_math_renderer = "mathml"
html_theme = "furo"
html_title = f"rnnbound {release}"
html_static_path = [str(HERE / "static")]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#8a3b12", "color-brand-content": "#8a3b12"},
    "dark_css_variables": {"color-brand-primary": "#f0a472", "color-brand-content": "#f0a472"},
}
pygments_style = "friendly"
pygments_dark_style = "github-dark"


def setup(app: Sphinx) -> None:
    """Read docstrings and lists of parameters as they are meant."""
    app.connect("autodoc-process-docstring", _escape_bars)
    app.connect("doctree-read", _set_dashes)


def _escape_bars(*event: Any) -> None:
    """In our docstrings a bar is an absolute value, never a substitution."""
    lines = event[-1]
    lines[:] = [
        "".join(part if part.startswith("``") else part.replace("|", r"\|") for part in parts)
        for parts in (re.split(r"(``.*?``)", line) for line in lines)
    ]


def _set_dashes(app: Sphinx, page: nodes.document) -> None:
    """Sphinx leaves its dash between a parameter and its meaning to smart quotes."""
    for text in list(page.findall(nodes.Text)):
        if text == " -- ":
            text.parent.replace(text, nodes.Text(" – "))
