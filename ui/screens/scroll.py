"""A column that scrolls when large text makes it longer than the screen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from ui.look import Look


class Scroll(QScrollArea):
    """Put things into ``column``. It scrolls up and down only, and to whatever gets the focus."""

    def __init__(self, look: Look, *, gap: float = 3, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._gap = look, gap
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inner = QWidget()
        self.column = QVBoxLayout(self._inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.setWidget(self._inner)
        self._inner.installEventFilter(self)
        QApplication.instance().focusChanged.connect(self._follow)  # type: ignore[union-attr]
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self.column.setSpacing(self._look.space(self._gap))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # As wide as its contents need, so that nothing is cut at the side.
        if event.type() == QEvent.Type.LayoutRequest and watched is self._inner:
            bar = self.verticalScrollBar().sizeHint().width()
            self.setMinimumWidth(self._inner.minimumSizeHint().width() + bar)
        return super().eventFilter(watched, event)

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._inner.isAncestorOf(now):
            self.ensureWidgetVisible(now)
