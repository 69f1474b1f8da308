"""The scenario from options, environment, file and defaults, and everything wrong with them."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from rnnbound.scenario import input_file
from rnnbound.scenario.scenario import DEFAULTS, FIELDS
from rnnbound.scenario.scenario_file import LARGEST

from .conftest import Run

GOOD = {
    "horizon": "7", "samples": "1e4", "dim": "1_0", "alpha": "0.25", "nu_w": "0.125",
    "nu_u": "1e-1", "rho_w": "1.5", "rho_u": ".75", "delta": "0.02", "activation": "erf",
}  # fmt: skip
READ = {
    "horizon": 7, "samples": 10000, "dim": 10, "alpha": 0.25, "nu_w": 0.125, "nu_u": 0.1,
    "rho_w": 1.5, "rho_u": 0.75, "delta": 0.02, "activation": "erf",
}  # fmt: skip
BAD = [
    *[(key, bad) for key in ("horizon", "samples", "dim")
      for bad in ("0", "-1", "1.5", "x", "", "nan", "inf", "1e400", "1e-400", "0x10", "1 0")],
    *[(key, bad) for key in ("alpha", "nu_w", "nu_u", "rho_w", "rho_u", "delta")
      for bad in ("-1", "x", "", "nan", "-inf", "1e400", "1e-400", "1/2", "1e9999999999999999999")],
    ("alpha", "0"), ("rho_w", "0.4"), ("rho_u", "0.4"), ("delta", "0"), ("delta", "1"),
    ("activation", "relu"), ("activation", "tahn"), ("activation", ""), ("activation", "sigmoid"),
]  # fmt: skip


def option(name: str) -> str:
    return "--" + name.replace("_", "-")


@pytest.mark.parametrize("key", GOOD)
def test_precedence(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: str) -> None:
    get = f"scenario --get scenario.{key}"
    file = tmp_path / "s.json"

    def value(*more: str) -> object:
        text = run(get, *more).out.strip()
        return text if key == "activation" else json.loads(text)

    default = DEFAULTS[key] if DEFAULTS[key] is not None else 0.5
    assert value() == default
    file.write_text(json.dumps({key: "nonsense"}))
    assert run(get, "--scenario", str(file)).status == 2
    file.write_text(json.dumps({key: READ[key]}))
    assert value("--scenario", str(file)) == READ[key]
    file.write_text(json.dumps({key: "nonsense"}))
    monkeypatch.setenv(f"RNNBOUND_{key.upper()}", GOOD[key])
    assert value("--scenario", str(file)) == READ[key]
    monkeypatch.setenv(f"RNNBOUND_{key.upper()}", "nonsense")
    assert value("--scenario", str(file), option(key), GOOD[key]) == READ[key]


def test_short_options(run: Run) -> None:
    ran = run("scenario -T 3 -n 4 -d 5 --json")
    assert [ran.json["scenario"][key] for key in ("horizon", "samples", "dim")] == [3, 4, 5]


@pytest.mark.parametrize(("key", "bad"), BAD)
def test_a_bad_value_is_refused_wherever_it_stands(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: str, bad: str
) -> None:
    file = tmp_path / "s.json"
    file.write_text(json.dumps({key: bad}))
    by_option = run("plan", option(key), bad)
    by_file = run("plan --scenario", str(file))
    monkeypatch.setenv(f"RNNBOUND_{key.upper()}", bad)
    by_variable = run("plan")
    places = (option(key), f"{file}: {key}", f"RNNBOUND_{key.upper()}")
    for ran, place in zip((by_option, by_file, by_variable), places, strict=True):
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith(f"Error: {place}: "), ran.err
        assert ran.err.count("\n") == 1


def test_suggestions(run: Run) -> None:
    assert "did you mean 'tanh'" in run("plan --activation tahn").err
    assert "did you mean 'logistic'" in run("plan --activation sigmoid").err
    assert "σ0 is infinite" in run("plan --activation relu").err
    assert "both" in run("plan --nu-w 0 --nu-u 0").err


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.toml", "horizon = 1\nhorizon = 2", ["duplicate key 'horizon'", "line 2"]),
        ("a.json", '{"dim": 1, "dim": 2}', ["dim: duplicate key"]),
        ("a.toml", "horizn = 1", ["horizn: unknown key", "'horizon'"]),
        ("a.toml", "[scenario]\nhorizon = 1", ["scenario.horizon: unknown key"]),
        ("a.toml", "[horizon]\nx = 1", ["horizon: must be", "table"]),
        ("a.toml", "", ["empty"]),
        ("a.json", " \n", ["empty"]),
        ("a.toml", "horizon = ", ["not TOML", "line 1"]),
        ("a.json", "{", ["not JSON", "line 1"]),
        ("a.json", "[1]", ["one table"]),
        ("a.json", '{"alpha": NaN}', ["NaN"]),
        ("a.json", '{"alpha": -Infinity}', ["Infinity"]),
        ("a.toml", "alpha = nan", ["alpha: must be finite"]),
        ("a.toml", "alpha = inf", ["alpha: must be finite"]),
        ("a.json", '{"alpha": 1e400}', ["alpha", "overflows"]),
        ("a.toml", "alpha = 1e400", ["alpha", "overflows"]),
        ("a.json", '{"alpha": 1e-400}', ["alpha", "underflows"]),
        ("a.toml", "alpha = 1e99999999999999999999", ["alpha: "]),
        ("a.json", '{"alpha": true}', ["alpha", "boolean"]),
        ("a.json", '{"alpha": null}', ["alpha", "null"]),
        ("a.toml", "horizon = 1979-05-27", ["horizon", "date"]),
        ("a.toml", "activation = 3", ["activation"]),
        ("a.toml", "horizon = 1" + "0" * 5000, ["4300 digits"]),
        ("a.json", '{"horizon": 1' + "0" * 5000 + "}", ["horizon", "overflows"]),
        ("a.toml", "x = " + "[" * 100_000, ["nested too deeply"]),
        ("a.json", "[" * 100_000, ["nested too deeply"]),
        ("a.toml", b"\xff\xfe", ["UTF-8", "0xff"]),
        ("a.toml", b"horizon\0", ["binary"]),
        ("a.toml", " " * (LARGEST + 1), ["larger"]),
        ("a.yaml", "horizon: 1", [".toml or .json"]),
        ("a", "horizon = 1", [".toml or .json"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_bad_file(
    run: Run, tmp_path: Path, name: str, content: str | bytes, words: list[str]
) -> None:
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    ran = run("plan --scenario", str(file))
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"Error: {file}: ")
    assert ran.err.count("\n") == 1
    assert all(word in ran.err for word in words), ran.err


def test_all_faults_of_a_file_at_once(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"dim": 1, "dim": 2, "horizn": 1, "alpha": 0, "delta": "x", "t": {"u": 1}}')
    ran = run("plan --scenario", str(file))
    assert ran.status == 2
    where = [line.split(": ")[1] for line in ran.err.splitlines()[1:]]
    assert where == ["dim", "horizn", "t.u", "alpha", "delta"]


def test_files_that_cannot_be_opened(run: Run, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.toml", "", "/dev/zero"):
        ran = run("plan --scenario", str(path))
        assert (ran.status, ran.out) == (2, "")
        assert "Traceback" not in ran.err


def test_an_unreadable_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(name: str, mode: str, **_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), name)

    file = tmp_path / "a.toml"
    file.touch()
    # The superuser may read everything, so the system alone would not refuse him.
    monkeypatch.setattr(input_file, "open", refused, raising=False)
    ran = run("plan --scenario", str(file))
    assert (ran.status, ran.out) == (2, "")
    assert "Permission denied" in ran.err


def test_standard_input_and_byte_order_marks(run: Run, tmp_path: Path) -> None:
    get = "scenario --get scenario.horizon --scenario"
    assert run(f"{get} -", stdin='{"horizon": 1e1}').out == "10\n"
    assert run(f"{get} -", stdin="{}").out == "10\n"
    assert "standard input" in run(f"{get} -", stdin="").err
    file = tmp_path / "A.TOML"
    file.write_text("\ufeffhorizon = 1_2  # [/2]\n", "utf-8")
    assert run(get, str(file)).out == "12\n"


def test_the_schema_says_what_the_table_of_fields_says(run: Run) -> None:
    ran = run("scenario --show-schema")
    properties = ran.json["properties"]
    assert ran.status == 0
    assert list(properties) == [field.name for field in FIELDS]
    assert ran.json["additionalProperties"] is False
    assert not ran.json.get("required")
    for field in FIELDS:
        found = properties[field.name]
        assert dict(field.schema).items() <= found.items()
        assert field.meaning in found["description"]
        assert found.get("default") == DEFAULTS[field.name]
