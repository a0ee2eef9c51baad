"""Cycles are collected while nothing else is done, and by nobody else."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from ui import tidy
from ui.tidy import Tidy


class Knot:
    """Something that only the collector can let go of."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def parent(qapp: QApplication) -> Iterator[QObject]:
    parent = QObject()
    yield parent
    parent.deleteLater()
    gc.unfreeze()
    gc.enable()


def knotted(many: int) -> weakref.ref[Knot]:
    """Make so many knots, and hold none."""
    return [weakref.ref(Knot()) for _ in range(many)][-1]


def test_knots_go_once_there_is_time_and_not_before(parent: QObject) -> None:
    busy = True
    sweeper = Tidy(lambda: busy, parent)
    last = knotted(tidy._MANY)
    sweeper.look()
    assert last() is not None, "work was under way"
    busy = False
    sweeper.look()
    assert last() is None


def test_for_a_few_it_does_not_look(parent: QObject) -> None:
    sweeper = Tidy(lambda: False, parent)
    gc.collect()
    last = knotted(10)
    sweeper.look()
    assert last() is not None


def test_no_other_thread_collects_meanwhile(parent: QObject) -> None:
    Tidy(lambda: False, parent)
    assert not gc.isenabled()
