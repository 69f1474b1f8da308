"""A Sphinx extension: formulas become MathML when the site is built, so pages need no script.

Few phones have a font with the tables that MathML needs, so the site brings one: of STIX Two Math,
as ziamath distributes it, the characters that occur.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from importlib.resources import as_file, files
from itertools import chain
from pathlib import Path
from typing import Any, Final

from docutils import nodes
from fontTools import subset
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.util import logging

_TAG = re.compile(r"\\tag\{(.*?)\}")
_CONVERTER = LatexToMathML(macros={"cr": r"\\"}, fancy_error=False)
_LOGGER = logging.getLogger(__name__)

#: Browsers set a single letter in italics, which are characters of their own.
_ITALICS: Final = (range(0x1D434, 0x1D468), range(0x1D6E2, 0x1D71C), [0x210E])
_written: set[str] = set()


def mathml(latex: str, *, block: bool) -> str:
    """The formula as a MathML element; a tag stands beside it.

    Raises:
        LatexError: it cannot be converted.
    """
    tags = _TAG.findall(latex)
    plain = _TAG.sub("", latex).replace("{smallmatrix}", "{matrix}")
    formula = _CONVERTER.convert_with_local_state(plain, displaystyle=block)
    _written.update(formula)
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


def write_font(path: Path, characters: Iterable[str]) -> None:
    """Write the font of formulas with `characters` and the italic letters."""
    options = subset.Options(flavor="woff", layout_features=["*"], name_IDs=["*"])
    with as_file(files("ziamath.fonts") / "STIXTwoMath-Regular.ttf") as file:
        font = subset.load_font(file, options)
    _offer_scripts(font["GSUB"].table)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[*map(ord, characters), *chain(*_ITALICS)])
    subsetter.subset(font)
    subset.save_font(font, path, options)


def _offer_scripts(table: Any) -> None:
    """Let every writing system have the glyphs for scripts, such as primes.

    The font offers them to mathematics alone, as which not all browsers set formulas.
    """
    listed = enumerate(table.FeatureList.FeatureRecord)
    shapes = [index for index, record in listed if record.FeatureTag == "ssty"]
    for record in table.ScriptList.ScriptRecord:
        language = record.Script.DefaultLangSys
        if language is not None:
            language.FeatureIndex = sorted({*language.FeatureIndex, *shapes})
            language.FeatureCount = len(language.FeatureIndex)


def _finish(app: Sphinx, failure: Exception | None) -> None:
    if failure is None:
        write_font(Path(app.outdir) / "_static" / "formulas.woff", _written)


def setup(app: Sphinx) -> dict[str, Any]:
    """Make `mathml` a renderer of formulas."""
    app.add_html_math_renderer(
        "mathml",
        (lambda translator, node: _write(translator, node, block=False), None),
        (lambda translator, node: _write(translator, node, block=True), None),
    )
    app.connect("build-finished", _finish)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
