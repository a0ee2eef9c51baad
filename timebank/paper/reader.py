"""Codes read back from photos, screenshots and PDFs, by zxing-cpp: not by what drew them."""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter, ImageOps, ImageSequence

from timebank.files import reading
from timebank.outcome import Cancelled, Fault

PREFIX = "TB1"
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "PPM")
_MOST_BYTES = 64 << 20  # of a picture
_MOST_PDF_BYTES = 512 << 20
_MOST_PIXELS = 64_000_000  # of a picture that must be unpacked whole; JPEG is unpacked at a smaller scale
_MOST_JPEG_PIXELS = 170_000_000  # below Pillow's own limit
_MOST_PIXELS_TOGETHER = 400_000_000  # of all frames: forty pages from a scanner
_MOST_PAGES = 400
_MOST_PAGE_PIXELS = 36_000_000
_LEAST_SIDE = 21  # the smallest code has 21 modules: no picture that the scales make narrower can show one
_SIDES = (1600, 3200, 800)  # pixels of the longer side, in the order they are tried
_SMALL = 900  # a picture whose longer side is below this is enlarged as well
_READ_DPI = (200, 300)
_VERIFY_DPI = (120, 250)  # at 120 dpi our smallest module is 2.4 pixels, and the page is sharp
_POINTS = 72  # to the inch, the unit of a PDF page

Wanted = Callable[[str], bool]
"""Whether a text is one of those that are looked for: finding one ends the search in a picture."""
Progress = Callable[[int, int], object]
IsCancelled = Callable[[], bool]

_pdfium = threading.Lock()  # PDFium must not be entered twice at a time, whatever the documents


def read_codes(path: Path) -> list[str]:
    """The distinct voucher codes in a picture or PDF, in the order they were found; never empty.

    Raises Fault: ``file_missing``, ``file_unreadable``, ``image_unreadable``, ``image_too_big`` or
    ``no_code_found``.
    """
    return _vouchers(read_all_codes(path), path.name)


class Pixels(NamedTuple):
    """A picture that is already unpacked: rows of grey bytes, each row ``stride`` bytes long."""

    width: int
    height: int
    stride: int
    grey: bytes


def codes_in(
    pictures: Sequence[Path | Pixels],
    wanted: Wanted,
    *,
    name: str,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
) -> list[str]:
    """The distinct codes that are wanted, from files and pasted pictures; never empty.

    One that cannot be read does not spoil the others. ``name`` is what to call a pasted picture;
    ``progress`` gets pictures done and in all. Raises Cancelled, the Faults of :func:`read_codes` where
    nothing is found.
    """
    found: dict[str, None] = {}
    problem: Fault | None = None
    for number, picture in enumerate(pictures):
        _go_on(cancelled)
        called = picture.name if isinstance(picture, Path) else name
        try:
            if isinstance(picture, Path):
                texts = read_all_codes(picture, wanted, cancelled)
            else:
                texts = _from_photo(_unpacked(picture, name), wanted, cancelled)
            mine = [text for text in texts if wanted(text)]
            if not mine:
                raise Fault("no_code_found", file=called)
            found.update(dict.fromkeys(mine))
        except Fault as fault:
            problem = problem or fault
        if progress is not None:
            progress(number + 1, len(pictures))
    if not found:
        raise problem or Fault("no_code_found", file=name)
    return list(found)


class Spotted(NamedTuple):
    """A code on a camera's picture, and where: four corners, each (x, y) in pixels."""

    text: str
    corners: tuple[tuple[int, int], ...]


def spot_codes(frame: Pixels) -> list[Spotted]:
    """The QR codes on one picture of a camera: one quick look, for there will be another picture at once."""
    rows = memoryview(frame.grey)[: frame.stride * frame.height].cast("B", (frame.height, frame.stride))
    return [
        Spotted(seen.text, tuple((at.x, at.y) for at in _corners(seen.position)))
        for seen in zxingcpp.read_barcodes(rows, formats=_qr_only(), try_invert=False)
    ]


def _corners(position: zxingcpp.Position) -> tuple[zxingcpp.Point, ...]:
    return (position.top_left, position.top_right, position.bottom_right, position.bottom_left)


def _qr_only() -> zxingcpp.BarcodeFormats:
    # Made anew each time: one kept by the module would be missed by zxing-cpp when the program ends.
    return zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


def _go_on(cancelled: IsCancelled | None) -> None:
    if cancelled is not None and cancelled():
        raise Cancelled


def _is_voucher(text: str) -> bool:
    return text.startswith(PREFIX)


def _unpacked(picture: Pixels, name: str) -> Image.Image:
    if picture.width * picture.height > _MOST_PIXELS:
        raise Fault("image_too_big", file=name)
    size = (picture.width, picture.height)
    return Image.frombuffer("L", size, picture.grey, "raw", "L", picture.stride, 1)


def read_all_codes(
    path: Path, wanted: Wanted = _is_voucher, cancelled: IsCancelled | None = None
) -> list[str]:
    """The distinct texts of all QR codes in a picture or PDF; empty where there is none."""
    with reading(path), path.open("rb") as file:
        head = file.read(1024)
        size = path.stat().st_size
        pdf = b"%PDF-" in head
        if size > (_MOST_PDF_BYTES if pdf else _MOST_BYTES):
            raise Fault("image_too_big", file=path.name)
        if not pdf:
            file.seek(0)
            return _from_picture(file.read(), path.name, wanted, cancelled)
    return _from_pdf(path, cancelled)


def read_pasted(data: bytes, *, name: str) -> list[str]:
    """The distinct voucher codes in a pasted picture; ``name`` is what to call it in a sentence."""
    if len(data) > _MOST_BYTES:
        raise Fault("image_too_big", file=name)
    return _vouchers(_from_picture(data, name), name)


def verify_printed(
    path: Path,
    expected_codes: Sequence[str],
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
    *,
    name: str | None = None,
) -> int:
    """Read every expected code back from the rendered pages of a PDF; returns how many there are.

    ``progress`` gets codes read and codes expected. Raises Fault ``printed_unreadable`` where one is not
    found, under the file's ``name`` where ``path`` is a temporary one, and Cancelled.
    """
    left = set(expected_codes)
    total = len(left)
    for dpi in _VERIFY_DPI:
        with _document(path, name or path.name) as document:
            for number in range(len(document)):
                _go_on(cancelled)
                left.difference_update(_decode(_page(document, number, dpi), quick=True))
                if progress is not None:
                    progress(total - len(left), total)
        if not left:
            return total
    raise Fault("printed_unreadable", file=name or path.name, missing=len(left), vouchers=total)


def readable(picture: object, expected_codes: Sequence[str]) -> bool:
    """Whether every expected code is read back from a rendered page (a QImage, a PIL image, a buffer)."""
    return set(expected_codes) <= set(_decode(picture, quick=True))


def _vouchers(codes: list[str], name: str) -> list[str]:
    found = [code for code in codes if _is_voucher(code)]
    if not found:
        raise Fault("no_code_found", file=name)
    return found


def _decode(picture: object, *, quick: bool = False, contrast: bool = False) -> list[str]:
    """The texts of the QR codes in one picture; ``quick`` for a sharp page that we drew."""
    binarizer = zxingcpp.Binarizer.GlobalHistogram if contrast else zxingcpp.Binarizer.LocalAverage
    found = zxingcpp.read_barcodes(
        picture,
        formats=_qr_only(),
        try_rotate=not quick,
        try_downscale=not quick,
        try_invert=not quick,
        binarizer=binarizer,
    )
    return [barcode.text for barcode in found]


def _from_picture(
    data: bytes, name: str, wanted: Wanted = _is_voucher, cancelled: IsCancelled | None = None
) -> list[str]:
    found: dict[str, None] = {}
    for photo in _photos(data, name):
        found.update(dict.fromkeys(_from_photo(photo, wanted, cancelled)))
    return list(found)


def _photos(data: bytes, name: str) -> Iterator[Image.Image]:
    """The frames of a picture in which a voucher may be: all that a scanner made, of others the first."""
    pixels = 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we hold our own limits
            picture = Image.open(io.BytesIO(data), formats=_FORMATS)
        most = _MOST_JPEG_PIXELS if picture.format in ("JPEG", "MPO") else _MOST_PIXELS
        for number, frame in enumerate(ImageSequence.Iterator(picture)):  # a scanner's TIFF has several
            pixels += frame.width * frame.height
            if frame.width * frame.height > most or pixels > _MOST_PIXELS_TOGETHER or number >= _MOST_PAGES:
                raise Fault("image_too_big", file=name)
            frame.draft("L", (max(_SIDES), max(_SIDES)))
            if min(frame.size) * max(_SIDES) >= _LEAST_SIDE * max(frame.size):  # no thinner than a line
                yield _grey(frame)
            if picture.format not in ("TIFF", "GIF"):
                break
    except Fault:
        raise
    except Image.DecompressionBombError as error:
        raise Fault("image_too_big", file=name) from error
    except Exception as error:  # a damaged picture fails in Pillow in any number of ways
        raise Fault("image_unreadable", file=name) from error


def _grey(frame: Image.Image) -> Image.Image:
    """Upright and grey, what is transparent being white paper."""
    ImageOps.exif_transpose(frame, in_place=True)
    if "A" not in frame.getbands() and "transparency" not in frame.info:
        return frame.convert("L")
    frame = frame if "A" in frame.getbands() else frame.convert("RGBA")
    paper = Image.new("L", frame.size, "white")
    paper.paste(frame.convert("L"), mask=frame.getchannel("A"))
    return paper


def _from_photo(photo: Image.Image, wanted: Wanted, cancelled: IsCancelled | None = None) -> list[str]:
    """Try what helps most often first; one that is wanted ends the search, once two scales were looked at."""
    found: dict[str, None] = {}
    for number, (attempt, contrast) in enumerate(_attempts(photo)):
        _go_on(cancelled)
        found.update(dict.fromkeys(_decode(attempt, contrast=contrast)))
        if number >= 1 and any(wanted(code) for code in found):
            break
    return list(found)


def _attempts(photo: Image.Image) -> Iterator[tuple[Image.Image, bool]]:
    """Pictures to try, each with whether one threshold should serve for all of it."""
    scaled = [_scaled(photo, side) for side in _SIDES]
    if max(photo.size) < _SMALL:
        scaled.insert(1, photo.resize((photo.width * 2, photo.height * 2), Image.Resampling.BICUBIC))
    for picture in scaled:
        yield picture, False
    first = scaled[0]
    even = ImageOps.autocontrast(first, cutoff=2)
    yield even, False
    yield even, True
    yield even.filter(ImageFilter.UnsharpMask(radius=3, percent=220, threshold=0)), False
    yield first.filter(ImageFilter.MedianFilter(3)), False
    yield first.filter(ImageFilter.GaussianBlur(1.2)), False
    for angle in (20, 45, 70):
        yield first.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255), False
    yield ImageOps.equalize(_scaled(photo, 1100)), False
    yield _scaled(photo, 500), False


def _scaled(photo: Image.Image, side: int) -> Image.Image:
    if max(photo.size) <= side:
        return photo
    return ImageOps.contain(photo, (side, side), Image.Resampling.LANCZOS)


def _from_pdf(path: Path, cancelled: IsCancelled | None = None) -> list[str]:
    found: dict[str, None] = {}
    with _document(path, path.name) as document:
        if len(document) > _MOST_PAGES:
            raise Fault("image_too_big", file=path.name)
        for number in range(len(document)):
            for dpi in _READ_DPI:
                _go_on(cancelled)
                codes = _decode(_page(document, number, dpi))
                found.update(dict.fromkeys(codes))
                if codes:
                    break
    return list(found)


@contextmanager
def _document(path: Path, name: str) -> Iterator[pypdfium2.PdfDocument]:
    with reading(path):
        path.stat()
    try:
        with _pdfium:
            document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise Fault("image_unreadable", file=name) from error
    try:
        yield document
    except pypdfium2.PdfiumError as error:
        raise Fault("image_unreadable", file=name) from error
    finally:
        with _pdfium:
            document.close()


def _page(document: pypdfium2.PdfDocument, number: int, dpi: int) -> memoryview:
    """One page as grey pixels (rows × columns); a page of unreasonable size at a smaller scale."""
    with _pdfium:
        page = document[number]
        try:
            width, height = page.get_size()
            scale = min(dpi / _POINTS, (_MOST_PAGE_PIXELS / max(1.0, width * height)) ** 0.5)
            bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
            try:
                return memoryview(bytes(bitmap.buffer)).cast("B", (bitmap.height, bitmap.stride))
            finally:
                bitmap.close()
        finally:
            page.close()
