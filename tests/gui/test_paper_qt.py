"""Qt starts in one place, and where it cannot, one sentence says what to install."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from timebank.outcome import Fault
from timebank.paper.font import FAMILY
from timebank.phrases import LANGUAGES, phrases
from ui import qt
from ui.qt import application, has_screen, require_qt, set_qt_language


def test_the_application_is_one_and_speaks_in_our_font(qapp: QApplication) -> None:
    assert application([]) is qapp
    assert qapp.font().family() == FAMILY
    assert qapp.font().pointSizeF() > 0


def cancel_text() -> str:
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    return box.button(QDialogButtonBox.StandardButton.Cancel).text().replace("&", "")


def test_qts_own_buttons_change_language_while_running(qapp: QApplication) -> None:
    said = []
    for language in ("zh_CN", "en", "zh_CN"):
        set_qt_language(qapp, language)
        said.append(cancel_text())
    assert said == ["取消", "Cancel", "取消"]


def test_a_linux_without_a_display_has_no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(qt.sys, "platform", "linux")
    assert not has_screen()
    monkeypatch.setenv("DISPLAY", ":0")
    assert has_screen()
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert not has_screen()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux packages")
def test_a_missing_library_is_named_with_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, qapp: QApplication
) -> None:
    def broken(path: str) -> None:
        raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(qt.ctypes, "CDLL", broken)
    with pytest.raises(Fault) as caught:
        require_qt()
    assert caught.value.code == "qt_library_missing"
    assert caught.value.facts["library"] == "libxcb-cursor.so.0"
    for language in LANGUAGES:
        sentence = phrases(language).problem(caught.value)
        assert "apt-get install -y libegl1 " in sentence
        assert "libxcb-cursor0" in sentence


def test_importing_ui_qt_needs_no_qt_and_its_absence_is_said() -> None:
    script = (
        "import sys; sys.modules['PySide6'] = None\n"
        "import ui.qt; from timebank.outcome import Fault\n"
        "try: ui.qt.application([], offscreen=True)\n"
        "except Fault as fault: print(fault.code, fault.facts['command'])\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(qt.__file__).parent.parent)}
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, env=environment
    )
    assert done.stdout.startswith("qt_library_missing ")
