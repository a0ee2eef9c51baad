"""Vouchers as a document for the preview."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from timebank.paper.faces import Layout, VoucherFace
from ui.paper.paged import Margins, Paged
from ui.paper.sheets import paged_vouchers
from ui.paper.voucher import SHEETS
from ui.say import Words, phrase
from ui.screens.print_dialog import Document

_LAYOUTS = tuple(each.value for each in Layout)


def voucher_pages(faces: Sequence[VoucherFace], layout: str, first: int, margins: Margins) -> Paged:
    """Their pages, for the preview and the press."""
    return paged_vouchers(faces, Layout(layout), first=first, margins=margins)


def voucher_document(
    faces: Sequence[VoucherFace],
    file_name: Words,
    layout: str = "",
    *,
    sample: bool = False,
    do: Words | None = None,
    do_pdf: Words | None = None,
) -> Document:
    """Vouchers to be shown before they are printed, ``layout`` first; never more than one copy of each."""

    names = {face.network_name + face.station_name + (face.locked_to or "") for face in faces}
    return Document(
        "voucher",
        phrase("printing.vouchers", count=len(faces)),
        file_name,
        partial(voucher_pages, faces),
        _LAYOUTS,
        places=lambda layout: SHEETS[Layout(layout)].per_page,
        letters="".join(sorted(names)),
        copies=False,
        sample=sample,
        layout=layout,
        do=do or phrase("printing.print"),
        do_pdf=do_pdf or phrase("printing.save_pdf"),
    )
