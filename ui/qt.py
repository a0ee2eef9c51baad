"""The one place that starts Qt: platform, fonts, Qt's own translations, and what to say when Qt cannot start.

Importing this module never imports Qt, so a machine without Qt's system libraries still gets a sentence.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from timebank.outcome import Fault
from timebank.paper.font import FAMILY, font_file

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

POINT_SIZE = 11.0  # of ordinary text at the standard size

# What Qt's libraries need beyond a minimal Debian 12; the second line only for windows on a screen.
_PACKAGES = "libegl1 libgl1 libxkbcommon0 libfontconfig1 libdbus-1-3 libglib2.0-0"
_SCREEN_PACKAGES = (
    "libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 "
    "libxcb-shape0 libxcb-sync1 libxcb-xfixes0 libxcb-xkb1 libxkbcommon-x11-0 libx11-xcb1 libcups2"
)


def application(
    argv: Sequence[str], *, offscreen: bool | None = None, language: str | None = None
) -> QApplication:
    """The running QApplication, started where there is none, in our font and ``language`` (at first Chinese).

    ``offscreen`` draws to memory only; where not said, so does a Linux without a display. A running
    application keeps its platform. Raises Fault ``qt_library_missing`` rather than let Qt abort.
    """
    running = _running()
    if running is None:
        language = language or "zh_CN"
        if offscreen or (offscreen is None and not has_screen()):
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        require_qt()
        from PySide6.QtCore import qInstallMessageHandler
        from PySide6.QtWidgets import QApplication

        qInstallMessageHandler(_tell_of_qt)

        running = QApplication([*argv] or ["timebank"])
        running.setApplicationName("timebank")
    _load_fonts(running)
    if language is not None:
        set_qt_language(running, language)
    return running


def running_application() -> QApplication:
    """The running QApplication; where there is none, one that draws to memory only: enough for paper."""
    return _running() or application([], offscreen=True)


def has_screen() -> bool:
    """Whether windows can be shown: a platform was asked for, or a display answers to a name."""
    asked = os.environ.get("QT_QPA_PLATFORM")
    if asked:
        return asked.split(":")[0] not in ("offscreen", "minimal")
    return not sys.platform.startswith("linux") or _display() is not None


def require_qt() -> None:
    """Raise Fault ``qt_library_missing`` where Qt, or its platform for this screen, cannot be loaded."""
    try:
        import PySide6
        from PySide6 import QtGui, QtPrintSupport, QtWidgets  # noqa: F401  loading them is the question
    except ImportError as error:
        raise _missing(str(error)) from error
    if not sys.platform.startswith("linux"):
        return
    platform = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] or _display() or "offscreen"
    plugin = Path(PySide6.__file__).parent / "Qt" / "plugins" / "platforms" / f"libq{platform}.so"
    if plugin.is_file():  # not so where Qt came from the distribution, which brings the libraries too
        try:
            ctypes.CDLL(str(plugin))
        except OSError as error:  # Qt itself would abort the process
            raise _missing(str(error)) from error


def set_qt_language(app: QApplication, language: str) -> None:
    """Have Qt's own buttons and dialogs speak ``language`` (``zh_CN`` or ``en``); may be called again."""
    from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator

    for old in app.findChildren(QTranslator, "qtbase"):
        app.removeTranslator(old)
        old.setParent(None)
    QLocale.setDefault(QLocale(language))
    translator = QTranslator(app)  # the parent keeps it alive
    translator.setObjectName("qtbase")
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{language}", folder):
        app.installTranslator(translator)
    else:  # English needs none
        translator.setParent(None)


_NOT_NEWS = "This plugin does not support propagateSizeHints()"
"""Drawing to memory, Qt says so for every window."""


def _tell_of_qt(_kind: object, _context: object, message: str | None) -> None:
    """Qt's own warnings go to standard error."""
    if message and message != _NOT_NEWS:
        print(message, file=sys.stderr)  # noqa: T201


def _running() -> QApplication | None:
    if "PySide6.QtWidgets" not in sys.modules:
        return None
    from PySide6.QtWidgets import QApplication

    running = QApplication.instance()
    return running if isinstance(running, QApplication) else None


def _display() -> str | None:
    """The platform that Qt takes on this Linux desktop: ``wayland``, ``xcb``, or none without a display."""
    wayland, x11 = os.environ.get("WAYLAND_DISPLAY"), os.environ.get("DISPLAY")
    if wayland and (not x11 or os.environ.get("XDG_SESSION_TYPE") == "wayland"):
        return "wayland"
    return "xcb" if x11 else None


def _load_fonts(app: QApplication) -> None:
    from PySide6.QtGui import QFont, QFontDatabase

    if FAMILY in QFontDatabase.families():
        return
    for path in (font_file(), font_file(bold=True)):
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise Fault("font_unreadable", file=path.name)
    font = QFont(FAMILY)
    font.setPointSizeF(POINT_SIZE)
    app.setFont(font)


def _missing(message: str) -> Fault:
    """The Fault for a loader's message such as ``libEGL.so.1: cannot open shared object file``."""
    found = re.search(r"[\w.+-]+\.so[.\d]*(?=: cannot open)|No module named '([\w.]+)'", message)
    if found and found.group(1):
        return Fault("qt_library_missing", library=found.group(1), command="pip install pyside6-essentials")
    library = found.group(0) if found else message
    screen = _display() is not None and os.environ.get("QT_QPA_PLATFORM") != "offscreen"
    packages = f"{_PACKAGES} {_SCREEN_PACKAGES}" if screen else _PACKAGES
    return Fault("qt_library_missing", library=library, command=f"apt-get install -y {packages}")
