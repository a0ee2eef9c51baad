"""Every screen, in both languages, three text sizes, light and dark: to be read, reached and pressed by anyone.

The scenes are those of the guide's pictures (ui/scenes.py); a new screen is walked through without a word here.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import walk
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget

from timebank.cli.answers import Session
from timebank.cli.screenshots import NOW, picture_network
from timebank.desk.surroundings import Surroundings
from timebank.phrases import LANGUAGES, phrases
from ui.front import Front
from ui.look import Look, Mode, TextSize, Theme
from ui.say import Speech
from ui.scenes import scenes
from ui.stage import EMPTY, Stage

LOOKS = [
    pytest.param(language, size, mode, id=f"{language}-{size.value}-{mode.value}")
    for language in LANGUAGES
    for size in TextSize
    for mode in (Mode.LIGHT, Mode.DARK)
]
Check = Callable[[QWidget], Iterator[str]]
EVERYWHERE: tuple[Check, ...] = (walk.cut, walk.pale, walk.small, walk.missing_glyphs, walk.unnamed)
HANDS = {("zh_CN", TextSize.STANDARD, Mode.LIGHT), ("en", TextSize.EXTRA, Mode.DARK)}
"""Where the keyboard walks as well: every stop is pressed, and its pixels compared with and without the focus."""


@dataclass
class Theatre:
    """One window for all of it: language, size and colours are switched while it is open."""

    stage: Stage
    look: Look


@pytest.fixture(scope="module")
def theatre(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    """The stations of the guide's pictures, and a folder where nothing is yet."""
    folder = tmp_path_factory.mktemp("network")
    homes = picture_network(Session(folder, True, phrases("zh_CN"), "", Front()), folder)
    homes[EMPTY] = tmp_path_factory.mktemp("empty")
    font = qapp.font()
    look = Look(qapp, Speech("zh_CN"), Theme(Mode.LIGHT))
    stage = Stage(look, homes, tmp_path_factory.mktemp("kept"), Surroundings(clock=lambda: NOW))
    flash = qapp.cursorFlashTime()
    qapp.setCursorFlashTime(0)
    yield Theatre(stage, look)
    stage.close()
    qapp.setCursorFlashTime(flash)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    look.deleteLater()
    qapp.setStyleSheet("")
    qapp.setFont(font)


@pytest.mark.parametrize(("language", "size", "mode"), LOOKS)
def test_every_screen_can_be_read_reached_and_pressed(
    theatre: Theatre, language: str, size: TextSize, mode: Mode
) -> None:
    theatre.look.speech.language = language
    theatre.look.use(Theme(mode, size))
    checks = (*EVERYWHERE, walk.by_tab) if (language, size, mode) in HANDS else EVERYWHERE
    wrong: dict[str, str] = {}  # what is said once is enough, with the first scene it was seen in
    played = 0
    for scene in scenes(theatre.stage):
        try:
            shown = theatre.stage.play(scene)
            if shown is not None:
                played += 1
                shown.activateWindow()
                QApplication.processEvents()
                for check in checks:
                    for said in check(shown):
                        wrong.setdefault(said, scene.name)
        except Exception as error:  # the other screens are to be heard of as well
            wrong.setdefault(f"{traceback.format_exc(limit=-3)} {error!r}", scene.name)
    assert played > 35
    assert not wrong, "\n".join(f"{scene}: {said}" for said, scene in wrong.items())
