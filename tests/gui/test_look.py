"""The look: readable by numbers, the same at every size, and changed while the window runs."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from timebank.assets import asset
from timebank.outcome import Cancelled
from timebank.phrases import LANGUAGES, phrases
from ui.actions import ACTIONS, SCREENS, keys_of
from ui.look import DARK, LIGHT, Look, Mode, Palette, Role, TextSize, Theme, Tone, contrast, icon, paint_icon
from ui.look.gallery import WINDOW, Gallery
from ui.say import Speech, phrase
from ui.typeface import in_english
from ui.widgets import Button, Text

ICONS = sorted(path.stem for path in asset("icons").glob("*.svg"))
PALETTES = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])


def test_contrast_is_counted_as_the_guidelines_count_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@PALETTES
def test_all_text_stands_out_from_what_is_behind_it(palette: Palette) -> None:
    grounds = (palette.ground, palette.surface, palette.sunken)
    pairs = [(ink, ground) for ink in (palette.text, palette.soft, palette.accent) for ground in grounds]
    pairs += [(palette.ink(tone), ground) for tone in Tone for ground in grounds[:2]]
    pairs += [(palette.ink(tone), palette.wash(tone)) for tone in Tone]
    pairs += [(ink, palette.wash(tone)) for tone in Tone for ink in (palette.text, palette.soft)]
    pairs += [(palette.on_accent, palette.accent), (palette.on_accent, palette.accent_strong)]
    assert {pair: contrast(*pair) for pair in pairs if contrast(*pair) < 4.5} == {}


@PALETTES
def test_edges_and_focus_can_be_seen(palette: Palette) -> None:
    for ground in (palette.ground, palette.surface):
        assert contrast(palette.edge, ground) >= 3
        assert contrast(palette.accent, ground) >= 3


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_is_drawn_inside_its_square_and_takes_its_colour(qapp: QApplication, name: str) -> None:
    image = QImage(96, 96, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    paint_icon(painter, name, "#ff0000", QRectF(0, 0, 96, 96))
    painter.end()
    inked = [(x, y) for x in range(96) for y in range(96) if QColor(image.pixelColor(x, y)).alpha() > 128]
    assert len(inked) > 60
    if name != "app":  # the one with its own ground
        assert all(0 < x < 95 and 0 < y < 95 for x, y in inked)
    if name not in ("app", "chevron"):
        assert any(image.pixelColor(*at).name() == "#ff0000" for at in inked)


def test_an_icon_is_rendered_for_the_pixels_it_gets(qapp: QApplication) -> None:
    drawn = icon("clock", "#0b6b63")
    assert drawn.pixmap(QSize(24, 24), 2.0).size() == QSize(48, 48)
    assert drawn.pixmap(200, 200).size() == QSize(200, 200)
    copy = QIcon(drawn)
    copy.addPixmap(QPixmap(8, 8))  # makes Qt clone the engine
    del drawn
    assert not copy.pixmap(30, 30).isNull()


def test_a_missing_icon_is_a_defect(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icon("no-such-drawing", "#000000")


def test_targets_and_lines_are_large_enough_at_every_size(look: Look) -> None:
    for size in TextSize:
        look.use(Theme(Mode.LIGHT, size))
        assert look.target >= 44
        assert Button(look, "好").sizeHint().height() >= look.target
        metrics = QFontMetricsF(look.font())
        assert metrics.lineSpacing() / look.em >= 1.3


def test_three_sizes_grow_in_steps_and_stop_at_the_ends() -> None:
    points = [size.points for size in TextSize]
    assert points == sorted(set(points))
    assert TextSize.STANDARD.next(-1) is TextSize.STANDARD
    assert TextSize.STANDARD.next(+1) is TextSize.LARGE
    assert TextSize.EXTRA.next(+1) is TextSize.EXTRA


def test_a_change_of_theme_reaches_what_is_already_shown(look: Look, qtbot: object) -> None:
    text = Text(look, "好", Role.TITLE)
    before = text.font().pointSizeF()
    look.use(Theme(Mode.DARK, TextSize.EXTRA))
    assert text.font().pointSizeF() > before
    assert text.palette().windowText().color().name() == DARK.text
    assert look.palette is DARK


def test_the_stylesheet_leaves_text_sizes_to_the_chosen_size(look: Look) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    assert "font" not in app.styleSheet()
    edit = QLineEdit()
    look.use(Theme(Mode.LIGHT, TextSize.EXTRA))
    edit.ensurePolished()
    assert edit.font().pointSizeF() == pytest.approx(TextSize.EXTRA.points)


def test_a_change_of_language_reaches_what_is_already_shown(look: Look) -> None:
    button = Button(look, phrase("window.cancel"))
    assert (button.text(), button.accessibleName()) == ("取消", "取消")
    look.speech.language = "en"
    assert (button.text(), button.accessibleName()) == ("Cancel", "Cancel")


def test_words_are_said_inside_words_and_problems_are_said_too() -> None:
    speech = Speech("en")
    assert speech.text(phrase("window.undo_what", what=phrase("actions.print"))) == "Reverse: Print"
    assert speech.text("王秀英") == "王秀英"
    assert speech.text(Cancelled()) == phrases("en")("problems.cancelled")
    with pytest.raises(KeyError):
        speech.say("window.no_such_phrase")
    with pytest.raises(ValueError, match="no such language"):
        speech.language = "fr"


def test_a_widget_that_is_gone_is_not_told(look: Look, qtbot: object) -> None:
    holder = QWidget()
    Text(look, "好", parent=holder)
    holder.deleteLater()
    QApplication.sendPostedEvents(holder)
    look.use(Theme(Mode.DARK))  # would raise in a slot, which fails the test


def test_both_languages_say_the_same_things() -> None:
    chinese, english = (
        {key for key in sorted(phrases(language).keys()) if key.startswith(("window.", "actions."))}
        for language in LANGUAGES
    )
    assert chinese == english


@pytest.mark.parametrize("screen", SCREENS)
def test_one_key_means_one_thing_on_a_screen(screen: str) -> None:
    keys = [key for key, _ in keys_of(screen)]
    assert len(keys) == len(set(keys))


def test_every_action_has_words_and_an_icon() -> None:
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)
    for action, language in product(ACTIONS, LANGUAGES):
        assert action.icon in ICONS
        assert phrases(language)(action.words.key)


@pytest.mark.parametrize(("language", "size"), list(product(LANGUAGES, TextSize)))
def test_nothing_is_cut_in_the_smallest_window(
    look: Look, qtbot: object, language: str, size: TextSize
) -> None:
    look.speech.language = language
    look.use(Theme(Mode.LIGHT, size))
    window = Gallery(look).desk()
    window.show()
    QApplication.processEvents()
    assert (window.width(), window.height()) == WINDOW
    labels = [label for label in window.findChildren(QLabel) if label.isVisible() and label.text()]
    assert len(labels) > 15
    for label in labels:
        needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
        assert label.height() >= needed, label.text()
        words = label.text().split() if label.wordWrap() else [label.text()]
        widest = max(QFontMetricsF(label.font()).horizontalAdvance(word) for word in words)
        if language == "en" or not label.wordWrap():  # hanzi break anywhere
            assert label.width() >= widest - 1, label.text()
    for button in window.findChildren(Button):
        if button.isVisible():
            assert button.width() >= button.sizeHint().width(), button.text()


def test_english_sets_its_quotes_as_narrow_as_letters(look: Look) -> None:
    def width(text: str) -> float:
        return QFontMetricsF(look.font()).horizontalAdvance(text)

    chinese, hanzi = width("“’"), width("王")
    assert chinese == pytest.approx(2 * hanzi)
    look.speech.language = "en"
    assert width("“’") < hanzi
    assert width("王") == hanzi
    assert QFontMetricsF(QApplication.font()).horizontalAdvance("“’") < hanzi
    look.speech.language = "zh_CN"
    assert width("“’") == chinese


def test_paper_sets_a_sentence_as_its_language_does() -> None:
    assert in_english("as recorded by “桐花街道”")
    assert in_english("It isn’t here.")
    assert not in_english("由“桐花街道 Timebank”记录")
    assert not in_english("Hours")
