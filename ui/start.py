"""The window as a program of its own: one for each folder, its log, and what becomes of defects."""

from __future__ import annotations

import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from timebank.outcome import Fault
from ui.look import Look
from ui.look.kept import Kept
from ui.qt import application, has_screen
from ui.say import Speech
from ui.screens.settings_support import LOG
from ui.single import Single
from ui.tidy import Tidy
from ui.window import Sample, Window

_LOG_BYTES = 1 << 20
log = logging.getLogger("ui")


def run(home: Path, language: str, sample: Sample | None = None) -> int:
    """Open the window on a station's folder; returns the exit code.

    Refuses with ``already_open`` where a window holds the folder, Fault ``no_screen`` without a display.
    """
    if not has_screen() and not os.environ.get("QT_QPA_PLATFORM"):
        raise Fault("no_screen")
    single = Single(home)
    try:
        keep_log(home)
        kept = Kept(home, language)
        app = application(sys.argv[:1], language=kept.language)
        window = Window(home, Look(app, Speech(kept.language), kept.theme), kept, sample=sample)
        catch_defects(window)
        Tidy(lambda: window.busy, window)
        app.setWindowIcon(window.look.icon("app"))
        app.setDesktopFileName("timebank")
        single.listen(window.to_front)
        window.appear()
        window.begin()
        return app.exec()
    finally:
        single.release()


def keep_log(home: Path) -> None:
    """Write what goes wrong into the station's log, for support."""
    handler = RotatingFileHandler(
        home / LOG, maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
    handler.setLevel(logging.ERROR)
    log.addHandler(handler)
    log.setLevel(logging.ERROR)


def catch_defects(window: Window) -> None:
    """Have what nobody caught logged and told calmly, and let the window go on."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.error("unexpected failure", exc_info=(kind, error, trace))
        window.defect(error)

    sys.excepthook = hook
