"""A member's card (会员卡): who it is, and a QR with the member number that the desk's box knows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QPainter

from timebank.paper.faces import Layout, MemberCardFace
from timebank.phrases import phrases
from ui.paper.ink import Ink, Side
from ui.paper.paged import WHOLE, Margins, Paged, write_paged
from ui.paper.sheets import labels_sheet, paged_labels
from ui.paper.voucher import Sheet

_TONE, _DARK, _QUIET = "#0e5a5c", "#1b2430", "#56606b"
_CARD = Sheet((85.6, 54), (85.6, 54), 1, 1, 600, 27.0, 2.6, 2.0)
CARD_SHEETS = {Layout.CARD: _CARD, Layout.A4: labels_sheet(_CARD, (210, 297))}
"""Card printers take one at a time; on A4 lie two by five, with cut marks."""


def paged_cards(
    faces: Sequence[MemberCardFace],
    layout: Layout,
    *,
    first: int = 0,
    margins: Margins = WHOLE,
) -> Paged:
    """Cards on pages; on a sheet that was used before, from place ``first`` (from 0) on."""
    return paged_labels(
        faces,
        CARD_SHEETS[layout],
        paint_card,
        lambda face: face.number,
        first=first,
        margins=margins,
    )


def print_cards(
    faces: Sequence[MemberCardFace], layout: Layout, path: Path, *, never_overwrite: bool = False
) -> Path:
    """Print cards into a PDF and read their codes back; returns the file written.

    Raises the Faults of ``timebank.files.write_whole``, and ``printed_unreadable``.
    """
    return write_paged(paged_cards(faces, layout), path, never_overwrite=never_overwrite)


def paint_card(painter: QPainter, face: MemberCardFace) -> None:
    """Paint the card with its top left corner at the painter's origin, one hundredth of a mm to the unit."""
    ink, say = Ink(painter), phrases(face.language)
    (w, h), edge, left = _CARD.voucher, _CARD.edge, 5.4
    head = 10.0
    ink.band(edge, edge, w - 2 * edge, head, colour=_TONE, radius=2.4)
    ink.frame(edge, edge, w - 2 * edge, h - 2 * edge, colour=_TONE, width=0.28, radius=2.4)
    ink.mark(left, edge + 2, 6, "#ffffff")
    middle = edge + head / 2
    said = say("card.title")
    used = ink.text(w - left, middle + 1.4, said, 3.9, colour="#ffffff", bold=True, side=Side.RIGHT)
    room = w - left - used - 3 - (left + 8)
    ink.text(left + 8, middle + 1.1, face.network_name, 3.2, colour="#ffffff", width=room)
    code = w - edge - _CARD.qr - 1.2
    ink.qr(code, edge + head + 1.2, _CARD.qr, face.number, dpi=_CARD.dpi)
    width = code - left - 0.5
    ink.text(left, 23.4, face.name, 7.4, colour=_DARK, bold=True, width=width, whole=True)
    ink.text(left, 28.6, face.roles_text, 2.9, colour=_TONE, width=width)
    ink.text(left, 34.6, say("card.number"), 2.5, colour=_QUIET)
    ink.text(left, 40.2, face.number, 5.6, colour=_DARK, bold=True, width=width, whole=True)
    y = h - edge - 2.7
    ink.text(left, y, say("card.present"), 2.3, colour=_QUIET, width=w - 2 * left)
    issued = say("card.issued", station=face.station_name, day=face.issued.isoformat())
    ink.text(left, y - 3.5, issued, 2.3, colour=_QUIET, width=w - 2 * left)
