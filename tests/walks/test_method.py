"""A new method is one theorem and one record: then every command knows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnbound.theory.methods import METHODS, register
from tests.walks.fresh_process import completing, run

#: Projected gradient descent again, of which twice the risk is claimed.
TOY = """
from rnnbound.theory.guarantee import RiskBound
from rnnbound.theory.methods import Method, register
from rnnbound.theory.sharp_constants import SharpConstants
from rnnbound.theory.projected_descent import SharpDescent


class Doubled(SharpDescent):
    statement = "Doubled Theorem"

    def bound(self, c, m, tau):
        once = super().bound(c, m, tau)
        terms = {name: 2 * term for name, term in once.terms.items()}
        return RiskBound(terms, once.combine, once.step_size)


register(
    Method(
        name="toy",
        title="a method for this test",
        refines=None,
        stochastic=False,
        averages=False,
        projects=True,
        absent=dict.fromkeys(("printed", "corrected", "tight"), "the toy is sharp alone"),
        theorems=lambda: {"sharp": (Doubled(SharpConstants),)},
        formula="toy-theorem",
        formula_title="The toy's theorem",
        requirements=(),
    )
)
"""


def test_every_command_knows_a_new_method(tmp_path: Path) -> None:
    page, suite = tmp_path / "page.html", tmp_path / "suite.xml"
    at = "--horizon 3 --width 10000 --iterations 1000"
    columns = "method,variant,feasible,width,reason"
    lines: list[str | tuple[str, dict[str, str]]] = [
        "plan --method toy --json",
        "plan --method toy",
        f"bound --method toy --variant sharp {at} --json",
        f"bound --method pgd --variant sharp {at} --json",
        "solve epsilon --method toy --width 10000 --iterations 100 --json",
        f"sweep --over method=pgd,toy --over horizon=2,3 --columns {columns} --format csv",
        "compare --no-calibration --json",
        "formula",
        "formula toy-theorem",
        "formula toy-theorem --evaluate --json",
        f"report --horizon 2 --method toy --output {page}",
        f"verify --horizon 2 --method toy --jobs 1 --checks steps,training --junit {suite} --json",
        "verify --run-plan --method toy --horizon 2 --epsilon 0.1 --until-reached --jobs 1",
        "plan --method toy --variant tight --json",
        "plan --help",
        completing("rnnbound plan --method to"),
        completing("rnnbound sweep --method to"),
        "plan --method toy --horizon 2 --get plans.sharp.width",
    ]
    ran = dict(zip(map(str, lines), run(TOY, lines), strict=True))
    assert {line: one.err for line, one in ran.items() if one.status not in {0, 1}} == {}
    found = list(ran.values())
    assert found[0].json["plans"]["sharp"]["feasible"]
    assert "a method for this test" in found[1].out
    once, twice = (found[i].json["bounds"]["sharp"]["risk_bound"] for i in (3, 2))
    assert twice <= 2 * once * (1 + 1e-9)
    assert found[4].json["feasible"]
    assert found[4].json["variant"] == "sharp"
    assert found[5].out.count("toy,sharp,true") == 2
    assert "the toy is sharp alone" in found[5].out
    assert f"toy,sharp,true,{found[17].out.strip()}," in found[5].out
    assert found[6].json["contenders"]["toy"]["sharp"]["feasible"]
    assert "toy-theorem" in found[7].out
    assert found[8].status == 0
    assert found[9].json["value"] > 0
    assert found[10].status == 0
    html = page.read_text("utf-8")
    assert "a method for this test" in html
    assert "The toy" in html
    checks = found[11].json["checks"]
    followed = [check for check in checks if check["statement"] == "toy: ‖g‖² ≤ S R"]
    assert followed
    assert followed[0]["trials"] > 0
    assert any(check["group"] == "training" and check["trials"] for check in checks)
    assert "toy: ‖g‖² ≤ S R [sharp]" in suite.read_text("utf-8")
    assert found[12].status == 0
    assert "a method for this test" in found[12].out
    assert found[13].json["plans"]["tight"]["reason"] == "the toy is sharp alone"
    assert "tied-sgd, toy" in " ".join(found[14].out.split())
    assert found[15].out.split() == ["toy"]
    assert found[16].out.split() == ["toy"]


ABSENT = dict.fromkeys(("printed", "corrected", "tight"), "not stated")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": ""}, "title is empty"),
        ({"absent": {}}, "theorems and absent have neither for 'printed'"),
        ({"absent": {"loose": "no"}}, "absent speaks of 'loose', which is no variant"),
        (
            {"stochastic": False},
            "stochastic is False, but Theorem 1 for sgd, in expectation says True",
        ),
        ({"theorems": lambda: {"sharp": ("K",)}, "absent": ABSENT}, "'K', which is no theorem"),
        ({"averages": True}, "averages is True, but"),
        ({"projects": False}, "projects is False, but"),
        ({"refines": "adam"}, "refines 'adam', which is no method"),
        ({"name": "sgd"}, "name is that of another method"),
        ({"formula": "sgd"}, "formula is that of another method"),
        ({"requirements": None}, "requirements"),
    ],
)
def test_a_method_registered_by_halves_fails_at_once(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, object], sentence: str
) -> None:
    from rnnbound.theory.methods import Method

    known = METHODS["sgd"]
    fields = {name: getattr(known, name) for name in Method.__slots__}
    fields |= {"name": "toy", "formula": "toy", **change}
    if change == {"requirements": None}:
        del fields["requirements"]
    with pytest.raises((ValueError, TypeError), match=sentence):
        register(Method(**fields))
    assert "toy" not in METHODS
