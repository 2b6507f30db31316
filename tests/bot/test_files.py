"""Files on disk: by what is in them, under names that are only names."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.files import FileStore, ending, harmless, media_type


async def test_the_same_bytes_are_kept_once_readable_by_their_owner_alone(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")

    first, again = await store.put(b"%PDF-1.7 terms"), await store.put(b"%PDF-1.7 terms")

    kept = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert (first, first.size, first.media_type) == (again, 14, "application/pdf")
    assert [path.name for path in kept] == [first.sha256]
    assert kept[0].stat().st_mode & 0o777 == 0o600
    assert await store.get(first.sha256) == b"%PDF-1.7 terms"


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "ab" * 31 + "/.", "AB" * 32, "cd" * 32])
async def test_what_is_no_digest_of_a_file_is_not_there(tmp_path: Path, digest: str) -> None:
    with pytest.raises(FileNotFoundError):
        await FileStore(tmp_path).get(digest)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("报价 v2.pdf", "报价 v2.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\合同.docx", "合同.docx"),
        (".bashrc", "bashrc"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("合同\u202efdp.exe", "合同fdp.exe"),
        ('a"b<c>:d|e?.pdf', "a_b_c__d_e_.pdf"),
        ("..", ""),
        ("   ", ""),
        ("e\u0301.pdf", "é.pdf"),
    ],
)
def test_a_name_is_nothing_but_a_name(given: str, kept: str) -> None:
    assert harmless(given) == kept


def test_a_long_name_keeps_its_ending() -> None:
    name = harmless("很长的名字" * 60 + ".xlsx")

    assert len(name) <= 120
    assert name.endswith("….xlsx")


def test_what_a_file_is_says_its_beginning_and_not_its_name() -> None:
    assert media_type(b"\x89PNG\r\n\x1a\n....") == "image/png"
    assert media_type(b"MZ\x90\x00") == "application/octet-stream"
    assert (ending("image/png"), ending("application/octet-stream")) == (".png", "")
