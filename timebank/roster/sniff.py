"""What a file is by its content: its name says little, since people rename what they were sent."""

from __future__ import annotations

import codecs
import zipfile
from pathlib import Path
from typing import Literal

from timebank.files import reading
from timebank.outcome import Fault

MOST_BYTES = 64 * 2**20
MOST_UNPACKED = 256 * 2**20

Kind = Literal["xlsx", "text"]

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")


def kind_of(path: Path) -> Kind:
    """Whether a file is an xlsx workbook or text.

    Raises Fault (facts: file): ``roster_empty``, ``roster_too_big``, ``roster_password``, ``roster_old_xls``
    (any spreadsheet that should be saved as xlsx), ``roster_unreadable``, ``roster_not_a_table``, and those
    of :func:`timebank.files.reading`.
    """
    with reading(path):
        if path.stat().st_size > MOST_BYTES:
            raise Fault("roster_too_big", file=path.name)
        data = path.read_bytes()
    if not data.strip(b"\0 \t\r\n"):
        raise Fault("roster_empty", file=path.name)
    if data.startswith(_OLE):
        raise Fault(_inside_ole(data), file=path.name)
    if data.startswith(b"PK\x03\x04"):
        return _inside_zip(path)
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<"):  # web pages and XML that other systems save under the name xls
        spreadsheet = b"<table" in data[:65536].lower() or b"schemas-microsoft-com:office" in start
        raise Fault("roster_old_xls" if spreadsheet else "roster_not_a_table", file=path.name)
    if start.startswith((b"%pdf", b"{\\rtf")) or (b"\0" in data and not data.startswith(_UTF16_MARKS)):
        raise Fault("roster_not_a_table", file=path.name)
    return "text"


_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _inside_ole(data: bytes) -> str:
    """What an OLE container holds, from the stream names in its directory."""
    for stream, code in (("EncryptedPackage", "roster_password"), ("Workbook", "roster_old_xls")):
        if stream.encode("utf-16-le") in data:
            return code
    return "roster_old_xls" if "Book\0".encode("utf-16-le") in data else "roster_not_a_table"


def _inside_zip(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            mimetype = archive.read("mimetype")[:80] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise Fault("roster_unreadable", file=path.name) from error
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Fault("roster_too_big", file=path.name)
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names or b"opendocument.spreadsheet" in mimetype:
        raise Fault("roster_old_xls", file=path.name)
    raise Fault("roster_not_a_table", file=path.name)
