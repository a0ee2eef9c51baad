"""The quick QR encoder says bit for bit what the qrcode library says."""

from __future__ import annotations

import pytest
import qrcode
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode.util import ALPHA_NUM, MODE_ALPHA_NUM, QRData

from timebank.paper.qr import qr_rows


def by_the_library(code: str) -> list[bytes]:
    symbol = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, mask_pattern=3)
    symbol.add_data(QRData(code, mode=MODE_ALPHA_NUM))
    symbol.make(fit=True)
    return [bytes(map(bool, row)) for row in symbol.modules]


@settings(max_examples=60, deadline=None)
@given(st.text(ALPHA_NUM.decode(), min_size=1, max_size=400))
def test_any_text_gives_the_librarys_symbol(text: str) -> None:
    assert qr_rows(text) == by_the_library(text)


@pytest.mark.parametrize("length", [20, 21, 154, 155, 1000, 3391])
def test_the_edges_of_the_versions(length: int) -> None:
    text = ("TB10A9Z" * length)[:length]
    assert qr_rows(text) == by_the_library(text)


def test_a_voucher_fits_41_modules() -> None:
    assert len(qr_rows("TB1" + "0" * 148)) == 41


@pytest.mark.parametrize("text", ["tb1abc", "津贴", "A" * 3392])
def test_what_does_not_fit_is_a_defect(text: str) -> None:
    with pytest.raises(ValueError, match=r"alphanumeric|fit"):
        qr_rows(text)
