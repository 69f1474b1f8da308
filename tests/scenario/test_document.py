"""Scenario files of strangers: refused in words, in no time, whatever they nest or repeat."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnbound.errors import RequestError
from rnnbound.scenario import scenario_file
from rnnbound.scenario.nesting_depth_limit import require_shallow


def refused(path: Path, text: str | bytes) -> str:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        _, faults = scenario_file.load(str(path))
    except RequestError as error:
        faults = [*error.faults]
    said = str(faults[0])
    assert len(said) < 500
    return said


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.toml", "a." * 30_000 + "b = 1", "nested too deeply (line 1"),
        ("a.toml", "horizon = 1\n" + "a." * 2_000 + "b = 1", "nested too deeply (line 2"),
        ("a.toml", "[" + "a." * 2_000 + "b]", "nested too deeply"),
        ("a.toml", "a = " + "[" * 100_000, "nested too deeply"),
        ("a.toml", "a = " + "{b = " * 1_000, "nested too deeply"),
        ("a.toml", 'a = ["""x""""", ' + "[" * 1_000, "nested too deeply"),
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.json", '{"a": ' * 1_000, "nested too deeply"),
        ("a.toml", "horizon = " + "9" * 100_000, "an integer of more than 4300 digits"),
        ("a.toml", "horizon = 0x" + "F" * 100_000, "an integer of more than 4300 digits"),
        ("a.toml", "x = [[0b" + "1" * 100_000 + "]]", "an integer of more than 4300 digits"),
        ("a.toml", "x\u2028 = 1\nhorizon = 1\nhorizon = 2", "is not TOML"),
        ("a.toml", "horizon = 1\nhorizon = 2", "duplicate key 'horizon' (line 2)"),
        ("a.toml", '"' + "k" * 100_000 + '" = 1', "(100002 characters): unknown key"),
        ("a.toml", "a.b = 1\n", "a.b: unknown key"),
        ("a.toml", b"horizon = 1\0", "is binary"),
        ("a.toml", b"activation = '\xed\xa0\x80'", "is not UTF-8 text"),
        ("a.json", '{"\\ud800": 1}', "unknown key"),
        ("a.json", "null", "must be one table"),
    ],
)
def test_a_file_that_is_no_scenario_is_refused(
    tmp_path: Path, name: str, text: str | bytes, said: str
) -> None:
    assert said in refused(tmp_path / name, text)


def test_numbers_of_any_length_are_kept_for_the_field_to_judge(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"horizon": ' + "9" * 100_000 + ', "alpha": 1e999999}')
    values, faults = scenario_file.load(str(path))
    assert faults == []
    assert values["horizon"] == "9" * 100_000
    assert str(values["alpha"]) == "1E+999999"


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    for name, text in (("a.toml", "\ufeffhorizon = 3"), ("a.json", '\ufeff{"horizon": 3}')):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        assert scenario_file.load(str(path)) == ({"horizon": 3}, [])


def test_many_unknown_keys_and_scenarios_take_no_time_to_speak_of(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("{" + ",".join(f'"{i}": 1' for i in range(2_000)) + "}")
    _, faults = scenario_file.load(str(path))
    assert len(faults) == 2_000
    assert "known: horizon" in faults[0].message
    assert faults[-1].message == "unknown key"  # nobody reads so many suggestions
    path.write_text("[" + ",".join("{}" for _ in range(scenario_file.MOST + 1)) + "]")
    with pytest.raises(RequestError, match=r"holds 10,001 scenarios, more than 10,000"):
        scenario_file.load_all(str(path))


def test_names_of_scenarios_differ(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"name": "a"}, {"name": "b"}, {"name": "a"}, {}, {"name": []}]')
    _, faults = scenario_file.load_all(str(path))
    assert [fault.where.rpartition(": ")[2] for fault in faults] == ["3.name", "5.name"]


@pytest.mark.parametrize(
    "text",
    [
        '"a.b.c" = ".....................[[[[[[[[[[[[[[[[[[[[["',
        "# .....................\n'.....................' = 1",
        'a = """\n[[[[[[[[[[[[[[[[[[[[[\\"""[[[[""""\nb = [1.5, [2.5]]',
        "a = '''\n[[[[[[[[[[[[[[[[[[[[['[''''\nb = [1.5, [2.5]]",
        "a = [" + "{x = 1.5, y = [2.5]}, " * 100 + "]",
        "\n".join(f"a.b{i}.c = {i}.5" for i in range(100)),
        '{"a": [{"b": "[[[[[[[[[[[[[[[[[[[[[\\"[[["}]}',
    ],
)
def test_dots_and_brackets_in_texts_and_lists_are_no_depth(text: str) -> None:
    require_shallow(text)


@pytest.mark.parametrize("text", ['"""' + '\\"""' * 20_000, "'''a" * 20_001, '"\n' * 20_000])
def test_quotes_that_are_not_closed_are_looked_at_once(text: str) -> None:
    require_shallow(text)
    with pytest.raises(ValueError, match="nested too deeply"):
        require_shallow("[" * 30 + text)
