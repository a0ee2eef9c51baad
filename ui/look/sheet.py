"""The one stylesheet. It sets colours, edges and distances; never fonts, which come from the text size."""

from __future__ import annotations

from string import Template

from timebank.assets import asset
from ui.look.palette import Palette
from ui.look.scale import RADIUS, TARGET

_SHEET = Template("""
QToolTip { background: $surface; color: $text; border: 1px solid $edge; padding: ${s1}px ${s2}px; }

QFrame[part="card"] { background: $surface; border: 1px solid $line; border-radius: ${radius}px; }
QFrame[part="rail"] { background: $surface; border: 0; border-right: 1px solid $line; }
QFrame[part="status"] { background: $surface; border: 0; border-top: 1px solid $line; }
QFrame[part="line"] { background: $line; border: 0; }

QFrame[part="wash"] { border-radius: ${radius}px; background: $sunken; border: 1px solid $line; }
QFrame[part="wash"][tone="accent"] { background: $accent_wash; border-color: $accent_wash; }
QFrame[part="wash"][tone="good"] { background: $good_wash; border-color: $good_wash; }
QFrame[part="wash"][tone="warn"] { background: $warn_wash; border-color: $warn_wash; }
QFrame[part="wash"][tone="bad"] { background: $bad_wash; border-color: $bad_wash; }
QFrame[part="wash"][tone="info"] { background: $info_wash; border-color: $info_wash; }

QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox {
  background: $surface; color: $text; border: 1px solid $edge; border-radius: ${radius}px;
  placeholder-text-color: $soft; selection-background-color: $accent; selection-color: $on_accent;
  padding: 1px ${s2}px; min-height: ${field}px;
}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {
  border: 2px solid $accent; padding: 0 ${s2m}px;
}
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QAbstractSpinBox[wrong="true"],
QComboBox[wrong="true"] { border: 2px solid $bad; padding: 0 ${s2m}px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QAbstractSpinBox:disabled,
QComboBox:disabled { background: $ground; color: $soft; border-color: $line; }
QAbstractSpinBox { min-height: ${spin}px; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {
  border: 0; padding: 0; min-height: 0; background: transparent;
}
QComboBox::drop-down, QDateEdit::drop-down, QDateTimeEdit::drop-down { border: 0; width: ${s8}px; }
QComboBox::down-arrow, QDateEdit::down-arrow, QDateTimeEdit::down-arrow {
  image: url("$chevron"); width: ${em}px; height: ${em}px;
}
QComboBox QAbstractItemView {
  background: $surface; border: 1px solid $edge; outline: 0; padding: ${s1}px;
  selection-background-color: $accent_wash; selection-color: $text;
}
QComboBox QAbstractItemView::item { min-height: ${target}px; padding: 0 ${s2}px; }

QAbstractItemView { outline: 0; }
QTableView, QListView, QTreeView {
  background: $surface; alternate-background-color: $ground; border: 1px solid $line;
  border-radius: ${radius}px; selection-background-color: $accent_wash; selection-color: $text;
}
QTableView { padding: 3px; }
QTableView:focus { padding: 2px; }
QTableView:focus, QListView:focus, QTreeView:focus { border: 2px solid $accent; }
QTableView::item { padding: 0 ${s2}px; border: 0; }
QTableView::item:selected, QListView::item:selected { background: $accent_wash; color: $text; }
QListView { padding: 3px; }
QListView:focus { padding: 2px; }
QListView::item { min-height: ${target}px; padding: 0 ${s2}px; border-radius: ${s1}px; }
QListView::item:hover:!selected { background: $sunken; }
QHeaderView { background: $surface; border: 0; }
QHeaderView::section {
  background: $surface; color: $soft; border: 0; border-bottom: 1px solid $edge; padding: ${s2}px ${head}px;
}
QTableCornerButton::section { background: $surface; border: 0; }

QAbstractScrollArea::corner { background: transparent; border: 0; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: 0; }
QScrollBar { background: transparent; border: 0; margin: 0; }
QScrollBar:vertical { width: ${bar}px; }
QScrollBar:horizontal { height: ${bar}px; }
QScrollBar::handle { background: $edge; border-radius: ${bar3}px; margin: ${bar4}px; }
QScrollBar::handle:vertical { min-height: ${target}px; }
QScrollBar::handle:horizontal { min-width: ${target}px; }
QScrollBar::handle:hover { background: $soft; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar { background: $sunken; border: 1px solid $line; border-radius: ${s1}px; }
QProgressBar::chunk { background: $accent; border-radius: ${s1}px; }

QCheckBox, QRadioButton { spacing: ${s2}px; min-height: ${target}px; }
QCheckBox::indicator, QRadioButton::indicator { width: ${tick}px; height: ${tick}px; }
QCheckBox:focus, QRadioButton:focus { color: $accent; }

QTabWidget::pane { border: 0; border-top: 1px solid $line; }
QTabBar { background: transparent; border: 0; }
QTabBar::tab {
  background: transparent; color: $soft; border: 0; border-bottom: 3px solid transparent;
  padding: ${s2}px ${s4}px; min-height: ${tab}px;
}
QTabBar::tab:hover { color: $text; border-bottom-color: $line; }
QTabBar::tab:selected { color: $accent; border-bottom-color: $accent; }
QTabBar::tab:focus { background: $accent_wash; }

QMenu { background: $surface; color: $text; border: 1px solid $edge; padding: ${s1}px; }
QMenu::item { padding: ${s3}px ${s6}px ${s3}px ${s3}px; border-radius: ${s1}px; }
QMenu::item:selected { background: $accent_wash; color: $text; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: ${s1}px ${s2}px; }
QMenu::icon { padding-left: ${s2}px; }
""")


def sheet(colours: Palette, em: float) -> str:
    """The application's stylesheet in ``colours``, with ``em`` logical pixels to the height of body text."""
    target = max(44, round(em * TARGET))
    sizes = {f"s{n}": round(em * n / 4) for n in (1, 2, 3, 4, 6, 8)}
    return _SHEET.substitute(
        {name: value for name, value in vars(colours).items() if name != "dark"},
        **sizes,
        s2m=sizes["s2"] - 1,
        spin=target - 7,
        head=sizes["s2"] + 3,
        em=round(em),
        target=target,
        field=target - 4,
        tab=target - 2 * sizes["s2"] - 3,
        tick=round(em * 1.35),
        radius=round(em * RADIUS),
        bar=max(12, round(em * 0.9)),
        bar3=max(2, round(em * 0.22)),
        bar4=max(3, round(em * 0.22)),
        chevron=asset("icons", "chevron.svg").as_posix(),
    )
