"""A Sphinx extension: formulas become MathML when the site is built, so pages need no script."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.util import logging

_TAG = re.compile(r"\\tag\{(.*?)\}")
_CONVERTER = LatexToMathML(macros={"cr": r"\\"}, fancy_error=False)
_LOGGER = logging.getLogger(__name__)


def mathml(latex: str, *, block: bool) -> str:
    """The formula as a MathML element; a tag stands beside it.

    Raises:
        LatexError: it cannot be converted.
    """
    tags = _TAG.findall(latex)
    plain = _TAG.sub("", latex).replace("{smallmatrix}", "{matrix}")
    formula = _CONVERTER.convert_with_local_state(plain, displaystyle=block)
    if not block:
        return formula
    beside = "".join(f'<span class="tag">({escape(tag)})</span>' for tag in tags)
    return f'<div class="formula"><div>{formula}</div>{beside}</div>\n'


def _write(translator: Any, node: nodes.Element, *, block: bool) -> None:
    try:
        translator.body.append(mathml(node.astext(), block=block))
    except LatexError as error:
        _LOGGER.warning("%s in the formula %r", error, node.astext(), location=node)
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Make `mathml` a renderer of formulas."""
    app.add_html_math_renderer(
        "mathml",
        (lambda translator, node: _write(translator, node, block=False), None),
        (lambda translator, node: _write(translator, node, block=True), None),
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
