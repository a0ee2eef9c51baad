"""Bars are read back by a decoder that knows nothing of us."""

from __future__ import annotations

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from timebank.paper.bars import bars


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40))
def test_what_is_drawn_is_read_back(text: str) -> None:
    modules = bars(text)
    image = Image.new("L", (len(modules), 40), 255)
    image.putdata([0 if module else 255 for module in modules] * 40)
    (found,) = zxingcpp.read_barcodes(image.resize((3 * len(modules), 120), Image.Resampling.NEAREST))
    assert (found.text, found.format) == (text, zxingcpp.BarcodeFormat.Code128)


@pytest.mark.parametrize("text", ["", "张", "a\n"])
def test_what_bars_cannot_say_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not for bars"):
        bars(text)
