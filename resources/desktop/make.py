"""Draws the program's icon in the sizes that desktops ask for, from ``resources/icons/app.svg``.

``python resources/desktop/make.py`` writes the PNG files beside this script, and ``timebank.ico`` for Windows.
They are kept, so that no desktop needs Qt to show them.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

HERE = Path(__file__).resolve().parent
SIZES = (16, 24, 32, 48, 64, 128, 256)
_ICO = [(size, size) for size in SIZES]


def draw(size: int, path: Path) -> None:
    """One square picture of the icon."""
    svg = (HERE.parent / "icons" / "app.svg").read_bytes()
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg)).render(painter)
    painter.end()
    image.save(str(path))
    with Image.open(path) as read:
        read.save(path, optimize=True)


def main() -> None:
    """Write them all."""
    for size in SIZES:
        draw(size, HERE / f"timebank-{size}.png")
    with Image.open(HERE / f"timebank-{max(SIZES)}.png") as read:
        read.save(HERE / "timebank.ico", sizes=_ICO)


if __name__ == "__main__":
    main()
