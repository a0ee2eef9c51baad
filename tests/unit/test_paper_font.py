"""The fonts that travel with the program hold the names of the people it serves."""

from __future__ import annotations

import pytest
from PIL import ImageFont

from timebank.assets import asset
from timebank.paper.font import FAMILY, font_file, missing_characters
from timebank.phrases import LANGUAGES, phrases


@pytest.mark.parametrize("bold", [False, True])
def test_names_addresses_and_figures_can_be_printed(bold: bool) -> None:
    text = "张三 李媛媛 䶮 㛃 玥 喆 淼 臺灣 鱅 浙江省杭州市拱墅区和睦街道（一）"
    signs = "１２３ ABCxyz 0123456789 ，。：；·—…“”《》%"
    assert missing_characters(text + signs, bold=bold) == []


def test_all_of_gb2312_is_there() -> None:
    pairs = (bytes([high, low]) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    hanzi = "".join(pair.decode("gb2312", "ignore") for pair in pairs)
    assert len(hanzi) == 6763
    assert missing_characters(hanzi) == []


def test_a_character_that_is_missing_is_named_once() -> None:
    assert missing_characters("𠮷野𠮷\n") == ["𠮷"]


@pytest.mark.parametrize("bold", [False, True])
def test_figures_have_one_width_and_the_font_its_own_name(bold: bool) -> None:
    font = ImageFont.truetype(str(font_file(bold=bold)), 100)
    assert font.getname() == (FAMILY, "Bold" if bold else "Regular")
    assert len({font.getlength(digit) for digit in "0123456789"}) == 1


def test_the_licence_travels_along() -> None:
    assert "SIL OPEN FONT LICENSE" in asset("fonts", "OFL.txt").read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_program_can_be_printed(language: str) -> None:
    say = phrases(language)
    assert missing_characters("".join(say.text(key) for key in say.keys())) == []  # noqa: SIM118
