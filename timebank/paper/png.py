"""A voucher as a picture for a chat message: drawn without a screen, its QR sharp to the pixel."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import lru_cache

from PIL import Image, ImageColor, ImageDraw, ImageFont

from timebank.paper import mark
from timebank.paper.faces import Kind, VoucherFace
from timebank.paper.font import font_file
from timebank.paper.qr import QUIET_MODULES, qr_rows
from timebank.phrases import Phrases, phrases

WIDTH = 1080  # pixels
_MODULE = 14  # pixels; chat programs halve pictures, and half of this still reads
_EDGE, _PAD, _HEAD, _MARK = 24, 72, 200, 100
_DARK, _QUIET, _WHITE, _LINE = "#1b2430", "#56606b", "#ffffff", "#d4d9dd"
_TONES = {"credit": "#0e5a5c", "allowance": "#7a3b0c"}
_STEPS = 11  # from an ink to white, at the edges of letters
_SMOOTH = 4  # the mark and the frame are drawn this much larger first, for smooth edges


def voucher_png(face: VoucherFace) -> bytes:
    """The voucher as a PNG file, :data:`WIDTH` pixels wide. Shows no name, as the paper shows none."""
    say = phrases(face.language)
    rows = _rows(face, say)
    code = _code(face.code)
    height = 616 + code.height + 62 * len(rows) + 150
    picture = _form(face.kind, height).copy()
    sheet = _Sheet(picture)
    tone = _TONES[face.kind]
    _head(sheet, face, say)
    sheet.text(WIDTH // 2, 420, face.amount_text, 128, bold=True, anchor="ms", room=WIDTH - 2 * _PAD)
    caption = say("paper.caption", unit=face.unit_name, minutes=face.minutes)
    sheet.text(WIDTH // 2, 486, caption, 38, colour=_QUIET, anchor="ms", room=WIDTH - 2 * _PAD)
    if face.reprint:
        _reprint(sheet, say("paper.reprint"), tone)
    picture.paste(code, ((WIDTH - code.width) // 2, 506))
    y = 506 + code.height + 40
    sheet.text(WIDTH // 2, y, face.serial_text, 56, bold=True, anchor="ms", room=WIDTH - 2 * _PAD)
    y += 40
    sheet.draw.line((_PAD, y, WIDTH - _PAD, y), fill=_LINE, width=2)
    y += 62
    for label, value, strong in rows:
        sheet.text(_PAD, y, label, 36, colour=_QUIET, room=220)
        sheet.text(_PAD + 236, y, value, 40 if strong else 38, bold=strong, room=WIDTH - 2 * _PAD - 236)
        y += 62
    foot = f"{say('paper.no_cash')}  ·  {say('paper.check')}"
    sheet.text(WIDTH // 2, y + 26, foot, 34, colour=_QUIET, anchor="ms", room=WIDTH - 2 * _PAD)
    file = io.BytesIO()
    inks = picture.quantize(palette=_palette(tone), dither=Image.Dither.NONE)
    inks.save(file, "PNG", optimize=True)
    return file.getvalue()


@lru_cache(maxsize=4)
def _palette(tone: str) -> Image.Image:
    """Each ink in steps to the white of the paper: all that is on a voucher. Choosing them anew takes long."""
    line, *inks = (ImageColor.getrgb(colour) for colour in (_LINE, tone, _DARK, _QUIET, "black"))
    steps = [
        255 + (part - 255) * step // _STEPS for ink in inks for step in range(_STEPS + 1) for part in ink
    ]
    palette = Image.new("P", (1, 1))
    palette.putpalette([*steps, *line])
    return palette


class _Sheet:
    """A picture to write on."""

    def __init__(self, picture: Image.Image) -> None:
        self.picture, self.draw = picture, ImageDraw.Draw(picture)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: int,
        *,
        colour: str = _DARK,
        bold: bool = False,
        anchor: str = "ls",
        room: float,
    ) -> float:
        """Write a line, smaller where it is wider than ``room`` pixels; returns its width."""
        used = _font(size, bold).getlength(text)
        if used > room:
            size = max(1, int(size * room / used))
            used = _font(size, bold).getlength(text)
        self.draw.text((x, y), text, fill=colour, font=_font(size, bold), anchor=anchor)
        return used

    def smooth(self, box: tuple[int, int, int, int], paint: Callable[[ImageDraw.ImageDraw], None]) -> None:
        """Paint a part (left, top, right, bottom) on a canvas :data:`_SMOOTH` times as large."""
        part = self.picture.crop(box)
        size = part.size
        large = part.resize((size[0] * _SMOOTH, size[1] * _SMOOTH), Image.Resampling.NEAREST)
        paint(ImageDraw.Draw(large))
        self.picture.paste(large.resize(size, Image.Resampling.LANCZOS), box[:2])


def _rows(face: VoucherFace, say: Phrases) -> list[tuple[str, str, bool]]:
    rows = [(say("paper.station"), face.station_name, False)]
    if face.locked_to is not None:
        rows.append((say("paper.locked"), face.locked_to, True))
    rows.append((say("paper.holder"), face.holder_number, False))
    rows.append((say("paper.issued"), face.issued.isoformat(), False))
    until = face.expires.isoformat() if face.expires else say("paper.no_expiry")
    rows.append((say("paper.expires"), until, True))
    return rows


def _code(code: str) -> Image.Image:
    """The QR with its quiet zone, modules of a whole number of pixels."""
    rows = qr_rows(code)
    side = len(rows) + 2 * QUIET_MODULES
    small = Image.new("L", (side, side), 255)
    dark = b"".join(row.translate(_PIXELS) for row in rows)
    small.paste(Image.frombytes("L", (len(rows), len(rows)), dark), (QUIET_MODULES, QUIET_MODULES))
    return small.resize((side * _MODULE, side * _MODULE), Image.Resampling.NEAREST).convert("RGB")


_PIXELS = bytes.maketrans(b"\x00\x01", b"\xff\x00")


def _head(sheet: _Sheet, face: VoucherFace, say: Phrases) -> None:
    """The network's name and the voucher's title beside the mark."""
    words = _WHITE if face.kind == "credit" else _TONES[face.kind]
    left, middle, title = _PAD + _MARK + 28, _middle(face.kind), say(f"paper.title_{face.kind}")
    used = sheet.text(WIDTH - _PAD, middle, title, 60, colour=words, bold=True, anchor="rm", room=WIDTH / 2)
    room = WIDTH - _PAD - used - 30 - left
    sheet.text(left, middle, face.network_name, 46, colour=words, anchor="lm", room=room)


@lru_cache(maxsize=16)
def _form(kind: Kind, height: int) -> Image.Image:
    """What all vouchers of a kind share: the frame, the head, the mark. Never drawn on: copied.

    Solid for credit; white over stripes, in a double frame, for an allowance.
    """
    tone = _TONES[kind]
    sheet = _Sheet(Image.new("RGB", (WIDTH, height), _WHITE))

    def frame(draw: ImageDraw.ImageDraw) -> None:
        s = _SMOOTH
        right = WIDTH - _EDGE
        box = (_EDGE * s, _EDGE * s, right * s, (height - _EDGE) * s)
        if kind == "credit":
            head = (*box[:3], _HEAD * s)
            draw.rounded_rectangle(head, 28 * s, fill=tone, corners=(True, True, False, False))
        else:
            for x in range(_EDGE - 24, WIDTH, 40):
                stripe = ((x, _HEAD), (x + 24, _HEAD - 24), (x + 44, _HEAD - 24), (x + 20, _HEAD))
                draw.polygon([(px * s, py * s) for px, py in stripe], fill=tone)
            draw.rectangle((0, 0, _EDGE * s, height * s), fill=_WHITE)
            draw.rectangle((right * s, 0, WIDTH * s, height * s), fill=_WHITE)
            inner = (box[0] + 14 * s, (_HEAD + 14) * s, box[2] - 14 * s, box[3] - 14 * s)
            draw.rounded_rectangle(inner, 14 * s, outline=tone, width=2 * s)
        draw.rounded_rectangle(box, 28 * s, outline=tone, width=5 * s)

    sheet.smooth((0, 0, WIDTH, height), frame)
    _mark(sheet, _PAD, _middle(kind) - _MARK // 2, _MARK, _WHITE if kind == "credit" else tone)
    return sheet.picture


def _middle(kind: Kind) -> int:
    """The height of the words in the head."""
    return (_EDGE + _HEAD - (0 if kind == "credit" else 24)) // 2


def _mark(sheet: _Sheet, left: int, top: int, size: int, colour: str) -> None:
    def paint(draw: ImageDraw.ImageDraw) -> None:
        side = size * _SMOOTH
        stroke = round(mark.STROKE * side)
        reach = mark.RADIUS * side + stroke / 2
        centre = mark.CENTRE * side
        ring = (centre - reach, centre - reach, centre + reach, centre + reach)
        draw.arc(ring, -mark.GAP_START, 360 - mark.GAP_END, fill=colour, width=stroke)
        points = [(x * side, y * side) for x, y in mark.HANDS]
        draw.line(points, fill=colour, width=stroke, joint="curve")
        for x, y in (points[0], points[-1]):
            draw.circle((x, y), stroke / 2, fill=colour)
        seed_x, seed_y, seed = (value * side for value in mark.SEED)
        draw.circle((seed_x, seed_y), seed, fill=colour)

    sheet.smooth((left, top, left + size, top + size), paint)


def _reprint(sheet: _Sheet, text: str, tone: str) -> None:
    """The mark of a second issue, boxed, in the corner under the head."""
    used = _font(42, True).getlength(text)
    right, top = WIDTH - _PAD, 232
    sheet.draw.rounded_rectangle((right - used - 44, top, right, top + 66), 12, outline=tone, width=4)
    sheet.text(right - 22 - used / 2, top + 34, text, 42, colour=tone, bold=True, anchor="mm", room=used)


@lru_cache(maxsize=64)
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file(bold=bold)), size)
