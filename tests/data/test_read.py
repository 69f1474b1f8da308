"""Files as people have them: what is read, and what is refused with which words."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnbound import Dataset, RequestError, read_dataset
from rnnbound.data import file_limits

SUNSPOTS = Path(__file__).parents[2] / "docs" / "data" / "sunspots.csv"


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(content: str | bytes, name: str = "series.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def faults(path: Path, **options: Any) -> str:
    with pytest.raises(RequestError) as caught:
        read_dataset(path, **options)
    return "\n".join(str(fault) for fault in caught.value.faults).replace(str(path), "FILE")


def units(found: Dataset) -> tuple[list[Any], list[Any]]:
    """Inputs (of the first column) and targets in the data's units."""
    X, Y = found.scaling.inputs(found.X), found.scaling.targets(found.Y)
    return np.round(X[:, :, 0], 9).tolist(), np.round(Y, 9).tolist()


def test_the_sunspots_of_the_theory() -> None:
    found = read_dataset(SUNSPOTS, window=4, stride=2, target="sunspots")
    series = np.loadtxt(SUNSPOTS, delimiter=",", skiprows=1)[:, 1]
    starts = range(0, len(series) - 4, 2)
    centred = series - series.mean()
    X = np.array([centred[s : s + 4] for s in starts]) / np.abs(centred).max()
    X = np.stack([X, np.full_like(X, 0.5)], axis=2)
    Y = np.array([centred[s + 1 : s + 5] for s in starts])
    assert found.X.shape == (153, 4, 2)
    assert found.Y.shape == (153, 4)
    np.testing.assert_allclose(found.X, X / np.linalg.norm(X, axis=2).max(), rtol=1e-13)
    np.testing.assert_allclose(found.Y, Y / np.sqrt((Y**2).sum() / 153), rtol=1e-13, atol=1e-15)
    assert found.initial_risk == pytest.approx(1, rel=1e-14)
    assert (found.samples, found.horizon, found.dim) == (153, 4, 2)
    assert found.channels == ("sunspots", "constant")


def test_windows_lead_and_stride(file: Any) -> None:
    path = file("5\n6\n7\n8\n9\n11\n")
    assert units(read_dataset(path, window=2)) == (
        [[5, 6], [6, 7], [7, 8], [8, 9]],
        [[6, 7], [7, 8], [8, 9], [9, 11]],
    )
    assert units(read_dataset(path, window="2", stride=3, lead=2)) == (
        [[5, 6]],
        [[7, 8]],
    )
    assert units(read_dataset(path, window=5))[1] == [[6, 7, 8, 9, 11]]


def test_lead_0_pairs_rows(file: Any) -> None:
    path = file("u,y\n1,10\n2,30\n4,20\n")
    found = read_dataset(path, window=3, target="y", inputs="u", lead=0, bias=False)
    assert units(found) == ([[1, 2, 4]], [[10, 30, 20]])
    assert found.X.shape == (1, 3, 1)
    assert np.abs(found.X).max() == 1
    assert found.scaling.bias is None


def test_the_columns_of_several_inputs_keep_their_order(file: Any) -> None:
    path = file('"a,b",c,2\n1,5,9\n2,6,8\n4,1,9\n3,2,2\n')
    for inputs in ("c,1", ["c", 1], ("c", "a,b")):
        found = read_dataset(path, window=2, target="2", inputs=inputs)
        assert found.origin.inputs == ("c", "a,b")
        assert found.origin.target == "2"  # a name goes before a number
        np.testing.assert_allclose(found.scaling.inputs(found.X)[0], [[5, 1], [6, 2]])
    assert read_dataset(path, window=2, target=2, inputs="a,b").origin.inputs == ("a,b",)


def test_groups_are_series_of_their_own(file: Any) -> None:
    path = file("g,v\nA,1\nB,20\nA,2\nB,30\nA,4\nB,50\nB,60\n")
    found = read_dataset(path, window=2, group="g")
    assert units(found) == ([[1, 2], [20, 30], [30, 50]], [[2, 4], [30, 50], [50, 60]])
    assert found.origin.series == 2
    even = file("g,v\nA,1\nB,20\nA,2\nB,30\nA,4\nB,50\n", "even.csv")
    assert units(read_dataset(even, group=1)) == ([[1, 2], [20, 30]], [[2, 4], [30, 50]])


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n3,5\n4,6\n",
        "\ufeffa,b\r\n1,2\r\n3,5\r\n4,6\r\n",
        'a,b\n"1","2"\n"3"," 5 "\n+4,6.0e0',
        "a\tb\n1\t2\n3\t5\n4\t6\n\n\n",
        "a;b\n1;2\n3;5\n4;6\n;\n;\n",
        "\n\na,b\r1,2\r3,5\r4,6\r",
        "1,2\n3,5\n4,6\n",
        '"a\nz",b\n1,2\n3,5\n4,6\n',
        "\x1b[31mday,b\n2001-01-01,2\n2001-01-02,5\n2001-01-03,6\n",
        'x,b,note\n1,2,\n3,5,NA\n4,6,"1,000"\n',
    ],
)
def test_ways_to_write_the_same_table(file: Any, text: str) -> None:
    found = read_dataset(file(text), window=2, target=2)
    assert units(found) == ([[2, 5]], [[5, 6]])
    assert found.origin.rows == 3


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("3,", "is missing; fill the gap"),
        ("3,NA", "is missing ('NA')"),
        ("3,nan", "is missing ('nan')"),
        ("3,inf", "is infinite"),
        ("3,1e999", "is too large for a double"),
        ("3,five", "is text, not a number (given: 'five')"),
        ('3,"3,14"', "has a decimal comma; write numbers with a decimal point"),
        ('3,"1.234,5"', "has a decimal comma"),
        ('3,"1,234"', "has a comma, which may separate decimals or thousands"),
        ('3,"1,234,567.5"', "has thousands separators"),
        ("3,1 234 567", "has thousands separators"),
        ("3,1'234", "has thousands separators"),
        ("3,1_000", "has thousands separators"),
        ("3,5%", "has a per cent sign"),
        ("3,−5", "has a typographic minus"),
        ("3,2001-05-06", "is a date or a time"),
        ("3,0x10", "is text"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column(file: Any, row: str, said: str) -> None:
    said = said.replace("has a typographic", "begins with a typographic")
    found = faults(file(f"a,b\n1,2\n{row}\n5,6\n"), window=1, target="b")
    assert found.startswith(f"FILE: row 2 (line 3), column 2 'b': {said}")


def test_many_bad_cells_are_counted(file: Any) -> None:
    rows = "".join(f"{i},x\n" for i in range(2000))
    found = faults(file("a,b\n" + rows + "1,2\n"), window=1, target=2, inputs="a,b").splitlines()
    assert len(found) == 6
    assert "row 5 (line 6), column 2 'b'" in found[4]
    assert found[5].endswith("column 2 'b': 1,995 more cells are missing or no numbers")


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("a,b\n1,2\n3\n", {}, "row 2 (line 3): has 1 cell, the first row has 2 cells"),
        ("a,b\n1,2\n3,5,6\n", {}, "a comma inside a number must go"),
        ("a,b\n1,2\n\n5,6\n", {}, "row 2 (line 3): is empty: a gap"),
        ('a,b\n1,"2\n5,6\n', {}, "line 2: has a quote that is not closed"),
        ("a,b\n", {}, "FILE: has a header and no rows"),
        ("a,b\n1,5\n2,5\n3,5\n", {}, "column 2 'b': is constant (always 5)"),
        ("a,b\n1,2\n3,4\n", {"window": 3}, "FILE: has 2 rows; a window of 3 with lead 1"),
        ("a,b\n1,1e200\n1,2\n1,3\n", {}, "column 2 'b': has values beyond ±1e+150"),
        ("a,b\n1,1e-200\n1,2e-200\n1,0\n", {}, "varies by less than 1e-150"),
        ("a,b\n1,0.3\n1,0.30000000000000004\n1,0.3\n", {}, "is constant up to rounding"),
        ("b,b\n1,2\n3,4\n", {"target": "b"}, "columns 1, 2 are all called 'b'; give the number"),
        ("a,bb\n1,2\n3,4\n", {"target": "bbb"}, "did you mean 'bb'?; columns: 1 'a', 2 'bb'"),
        ("a,b\n1,2\n3,4\n", {"target": "0"}, "columns are numbered from 1 to 2 (given: '0')"),
        ("a,b\n1,2\n3,4\n", {"target": None}, "target: is needed: the column to predict; columns"),
        ("a,b\n1,2\n3,4\n", {"window": None}, "window: is needed"),
        ("a,b\n1,2\n3,4\n", {"window": 0}, "window: must be an integer from 1 to 1,000,000,000"),
        ("a,b\n1,2\n3,4\n", {"lead": "1.5"}, "lead: must be an integer"),
        ("a,b\n1,2\n3,4\n", {"lead": 0}, "inputs: must not hold the target if lead is 0"),
        ("a,b\n1,2\n3,4\n", {"inputs": []}, "inputs: must name at least one column"),
        ("a,b\n1,2\n3,4\n", {"inputs": "a,1"}, "inputs: names column 1 'a' twice"),
        ("a,b\n1,2\n3,4\n", {"group": "b"}, "target: must not be the group (column 2 'b')"),
        ("a,b\nA,2\n,4\n", {"group": "a"}, "row 2 (line 3), column 1 'a': is empty"),
        (
            "a,b\nA,2\nB,4\nA,3\n",
            {"group": "a"},
            "row 2 (line 3): the series 'B' has 1 row; a window of 1 with lead 1 needs 2",
        ),
        (
            "a,b\nA,2\nB,4\nA,3\n",
            {"group": "a", "window": None},
            "row 2 (line 3): the series 'B' that begins here has 1 row, 'A' has 2",
        ),
    ],
)
def test_what_is_wrong_is_said(file: Any, text: str, options: Any, said: str) -> None:
    assert said in faults(file(text), **{"window": 1, "target": 2, **options})


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\n \n", "is empty"),
        ("a.csv", b"a,b\n1,\xe9\n", "is not UTF-8 text (line 2, byte 0xe9)"),
        ("a.csv", "a,b\n1,2\n".encode("utf-16"), "is UTF-16 text"),
        ("a.csv", b"a,b\n1,\0\n", "is binary"),
        ("a.xlsx", b"whatever", "is a spreadsheet; save the sheet as CSV"),
        ("a.csv", b"PK\x03\x04..[Content_Types].xml", "is a spreadsheet"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "is a spreadsheet"),
        ("a.csv.gz", b"\x1f\x8b", "is compressed"),
        ("a.json", b"{}", "has an unknown suffix '.json'"),
        ("a.npy", b"1,2\n", "is not a .npy file"),
        ("a.npy", b"\x93NUMPY\1\0", "the array: is damaged"),
        ("a.npz", b"PK\x03\x04", "is a damaged NPZ file"),
        ("a.parquet", b"PAR1....PAR1", "is a damaged parquet file"),
        ("a.feather", b"ARROW1..........ARROW1", "is a damaged feather file"),
    ],
)
def test_files_that_are_not_read(file: Any, name: str, content: bytes, said: str) -> None:
    assert said in faults(file(content, name), window=1, target=1)


def test_files_that_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "cannot be read: No such file" in faults(tmp_path / "no.csv", window=1)
    assert "cannot be read: it is a directory" in faults(tmp_path, window=1)
    monkeypatch.setattr(file_limits, "LARGEST", 10)
    assert "is larger than a data file may be (10 bytes)" in faults(SUNSPOTS, window=1)


def packed(**found: Any) -> bytes:
    content = io.BytesIO()
    np.savez(content, **found)
    return content.getvalue()


def single(found: Any, **options: Any) -> bytes:
    content = io.BytesIO()
    np.save(content, found, **options)
    return content.getvalue()


def test_numpy_files(file: Any) -> None:
    table = np.array([[1, 2], [3, 5], [4, 6]])
    for content, name in ((single(table), "a.npy"), (packed(any=table), "a.npz")):
        assert units(read_dataset(file(content, name), window=2, target=2)) == ([[2, 5]], [[5, 6]])
    assert units(read_dataset(file(single(table[:, 1]), "a.npy"), window=2)) == ([[2, 5]], [[5, 6]])
    stacked = file(single(np.stack([table, table + 10])), "s.npy")
    found = read_dataset(stacked, target=2)
    assert units(found) == ([[2, 5], [12, 15]], [[5, 6], [15, 16]])
    assert "group: has no meaning" in faults(stacked, target=2, group=1)
    labelled = file(single(np.array([[0, 1], [1, 5], [0, 2], [1, 7]])), "g.npy")
    assert units(read_dataset(labelled, group=1)) == ([[1], [5]], [[2], [7]])


def test_prepared_windows_are_scaled_as_they_are(file: Any) -> None:
    rng = np.random.default_rng(0)
    X, Y = rng.normal(3, 5, (6, 4, 2)), rng.normal(1, 9, (6, 4))
    found = read_dataset(file(packed(X=X, Y=Y), "a.npz"))
    assert found.X.shape == (6, 4, 3)
    np.testing.assert_allclose(found.scaling.inputs(found.X), X, rtol=1e-12)
    np.testing.assert_allclose(found.scaling.targets(found.Y), Y, rtol=1e-12)
    flat = read_dataset(file(packed(X=X[:, :, 0], Y=Y[:, :, None]), "b.npz"), bias=False)
    assert flat.X.shape == (6, 4, 1)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (single(np.array([{}]), allow_pickle=True), "a.npy", "Python objects, which could run"),
        (packed(X=np.ones((2, 3, 1)), Y=np.ones((2, 4))), "a.npz", "Y has shape (2, 4); it must"),
        (packed(X=np.ones(3), Y=np.ones(3)), "a.npz", "X has shape (3,); it must be (n, T, d)"),
        (packed(a=np.ones(3), b=np.ones(3)), "a.npz", "(it holds 'a', 'b')"),
        (
            packed(X=np.full((2, 3, 1), np.nan), Y=np.ones((2, 3))),
            "a.npz",
            "X[0, 0, 0]: is missing",
        ),
        (packed(X=np.ones((2, 3, 1)), Y=np.ones((2, 3))), "a.npz", "X[:, :, 0]: is constant"),
        (single(np.array(["1"])), "a.npy", "must hold real numbers; it holds text (<U1)"),
        (single(np.array([1j])), "a.npy", "must hold real numbers"),
        (single(np.zeros((1, 1), [("f", float)])), "a.npy", "has named fields"),
        (single(np.ones((0, 2))), "a.npy", "holds nothing"),
        (single(np.ones((1, 1, 1, 2))), "a.npy", "has shape (1, 1, 1, 2); it must be"),
        (single(np.ones(())), "a.npy", "has shape ()"),
        (single(np.array([1, np.nan, 3])), "a.npy", "row 2, column 1: is missing (NaN)"),
        (single(np.array([1, -np.inf, 3])), "a.npy", "row 2, column 1: is infinite"),
        (single(np.full((2, 2, 1), np.nan)), "a.npy", "series 1, row 1, column 1: is missing"),
    ],
)
def test_arrays_that_do_not_fit(file: Any, content: bytes, name: str, said: str) -> None:
    options = {} if name.endswith("npz") else {"window": 1}
    assert said in faults(file(content, name), **options)


def test_prepared_windows_take_no_columns(file: Any) -> None:
    path = file(packed(X=np.ones((2, 3, 1)), Y=np.ones((2, 3))), "a.npz")
    found = faults(path, window=1, target=2).splitlines()
    assert found == [
        f"{option}: has no meaning for FILE, whose X and Y are windows already"
        for option in ("window", "target")
    ]


def test_windows_that_do_not_fit_into_memory(file: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnnbound.data.windows.MOST", 10)
    said = faults(file("1\n2\n3\n4\n5\n6\n"), window=3)
    assert said == "stride: makes 3 windows of 18 numbers, of which at most 10 are kept; give more"


@pytest.mark.parametrize("kind", ["parquet", "feather"])
def test_arrow_files(tmp_path: Path, kind: str) -> None:
    import pyarrow
    from pyarrow import feather, parquet

    path = tmp_path / f"a.{kind}"
    write = parquet.write_table if kind == "parquet" else feather.write_feather
    columns = {"g": ["x"] * 3, "b": [2, 5, 6], "c": [1.5, None, 2], "f": [True, False, True]}
    write(pyarrow.table(columns), str(path))
    assert units(read_dataset(path, window=2, target="b")) == ([[2, 5]], [[5, 6]])
    assert units(read_dataset(path, window=2, target="b", inputs="f", group="g"))[0] == [[1, 0]]
    assert "row 2, column 3 'c': is missing (NaN)" in faults(path, window=1, target="c")
    assert "column 1 'g': holds string, not numbers" in faults(path, window=1, target="g")


def test_without_pyarrow_the_extra_is_named(file: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    said = faults(file(b"PAR1", "a.parquet"), window=1)
    assert said == "FILE: needs PyArrow to be read as parquet: pip install 'rnnbound[data]'"


@given(st.binary(max_size=60), st.sampled_from(["csv", "tsv", "npy", "npz"]), st.booleans())
def test_strange_files_are_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, kind: str, magic: bool
) -> None:
    path = tmp_path_factory.mktemp("strange") / f"a.{kind}"
    start = {"npy": b"\x93NUMPY\1\0", "npz": b"PK\x03\x04"}.get(kind, b"a,b\n")
    path.write_bytes((start if magic else b"") + content)
    said: list[str] = []
    try:
        read_dataset(path, window=1, target=1)
    except RequestError as error:
        said = [str(fault) for fault in error.faults]
    assert all("\n" not in fault and len(fault) < 500 for fault in said)


@given(st.text("0123456789.,;\t\n\"' -eNa", max_size=60))
def test_strange_tables_are_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("strange") / "a.csv"
    path.write_text(text)
    try:
        found = read_dataset(path, window=1, target=1)
    except RequestError:
        return
    assert np.isfinite(found.X).all()
    assert (np.linalg.norm(found.X, axis=2) <= 1).all()
