"""Pictures and files on the clipboard or under the pointer, as they come from other programs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

Picture = Path | QImage
"""A file of any kind, or a bitmap."""


def pictures_in(data: QMimeData) -> tuple[Picture, ...]:
    """What is in ``data`` to look for codes in: files, or the bitmap of a picture copied from a chat."""
    files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    if not files and data.hasText() and data.text().strip().lower().startswith("file:"):
        files = [QUrl(line.strip()).toLocalFile() for line in data.text().splitlines() if line.strip()]
    if files:
        return tuple(Path(file) for file in files if file)
    image = data.imageData() if data.hasImage() else None
    return (image,) if isinstance(image, QImage) and not image.isNull() else ()
