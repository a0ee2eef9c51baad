"""Codes are read from what people really send: dim, crooked, scratched and squeezed photos."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter

from timebank.outcome import Fault
from timebank.paper.qr import QUIET_MODULES, qr_rows
from timebank.paper.reader import read_all_codes, read_codes, read_pasted

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE = "TB1" + "".join(random.Random(11).choices(ALPHABET, k=148))
OTHER = "TB1" + "".join(random.Random(12).choices(ALPHABET, k=148))


def symbol(code: str, module: int = 10) -> Image.Image:
    rows = qr_rows(code)
    image = Image.new("L", (len(rows),) * 2, 255)
    image.putdata([0 if dark else 255 for row in rows for dark in row])
    framed = Image.new("L", (len(rows) + 2 * QUIET_MODULES,) * 2, 255)
    framed.paste(image, (QUIET_MODULES, QUIET_MODULES))
    return framed.resize((framed.width * module,) * 2, Image.Resampling.NEAREST)


def table(*codes: str) -> Image.Image:
    """The codes lying on a grey table, photographed."""
    photo = Image.new("L", (1400 * len(codes), 1200), 120)
    for number, code in enumerate(codes):
        photo.paste(symbol(code, 14), (350 + 1400 * number, 250))
    return photo


def scratched(photo: Image.Image) -> Image.Image:
    draw = ImageDraw.Draw(photo)
    for number in range(4):
        draw.line((500 + number * 90, 300, 620 + number * 90, 900), fill=200 - number * 40, width=6)
    draw.ellipse((700, 600, 760, 660), fill=230)
    return photo


def shadowed(photo: Image.Image) -> Image.Image:
    shade = Image.linear_gradient("L").resize(photo.size).point(lambda grey: 70 + grey * 180 // 255)
    return Image.composite(photo, Image.new("L", photo.size, 0), shade)


def noisy(photo: Image.Image) -> Image.Image:
    return Image.blend(photo, Image.effect_noise(photo.size, 90), 0.4)


def squeezed(photo: Image.Image) -> Image.Image:
    file = io.BytesIO()
    photo.resize((photo.width // 3, photo.height // 3)).save(file, "JPEG", quality=25)
    return Image.open(file)


def leaning(photo: Image.Image) -> Image.Image:
    corners = (-60, 40, 20, photo.height + 50, photo.width - 40, photo.height, photo.width + 80, -30)
    return photo.transform(photo.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)


@pytest.mark.parametrize(
    "harm",
    [
        lambda photo: photo.rotate(17, expand=True, fillcolor=90),
        lambda photo: photo.rotate(203, expand=True, fillcolor=90),
        lambda photo: photo.filter(ImageFilter.GaussianBlur(4)),
        lambda photo: photo.point(lambda grey: 90 + grey // 6),
        scratched,
        shadowed,
        noisy,
        squeezed,
        leaning,
        lambda photo: squeezed(shadowed(leaning(photo)).rotate(8, fillcolor=60)),
    ],
    ids=[
        "crooked",
        "upside down",
        "blurred",
        "pale",
        "scratched",
        "shadow",
        "noise",
        "chat",
        "leaning",
        "all",
    ],
)
def test_a_poor_photo_is_still_read(harm: Callable[[Image.Image], Image.Image], tmp_path: Path) -> None:
    harm(table(CODE)).save(tmp_path / "photo.jpg", quality=70)
    assert read_codes(tmp_path / "photo.jpg") == [CODE]


@pytest.mark.parametrize("kind", ["png", "webp", "bmp", "gif", "tiff", "jpg"])
def test_every_common_kind_of_picture(kind: str, tmp_path: Path) -> None:
    symbol(CODE).save(tmp_path / f"photo.{kind}")
    assert read_codes(tmp_path / f"photo.{kind}") == [CODE]


def test_the_cameras_own_idea_of_up_is_followed(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    table(CODE).rotate(90, expand=True).save(tmp_path / "photo.jpg", exif=exif)
    assert read_codes(tmp_path / "photo.jpg") == [CODE]


def test_a_small_code_in_a_large_photo(tmp_path: Path) -> None:
    photo = Image.new("L", (6000, 4500), 150)
    photo.paste(symbol(CODE, 12), (3100, 2200))
    photo.save(tmp_path / "photo.jpg", quality=80)
    assert read_codes(tmp_path / "photo.jpg") == [CODE]


def test_several_vouchers_on_one_photo(tmp_path: Path) -> None:
    table(CODE, OTHER).save(tmp_path / "photo.png")
    assert sorted(read_codes(tmp_path / "photo.png")) == sorted([CODE, OTHER])


def test_a_transparent_screenshot_lies_on_white() -> None:
    black = symbol(CODE).point(lambda grey: 255 - grey)
    image = Image.new("RGBA", black.size, (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), mask=black)
    file = io.BytesIO()
    image.save(file, "PNG")
    assert read_pasted(file.getvalue(), name="粘贴的图片") == [CODE]


def test_each_page_of_a_scanners_tiff(tmp_path: Path) -> None:
    symbol(CODE).save(tmp_path / "scan.tif", save_all=True, append_images=[symbol(OTHER)])
    assert read_codes(tmp_path / "scan.tif") == [CODE, OTHER]


def test_each_page_of_a_pdf(tmp_path: Path) -> None:
    symbol(CODE).save(tmp_path / "scan.pdf", save_all=True, append_images=[symbol(OTHER)])
    assert read_codes(tmp_path / "scan.pdf") == [CODE, OTHER]


def test_a_foreign_code_is_no_voucher(tmp_path: Path) -> None:
    symbol("HTTP://EXAMPLE.ORG/PAY").save(tmp_path / "photo.png")
    assert read_all_codes(tmp_path / "photo.png") == ["HTTP://EXAMPLE.ORG/PAY"]
    with pytest.raises(Fault) as caught:
        read_codes(tmp_path / "photo.png")
    assert caught.value.code == "no_code_found"


def code_of(path: Path) -> str:
    with pytest.raises(Fault) as caught:
        read_codes(path)
    return caught.value.code


def png_of(width: int, height: int) -> bytes:
    """A PNG that claims a size, and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_each_way_of_failing_has_its_code(tmp_path: Path) -> None:
    assert code_of(tmp_path / "gone.jpg") == "file_missing"
    assert code_of(tmp_path) == "file_unreadable"
    Image.new("L", (400, 300), 200).save(tmp_path / "blank.png")
    assert code_of(tmp_path / "blank.png") == "no_code_found"
    for name, data in {
        "text.jpg": b"not a picture",
        "empty.png": b"",
        "broken.pdf": b"%PDF-1.7\nnothing",
        "cut.png": png_of(4000, 4000),
    }.items():
        (tmp_path / name).write_bytes(data)
        assert code_of(tmp_path / name) == "image_unreadable", name
    for name, side in {"bomb.png": 9000, "larger.png": 30_000}.items():
        (tmp_path / name).write_bytes(png_of(side, side))
        assert code_of(tmp_path / name) == "image_too_big", name


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_photo_cut_short_is_not_a_defect(share: float, tmp_path: Path) -> None:
    file = io.BytesIO()
    table(CODE).save(file, "JPEG")
    data = file.getvalue()
    (tmp_path / "photo.jpg").write_bytes(data[: int(len(data) * share)])
    assert code_of(tmp_path / "photo.jpg") == "image_unreadable"
