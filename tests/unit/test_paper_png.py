"""A voucher sent by chat: a picture that any decoder reads, and that names nobody."""

from __future__ import annotations

import io
import random
from dataclasses import fields, replace
from datetime import date

import pytest
from PIL import Image, ImageChops

from timebank.paper.faces import VoucherFace
from timebank.paper.png import WIDTH, voucher_png
from timebank.paper.reader import read_pasted

FACE = VoucherFace(
    code="TB1" + "".join(random.Random(5).choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=148)),
    serial_text="7K3Q-9XWM-2PTA-C",
    kind="credit",
    minutes=120,
    amount_text="2 小时",
    unit_name="小时",
    network_name="和睦时间银行",
    station_name="拱墅区和睦街道华丰社区居家养老服务照料中心",
    holder_number="HM-000123",
    issued=date(2026, 11, 22),
    expires=None,
)


def picture(face: VoucherFace) -> Image.Image:
    return Image.open(io.BytesIO(voucher_png(face))).convert("RGB")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("kind", ["credit", "allowance"])
def test_the_code_is_read_back(language: str, kind: str) -> None:
    face = replace(FACE, language=language, kind=kind, reprint=True, locked_to="华丰村站")
    assert read_pasted(voucher_png(face), name="粘贴的图片") == [FACE.code]


def test_it_survives_what_a_chat_program_does() -> None:
    small = picture(FACE).convert("L").resize((WIDTH // 3, picture(FACE).height // 3))
    file = io.BytesIO()
    small.save(file, "JPEG", quality=35)
    assert read_pasted(file.getvalue(), name="chat.jpg") == [FACE.code]


def test_it_is_as_wide_as_a_telephone_and_quick_to_send() -> None:
    assert picture(FACE).width == WIDTH == 1080
    assert len(voucher_png(FACE)) < 100_000


def test_credit_and_allowance_differ_without_colour() -> None:
    def head(face: VoucherFace) -> Image.Image:
        return picture(face).convert("L").crop((0, 0, WIDTH, 200)).point(lambda grey: 255 * (grey > 140))

    difference = ImageChops.difference(head(FACE), head(replace(FACE, kind="allowance")))
    changed = sum(1 for pixel in difference.tobytes() if pixel)
    assert changed > WIDTH * 200 / 3


def test_the_form_of_one_voucher_never_shows_on_the_next() -> None:
    first = voucher_png(FACE)
    voucher_png(replace(FACE, amount_text="8 小时", reprint=True, network_name="另一家"))
    assert voucher_png(FACE) == first


def test_a_voucher_has_no_place_for_a_name() -> None:
    assert not {field.name for field in fields(VoucherFace)} & {"name", "holder_name", "id_number", "phone"}
