"""`rnnbound report`: one page, the same for the same request, in a real browser."""

from __future__ import annotations

import html
import json
import os
import re
import shlex
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.browser import BROWSER, Tab, tab

from .conftest import Run

TASK = "report --horizon 3 --alpha 0.3 --delta 0.1"
HOSTILE = "<script>alert(1)</script>"
CHECK = {
    "group": "lemmas", "statement": HOSTILE, "variant": "sharp", "trusted": True,
    "ratio": 0.97, "verdict": "holds",
}  # fmt: skip
SCENARIO = {
    "horizon": 3, "samples": 1000, "dim": 1, "alpha": 0.3, "nu_w": 0.5, "nu_u": 0.5,
    "rho_w": 0.5, "rho_u": 0.5, "delta": 0.1, "activation": "tanh",
}  # fmt: skip
SAVED = {
    "schema": "rnnbound.verify/1", "version": "0.1.0", "passed": True, "complete": True,
    "checks": [CHECK, CHECK | {"variant": "printed", "trusted": False, "verdict": "refuted"}],
    "scenario": SCENARIO, "seed": 7,
}  # fmt: skip


class _Nesting(HTMLParser):
    """Sees that every element is closed where it should be, and that no name is used twice."""

    VOID = ("meta", "link", "br", "hr", "img", "input")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _read(page: Path) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Nesting()
    parser.feed(page.read_text(encoding="utf-8"))
    assert parser.open == []
    return parser.tags


@pytest.fixture(scope="module")
def made() -> list[Path]:
    """The pages that were made, which takes seconds."""
    return []


@pytest.fixture
def pages(run: Run, made: list[Path], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A report with checks, and one for a file whose columns have names that are markup."""
    if len(made) == 2:
        return made
    made.clear()
    folder = tmp_path_factory.mktemp("report")
    saved, data = folder / "checks.json", folder / "<b>&.csv"
    saved.write_text(json.dumps(SAVED))
    rows = (f"{k},{k * k * 7 % 13}\n" for k in range(30))
    data.write_text(f'year,"{HOSTILE}"\n{"".join(rows)}')
    plain = ["--verification", str(saved), *TASK.split()[1:]]
    words = ["--data", str(data), "--target", "2", "--window", "3", "--alpha", "0.1"]
    words += ["--method", "tied", "--activation", "sin(2*z)/2"]
    for name, options in (("plain", plain), ("data", words)):
        page = folder / f"{name}.html"
        ran = run("report", *options, "--output", str(page))
        assert (ran.status, ran.out, ran.err) == (0, "", "")
        made.append(page)
    return made


def test_the_page_says_what_plan_says(run: Run, pages: list[Path]) -> None:
    text = pages[0].read_text(encoding="utf-8")
    planned = run("plan --horizon 3 --alpha 0.3 --delta 0.1 --json").json
    best = planned["plans"][planned["headline"]]
    assert f"width {best['width']:,} and {best['iterations']:,} iterations" in text
    for wanted in ("2402.12241", "<math", 'class="chart"', "not a guarantee", "Passed:", "seed 7"):
        assert wanted in text
    assert "another scenario" not in text


def test_the_command_on_the_page_makes_the_same_page(
    run: Run, pages: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for page in pages:
        text = page.read_text(encoding="utf-8")
        found = re.search(r'<pre class="command">(.*?)</pre>', text, re.DOTALL)
        assert found is not None
        words = shlex.split(html.unescape(found[1]))
        monkeypatch.chdir(tmp_path)
        assert run("", *words[1:]).status == 0
        assert (tmp_path / "report.html").read_text(encoding="utf-8") == text


def test_the_markup_is_sound_and_loads_nothing(pages: list[Path]) -> None:
    for page in pages:
        tags = _read(page)
        named = [attributes["id"] for _, attributes in tags if "id" in attributes]
        assert len(named) == len(set(named))
        assert {tag for tag, _ in tags}.isdisjoint({"script", "iframe", "object", "img", "base"})
        assert not [a for _, a in tags if any(name.startswith("on") for name in a)]
        assert not [a for _, a in tags if "style" in a]
        loaded = [a.get("src") or a.get("href", "") for t, a in tags if t not in {"a", "use"}]
        assert not [address for address in loaded if address and not address.startswith("data:")]
        for tag, attributes in tags:
            assert tag != "th" or "scope" in attributes
            assert attributes.get("class") != "chart" or attributes["aria-label"]
            assert tag != "html" or attributes["lang"] == "en"


def test_what_strangers_wrote_is_shown_literally(pages: list[Path]) -> None:
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert HOSTILE not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


@pytest.mark.parametrize(
    ("saved", "said"),
    [
        ("no JSON", "JSON"),
        ("{}", "schema"),
        (json.dumps(SAVED | {"schema": "rnnbound.plan/1"}), "schema"),
        (json.dumps(SAVED | {"checks": [CHECK | {"verdict": "<b>"}]}), "checks.0.verdict"),
        (json.dumps(SAVED | {"checks": [CHECK | {"ratio": []}]}), "checks.0.ratio"),
    ],
)
def test_what_is_no_saved_result_is_refused(
    run: Run, tmp_path: Path, saved: str, said: str
) -> None:
    file = tmp_path / "checks.json"
    file.write_text(saved)
    ran = run(f"{TASK} --verification {file}")
    assert (ran.status, ran.out) == (2, "")
    assert "--verification" in ran.err
    assert said in ran.err


def test_checks_of_another_scenario_are_told_apart(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "checks.json"
    other: dict[str, Any] = SAVED | {"scenario": SCENARIO | {"alpha": 0.4, "activation": HOSTILE}}
    file.write_text(json.dumps(other))
    text = run(f"{TASK} --verification {file}").out
    assert "another scenario:</strong> alpha = 0.4, activation = &lt;script&gt;" in text


def test_a_target_out_of_reach_exits_1_and_says_why(run: Run) -> None:
    ran = run("report --horizon 1e14 --alpha 20 --method tied")
    assert ran.status == 1
    assert "No guarantee (tight)" in ran.out
    assert 'class="answer no"' in ran.out


def test_the_same_as_data(run: Run) -> None:
    found = run(f"{TASK} --json")
    assert found.status == 0
    planned = run("plan --horizon 3 --alpha 0.3 --delta 0.1 --json").json
    assert found.json["plan"]["plans"] == planned["plans"]
    rows = run(f"{TASK} --format csv").out.splitlines()
    assert len(rows) == 1 + 4 * 7


def test_the_extra_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    ran = run(TASK)
    assert (ran.status, ran.out) == (2, "")
    assert "pip install 'rnnbound[report]'" in ran.err


needs_browser = pytest.mark.skipif(
    BROWSER is None and "CI" not in os.environ, reason="there is no chromium on this machine"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Tab]:
    with tab() as opened:
        yield opened


@needs_browser
@pytest.mark.parametrize("width", [360, 1200])
def test_in_a_browser(browser: Tab, pages: list[Path], width: int) -> None:
    for page in pages:
        browser.open(page, width, 800)
        assert browser.requests() == [page.resolve().as_uri()]
        assert browser.complaints() == []
        assert browser.value("document.documentElement.scrollWidth") <= width
        assert browser.value("document.querySelectorAll('svg.chart').length") == 2
        # Formulas are laid out as formulas: a fraction is higher than a line.
        assert browser.value("document.querySelector('mfrac').getBoundingClientRect().height") > 20
        assert browser.value("getComputedStyle(document.body).backgroundColor") == (
            "rgb(254, 254, 254)"
        )
        browser.open(page, width, 800, dark=True)
        assert browser.value("getComputedStyle(document.body).backgroundColor") == (
            "rgb(23, 23, 26)"
        )
        assert browser.printed().startswith(b"%PDF")


@needs_browser
def test_the_browser_would_notice(browser: Tab, pages: list[Path], tmp_path: Path) -> None:
    """A page that does what ours must not is seen to do it."""
    text = pages[0].read_text(encoding="utf-8")
    wide = '<main><div style="width:2000px">wide</div><img src="http://127.0.0.1:9/x.png">'
    bad = tmp_path / "bad.html"
    bad.write_text(text.replace("<main>", wide).replace("<footer", "<script>1</script><footer"))
    browser.open(bad, 360, 800)
    assert len(browser.complaints()) >= 3  # the style, the picture and the script are refused
    free = tmp_path / "free.html"
    free.write_text(re.sub("<meta http-equiv[^>]*>", "", bad.read_text()))
    browser.open(free, 360, 800)
    assert len(browser.requests()) == 2
    assert browser.value("document.documentElement.scrollWidth") > 360
