"""Files that are damaged, or that unpack to more than anybody has, are refused in words."""

from __future__ import annotations

import datetime
import io
import os
import random
import struct
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnbound import Dataset, RequestError, read_dataset
from rnnbound.data import delimited_text, file_limits, named_columns

VALUES = np.array([[1.0, 2], [3, 5], [4, 6], [1, 1], [0, 9], [2, 3]])


def read(path: Path, content: bytes, **options: Any) -> Dataset | str:
    """The data set, or what is said of the file."""
    path.write_bytes(content)
    try:
        return read_dataset(path, **({"window": 1} | options))
    except RequestError as error:
        said = [str(fault).replace(str(path), "FILE") for fault in error.faults]
        assert all(len(line) < 500 and line.isprintable() for line in said)
        return "\n".join(said)


def npy(header: str | bytes, data: bytes = b"", version: int = 1) -> bytes:
    text = header.encode() if isinstance(header, str) else header
    size = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + size + text + data


def described(type: str = "'<f8'", order: str = "False", shape: str = "(2,)") -> str:
    return f"{{'descr': {type}, 'fortran_order': {order}, 'shape': {shape}, }}\n"


def single(values: Any, **options: Any) -> bytes:
    content = io.BytesIO()
    np.save(content, values, **options)
    return content.getvalue()


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (npy("(" * 5_000), "does not say what it holds"),
        (npy("{'descr': " + "[" * 5_000), "has named fields"),
        (npy("(" * 20_000, version=2), "its header has 20,000 bytes"),
        (npy(described(shape="(" + "9" * 23 + ",)")), "its shape is"),
        (npy(described(shape="(1000000000000,)")), "takes 8,000,000,000,000 bytes, there are 0"),
        (npy(described(shape="(True,)")), "does not say what it holds"),
        (npy(described(shape="(-1,)")), "does not say what it holds"),
        (npy(described(shape="(,)")), "its shape is"),
        (npy(described(shape="(" + "1," * 65 + ")"), bytes(8)), "has 65 dimensions"),
        (npy(described(shape="(2, 0)")), "holds nothing"),
        (npy(described(shape="()")), "takes 8 bytes, there are 0"),
        (npy(described(order="1")), "does not say what it holds"),
        (npy(described(order="(1,)")), "its shape is"),
        (npy(described("'|O'")), "Python objects, which could run code"),
        (npy(described("'|V8'")), "raw bytes"),
        (npy(described("'<M8[ns]'")), "dates"),
        (npy(described("'<c16'")), "complex"),
        (npy(described("'<f3'")), "type '<f3'"),
        (npy(described("'f8,f8'")), "type 'f8,f8'"),
        (npy(described("'\x1b[31m'")), "type"),
        (npy(described("'<U2'"), bytes(16)), "text"),
        (npy(described("[('a', '<f8')]"), bytes(16)), "has named fields"),
        (npy(described(), bytes(15)), "takes 16 bytes, there are 15"),
        (npy(described(), bytes(17)), "takes 16 bytes, there are 17"),
        (npy(described(), bytes(16), version=4), "of an unknown version"),
        (npy(described())[:30], "cut off"),
        (npy("{}"), "does not say what it holds"),
        (npy("{'shape': (2,), 'shape': (2,), 'descr': '<f8'}"), "does not say what it holds"),
        (npy(described() + "x"), "does not say what it holds"),
    ],
)
def test_a_damaged_array_is_refused_alone_or_in_an_archive(
    tmp_path: Path, content: bytes, said: str
) -> None:
    assert said in str(read(tmp_path / "a.npy", content))
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        found = read(tmp_path / "a.npz", zipped({"a.npy": content}, method))
        assert said in str(found)
        assert "FILE: 'a': " in str(found)


@pytest.mark.parametrize(
    "values",
    [
        VALUES.astype(">f4"),
        VALUES.astype("f2"),
        VALUES.astype(np.longdouble),
        VALUES.astype("u1"),
        VALUES.astype(">i8"),
        np.asfortranarray(VALUES),
    ],
)
def test_arrays_of_every_kind_of_number_are_read(tmp_path: Path, values: Any) -> None:
    found = read(tmp_path / "a.npy", single(values), target=2)
    assert isinstance(found, Dataset)
    np.testing.assert_allclose(found.scaling.targets(found.Y)[:, 0], VALUES[1:, 1], rtol=1e-14)


def test_headers_of_other_writers_are_read(tmp_path: Path) -> None:
    """NumPy accepts any order, either quote, and the long integers of old versions of Python."""
    plain = '{"shape":(3L, ),"fortran_order":False,"descr":"<f8"}'
    content = npy(plain, np.array([1.0, 2, 4]).tobytes())
    assert len(content) % 8  # the values do not even lie where doubles may
    assert isinstance(read(tmp_path / "a.npy", content), Dataset)


def _flag(data: bytes, field: int, value: int) -> bytes:
    """The archive with two bytes of its first entry changed."""
    at = data.index(b"PK\x01\x02") + field
    return data[:at] + struct.pack("<H", value) + data[at + 2 :]


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    good = zipped({"a.npy": single(VALUES[:, 0])}, zipfile.ZIP_DEFLATED)
    assert isinstance(read(path, good), Dataset)
    start = good.index(b"a.npy") + 5
    for content, said in (
        (good[:start] + bytes(20) + good[start + 20 :], "is damaged"),
        (_flag(good, 8, 1), "is encrypted"),
        (_flag(good, 8, 1 << 5), "is damaged"),
        (_flag(good, 10, 99), "is packed as NumPy packs nothing"),
        (_flag(good, 6, 0xFFFF), "is a damaged NPZ file"),
        (_flag(good, 24, 0xFFFF), "is damaged"),
        (good[:-30], "is a damaged NPZ file"),
        (zipped({"a.npy": b"hello"}), "damaged or no NumPy array"),
        (zipped({"a.npy": single(VALUES)}, zipfile.ZIP_LZMA), "is packed as NumPy packs nothing"),
        (zipped({"a.npy": single(VALUES)}, zipfile.ZIP_BZIP2), "is packed as NumPy packs nothing"),
        (zipped({"a.npy": single(VALUES), "a": single(VALUES)}), "holds two arrays 'a'"),
        (zipped({f"{i}.npy": b"" for i in range(1_001)}), "holds 1,001 arrays, more than 1,000"),
        (zipped({"\x1b" * 300: b"", "b": b""}), "must hold the arrays X and Y, or one array"),
    ):
        assert said in str(read(path, content))


def test_what_an_archive_unpacks_to_is_known_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zeros = np.zeros((1_000, 10))
    content = io.BytesIO()
    np.savez_compressed(content, X=zeros, Y=zeros)
    monkeypatch.setattr(file_limits, "LARGEST", 100_000)
    said = read(tmp_path / "a.npz", content.getvalue())
    assert said == "FILE: 'Y': is larger than 100,000 bytes when unpacked; give a part of it"
    small = single(np.zeros(20_000, np.int8))
    assert "has 20,000 numbers; at most 12,500 are read" in str(read(tmp_path / "a.npy", small))


@pytest.mark.parametrize("kind", ["parquet", "feather"])
def test_what_a_packed_table_takes_is_known_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    found = pyarrow.table({"y": np.zeros(20_000), "n": pyarrow.nulls(20_000)})
    options: dict[str, Any] = {"use_dictionary": False} if kind == "parquet" else {}
    content = arrow_bytes(found, kind, compression="zstd", **options)
    assert len(content) < 20_000
    monkeypatch.setattr(file_limits, "LARGEST", 100_000)
    assert "FILE: is larger than 100,000 bytes when" in str(read(tmp_path / "a", content, target=1))
    none = arrow_bytes(pyarrow.table({"n": pyarrow.nulls(20_000)}), kind)
    assert "has 20,000 numbers; at most 12,500" in str(read(tmp_path / "a", none, target=1))


def arrow_bytes(found: Any, kind: str, **options: Any) -> bytes:
    from pyarrow import feather, parquet

    content = io.BytesIO()
    (parquet.write_table if kind == "parquet" else feather.write_feather)(found, content, **options)
    return content.getvalue()


def odd_columns() -> dict[str, Any]:
    """Columns of four rows of types that Arrow has."""
    import pyarrow as arrow

    def of(values: list[int], type: Any) -> Any:
        return arrow.array(values).view(type)

    far = [2**62, 2**62, 5, 5]
    return {
        "date": arrow.array([datetime.date(2020, 1, 1)] * 2 + [datetime.date(1, 1, 1)] * 2),
        "days": arrow.array([2**31 - 1] * 2 + [-(2**31)] * 2, arrow.int32()).view(arrow.date32()),
        "seconds": of(far, arrow.timestamp("s")),
        "nanoseconds": of([1, 1, 2, 2], arrow.timestamp("ns")),
        "zone": of([1, 1, 2, 2], arrow.timestamp("us", "UTC")),
        "time": of([1, 1, 2, 2], arrow.time64("ns")),
        "duration": of(far, arrow.duration("s")),
        "decimal": arrow.array([Decimal("1.5")] * 2 + [Decimal("2.5")] * 2),
        "half": arrow.array(np.array([1, 1, 2, 2], np.float16)),
        "integer": arrow.array([2**64 - 1] * 2 + [2**64 - 2] * 2, arrow.uint64()),
        "truth": arrow.array([True, True, False, False]),
        "names": arrow.array(["a", "a", "b\n\x1b[31m", "b\n\x1b[31m"]).dictionary_encode(),
        "bytes": arrow.array([b"a", b"a", b"b", b"b"]),
        "large": arrow.array(["a", "a", "b", "b"], arrow.large_string()),
    }


@pytest.mark.parametrize("kind", ["parquet", "feather"])
def test_columns_of_every_type_name_series(tmp_path: Path, kind: str) -> None:
    arrow = pytest.importorskip("pyarrow")
    for name, column in odd_columns().items():
        if (kind, name) == ("parquet", "seconds"):
            continue  # which Parquet keeps as milliseconds, and so many are beyond it
        found = arrow.table({"y": [1.0, 2, 5, 7], "g": column})
        read_back = read(tmp_path / "a", arrow_bytes(found, kind), target="y", group="g")
        assert isinstance(read_back, Dataset), (name, read_back)
        assert read_back.origin.series == 2, name


@pytest.mark.parametrize("kind", ["parquet", "feather"])
def test_columns_that_name_no_series_and_hold_no_numbers(tmp_path: Path, kind: str) -> None:
    arrow = pytest.importorskip("pyarrow")
    odd = {
        "list": arrow.array([[1], [1]]),
        "struct": arrow.array([{"a": 1}] * 2),
        "deep": arrow.array([[[{"a": [1]}]]] * 2),
        "bytes": arrow.array([b"\xff", b"a"]),
    }
    for name, column in odd.items():
        content = arrow_bytes(arrow.table({"y": [1.0, 2], "g": column}), kind)
        assert "which names no series" in str(
            read(tmp_path / "a", content, target="y", group="g")
        ), name
        assert ", not numbers" in str(read(tmp_path / "a", content, target="g")), name
    missing = arrow.table({"y": [1.0, 2, 3], "g": [None, 1.0, float("nan")]})
    said = str(read(tmp_path / "a", arrow_bytes(missing, kind), target="y", group="g"))
    assert said.splitlines() == [f"FILE: row {i}, column 2 'g': is missing" for i in (1, 3)]


@pytest.mark.parametrize("kind", ["parquet", "feather"])
def test_columns_of_the_same_name_are_told_apart(tmp_path: Path, kind: str) -> None:
    arrow = pytest.importorskip("pyarrow")
    rows = arrow.array([1.0, 2, 4])
    nested = arrow.array([{"b": 1}] * 3)
    names = ["a", "a", "a.b", ""]
    found = arrow.table([nested, rows, arrow.array([5.0, 6, 9]), arrow.array([3, 3, 8])], names)
    for target, last in ((2, 4.0), (3, 9.0), (4, 8.0)):
        read_back = read(tmp_path / "a", arrow_bytes(found, kind), target=target)
        assert isinstance(read_back, Dataset), read_back
        assert read_back.scaling.targets(read_back.Y)[-1, 0] == pytest.approx(last, rel=1e-14)


def test_feather_files_that_are_not_read(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    content = arrow_bytes(arrow.table({"y": [1.0, 2, 4]}), "feather")
    assert isinstance(read(tmp_path / "a", content, target=1), Dataset)
    assert "is cut off" in str(read(tmp_path / "a", content[:-6], target=1))
    assert "of version 1" in str(read(tmp_path / "a", b"FEA1" + content))


def test_text_tables_without_end_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    monkeypatch.setattr(delimited_text, "_LONGEST", 1_000)
    assert "line 2: begins a row of more than 1,000" in str(read(path, b"1\n" + b"2," * 2_000))
    assert "line 2: begins a row of more than 1,000" in str(read(path, b"1\n" + b'"2\n",' * 2_000))
    monkeypatch.setattr(named_columns, "MOST_COLUMNS", 10)
    for name, content in (("a.csv", b"1," * 10 + b"1\n"), ("a.npy", single(np.zeros((1, 11))))):
        assert "has 11 columns; at most 10" in str(read(tmp_path / name, content, target=1))
    monkeypatch.setattr(named_columns, "MOST_SERIES", 2)
    rows = b"1,a\n2,b\n3,c\n"
    assert "names 3 series or more" in str(read(path, rows, target=1, group=2))
    monkeypatch.setattr(file_limits, "LARGEST", 400)
    assert "has 60 numbers; at most 50" in str(read(path, b"1\n2\n3\n" * 20))
    assert "has 60 numbers; at most 50" in str(read(path, b'1\n2\n"3"\n' * 20))


def test_numbers_that_name_series_are_not_rounded(tmp_path: Path) -> None:
    values = np.array([[1, 1000001], [5, 1000001], [1, 1000002], [7, 1000002.0]])
    found = read(tmp_path / "a.npy", single(values), target=1, group=2, window=None)
    assert isinstance(found, Dataset)
    assert found.origin.series == 2


@pytest.mark.parametrize("cell", ["1" * 100_000 + "x", "1." * 50_000, "9" * 100_000, "-" * 100_000])
def test_long_cells_are_looked_at_once(tmp_path: Path, cell: str) -> None:
    said = str(read(tmp_path / "a.csv", f"y\n1\n{cell}\n".encode()))
    assert "row 2 (line 3), column 1 'y': is" in said


def _damaged(content: bytes, chance: random.Random) -> bytes:
    """The bytes with a few of them changed, lost or repeated."""
    data = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 5])):
        at, width = chance.randrange(len(data)), chance.choice([1, 2, 4, 8])
        at = chance.choice([at, len(data) - 1 - at % min(len(data), 64)])
        kind = chance.randrange(4)
        if kind == 0:
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            data[at : at + width] = chance.choice([b"\0", b"\x7f", b"\xff"]) * width
        elif kind == 2:
            del data[at : at + width]
        else:
            data[at:at] = data[at // 2 : at // 2 + 8 * width]
        data = data or bytearray(b"x")
    return bytes(data)


def _valid() -> dict[str, bytes]:
    files = {
        "a.csv": b"u,y,g\n" + b"".join(b"%d,%d.5,%d\n" % (i, i * i % 7, i // 6) for i in range(12)),
        "a.npy": single(VALUES),
        "a.npz": zipped({"a.npy": single(VALUES)}, zipfile.ZIP_DEFLATED),
    }
    try:
        import pyarrow as arrow
    except ImportError:
        return files
    found = arrow.table({"u": [*range(12)], "y": [i * i % 7 for i in range(12)], "g": ["a"] * 12})
    for kind in ("parquet", "feather"):
        files[f"a.{kind}"] = arrow_bytes(found, kind, compression="zstd")
    return files


@pytest.mark.parametrize("name", ["a.csv", "a.npy", "a.npz", "a.parquet", "a.feather"])
def test_damaged_files_are_read_or_refused(tmp_path: Path, name: str) -> None:
    content = _valid().get(name)
    if content is None:
        pytest.skip("needs PyArrow")
    options = {"target": 2} if name[2:4] == "np" else {"target": 2, "group": 3, "inputs": "1,2"}
    assert isinstance(read(tmp_path / name, content, **options), Dataset)
    chance = random.Random(os.path.splitext(name)[1])
    refused = 0
    for _ in range(150):
        refused += isinstance(read(tmp_path / name, _damaged(content, chance), **options), str)
    assert refused > 10
