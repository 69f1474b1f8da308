"""The one way to open a file that somebody named: what is read, and what is refused at once."""

from __future__ import annotations

import io
import os
import socket
import sys
from pathlib import Path

import pytest

from rnnbound.scenario.input_file import decode, read_bytes


def refused(name: str | Path, most: int = 100, *, stdin: bool = False) -> str:
    try:
        read_bytes(str(name), most, "a thing", stdin=stdin)
    except ValueError as error:
        return str(error)
    return "nothing"


def test_a_regular_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert read_bytes(str(path), 5) == b"12345"
    assert refused(path, 4) == "is larger than a thing may be (4 bytes)"
    link = tmp_path / "link"
    link.symlink_to(path)
    assert read_bytes(str(link), 5) == b"12345"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_a_file_that_says_it_is_empty_is_read_up_to_the_limit() -> None:
    path = "/proc/self/status"
    assert os.stat(path).st_size == 0
    assert read_bytes(path, 10**6)
    assert "is larger than a thing may be (10 bytes)" in refused(path, 10)


def test_what_is_no_regular_file_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    os.mkfifo("pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        assert "it is a socket" in refused("socket")
    assert "it is a pipe" in refused("pipe")
    assert "it is a directory" in refused(tmp_path)
    assert "it is a device" in refused("/dev/zero")
    assert "it is a device" in refused("/dev/null")
    Path("endless.csv").symlink_to("/dev/zero")
    assert "it is a device" in refused("endless.csv")


def test_what_cannot_be_found_is_said(tmp_path: Path) -> None:
    loop, dangling = tmp_path / "loop", tmp_path / "dangling"
    loop.symlink_to(loop)
    dangling.symlink_to("nowhere")
    assert "symbolic links" in refused(loop)
    assert "No such file" in refused(dangling)
    assert "No such file" in refused("")
    assert "No such file" in refused("-")  # a name like any other, unless it is standard input
    assert "name too long" in refused("n" * 305).lower()
    assert "null byte" in refused("a\0b")
    assert "no file has such a name" in refused("\ud800")


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"abc")))
    assert read_bytes("-", 3, stdin=True) == b"abc"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"abc")))
    assert refused("-", 2, stdin=True) == "is larger than a thing may be (2 bytes)"
    monkeypatch.setattr(sys, "stdin", None)
    assert refused("-", stdin=True) == "is closed"


def test_a_file_that_has_nothing_to_give_yet_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    end, other = os.pipe()
    os.set_blocking(end, False)
    with os.fdopen(end, "rb", buffering=0) as reading, os.fdopen(other, "wb"):
        monkeypatch.setattr(sys, "stdin", type("Stdin", (), {"buffer": reading}))
        assert refused("-", stdin=True) == "cannot be read: it has nothing to give yet"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("a".encode("utf-16"), "is UTF-16 text"),
        ("a".encode("utf-32"), "is UTF-16 text"),
        (b"a\0", "is binary"),
        (b"a\nb\xff", r"line 2, byte 0xff"),
        (b"\xef\xbb\xbfa\nb\xff", r"line 2, byte 0xff"),
        (b"\xed\xa0\x80", r"line 1, byte 0xed"),
    ],
)
def test_what_is_no_text_is_said(data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        decode(data)


def test_text_is_utf_8_with_or_without_a_mark() -> None:
    assert decode("é".encode()) == decode("é".encode("utf-8-sig")) == "é"
