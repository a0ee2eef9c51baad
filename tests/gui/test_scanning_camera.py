"""The camera: frames from a real video file go the way that a camera's go, and nothing waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from screens_a_office import Hands, Office

from timebank.outcome import Fault
from timebank.paper.qr import qr_rows
from ui.look import Tone
from ui.screens import camera as camera_module
from ui.screens import frames as frames_module
from ui.screens.desk import DeskScreen
from ui.screens.frames import Frames, View, multimedia, pixels, view
from ui.screens.workplace import Workplace
from ui.window import Window, settle

try:
    M = multimedia()
except Fault as fault:
    M = None
    MISSING = f"the extra “camera” is not here: {fault.code} {dict(fault.facts)}"
else:
    MISSING = ""
needs_camera_extra = pytest.mark.skipif(M is None, reason=MISSING)
SIZE = QSize(640, 480)


def picture(code: str = "", *, size: QSize = SIZE) -> QImage:
    """What a camera sees: a wall, and on it a voucher where there is a code."""
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(QColor("#5a6a72"))
    if code:
        painter = QPainter(image)
        painter.fillRect(180, 100, 250, 250, QColor("#f4f1e8"))
        for row, modules in enumerate(qr_rows(code)):
            for column, dark in enumerate(modules):
                if dark:
                    painter.fillRect(203 + column * 5, 123 + row * 5, 5, 5, QColor("#202428"))
        painter.end()
    return image


@pytest.fixture
def desk(work: Workplace) -> Iterator[DeskScreen]:
    screen = work.screens["desk"]
    assert isinstance(screen, DeskScreen)
    yield screen
    screen.camera.stop()


def record(path: Path, codes: list[str], qtbot: QtBot) -> None:
    """A video of these codes, each for a few frames."""
    feed = M.QVideoFrameInput(M.QVideoFrameFormat(SIZE, M.QVideoFrameFormat.PixelFormat.Format_XRGB8888))
    recorder, session = M.QMediaRecorder(), M.QMediaCaptureSession()
    session.setVideoFrameInput(feed)
    session.setRecorder(recorder)
    kind = M.QMediaFormat(M.QMediaFormat.FileFormat.AVI)
    kind.setVideoCodec(M.QMediaFormat.VideoCodec.MotionJPEG)
    if not kind.isSupported(M.QMediaFormat.ConversionMode.Encode):
        pytest.skip("this Qt cannot write a video: no Motion JPEG")
    recorder.setMediaFormat(kind)
    recorder.setQuality(M.QMediaRecorder.Quality.HighQuality)
    recorder.setOutputLocation(QUrl.fromLocalFile(str(path)))
    recorder.setAutoStop(True)
    frames = [M.QVideoFrame(picture(code)) for code in codes for _ in range(6)]
    for n, frame in enumerate(frames):
        frame.setStartTime(n * 100_000)
        frame.setEndTime((n + 1) * 100_000)
    frames.append(M.QVideoFrame())  # the end
    left = iter(frames)
    waiting: list[Any] = [next(left)]

    def send() -> None:
        while waiting and feed.sendVideoFrame(waiting[0]):
            waiting[:] = [after] if (after := next(left, None)) is not None else []

    feed.readyToSendVideoFrame.connect(send)
    stopped = M.QMediaRecorder.RecorderState.StoppedState
    with qtbot.waitSignal(
        recorder.recorderStateChanged, check_params_cb=lambda state: state == stopped, timeout=20_000
    ):
        recorder.record()


@needs_camera_extra
def test_a_voucher_in_a_video_comes_onto_the_desk_once_and_the_next_one_after_it(
    desk: DeskScreen, office: Office, window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    first, second = office.codes
    record(tmp_path / "camera.avi", ["", first, "", second], qtbot)
    found: list[str] = []
    desk.camera.found.connect(found.append)
    frames = desk.camera.begin_frames(M)
    assert desk.camera.isVisible()
    player = M.QMediaPlayer()
    player.setVideoOutput(frames.sink)
    player.setSource(QUrl.fromLocalFile(str(tmp_path / "camera.avi")))
    player.play()
    qtbot.waitUntil(lambda: len(found) == 2, timeout=20_000)
    settle(window)
    assert found == [first, second]
    assert desk.voucher.checked is not None
    assert desk.voucher.checked.verdict == "valid"
    assert desk.voucher.code == second
    assert desk.camera.viewfinder.picture is not None
    assert QApplication.focusWidget() is desk.box
    player.stop()


@needs_camera_extra
@pytest.mark.parametrize(
    "kind", ["YUV420P", "NV12", "YUYV", "UYVY", "BGRA8888", "XRGB8888", "RGBA8888", "Y8", "Jpeg"]
)
def test_frames_in_every_usual_format_are_read(kind: str, office: Office, look: object) -> None:
    code = office.codes[0]
    frame = frame_of(picture(code), kind)
    if frame is None:
        pytest.skip(f"this Qt cannot make a frame of {kind}")
    image = frame.toImage()
    assert not image.isNull()
    seen = view(image, QSize(320, 240))
    assert seen.texts == (code,)
    assert seen.picture.size() == QSize(320, 240)
    (outline,) = seen.outlines
    assert all(0.25 < corner.x() < 0.7 and 0.2 < corner.y() < 0.75 for corner in outline)


def frame_of(image: QImage, kind: str) -> Any:
    """A frame with the picture in it, as a camera driver fills one."""
    form = getattr(M.QVideoFrameFormat.PixelFormat, f"Format_{kind}")
    width, height = image.width(), image.height()
    grey = bytes(image.convertToFormat(QImage.Format.Format_Grayscale8).constBits())
    if kind == "Jpeg":
        from PySide6.QtCore import QBuffer, QByteArray

        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        image.save(buffer, "JPEG", 90)
        planes = [bytes(data.data())]
    elif kind in ("YUYV", "UYVY"):
        pairs = (bytes((y, 128)) if kind == "YUYV" else bytes((128, y)) for y in grey)
        planes = [b"".join(pairs)]
    elif kind == "NV12":
        planes = [grey, bytes([128]) * (width * height // 2)]
    elif kind == "YUV420P":
        planes = [grey, bytes([128]) * (width * height // 4), bytes([128]) * (width * height // 4)]
    elif kind == "Y8":
        planes = [grey]
    else:
        made = M.QVideoFrame(image)
        return made if kind == "XRGB8888" else _converted(made, image, form)
    frame = M.QVideoFrame(M.QVideoFrameFormat(image.size(), form))
    if not frame.map(M.QVideoFrame.MapMode.WriteOnly):
        return None
    try:
        for number, plane in enumerate(planes):
            target = frame.bits(number)
            if target is None or len(target) < len(plane):
                return None
            _fill(target, plane, frame.bytesPerLine(number), len(plane) // _rows(kind, number, height))
    finally:
        frame.unmap()
    return frame


def _rows(kind: str, number: int, height: int) -> int:
    if kind == "Jpeg":
        return 1
    return height // 2 if number else height


def _fill(target: Any, plane: bytes, stride: int, width: int) -> None:
    for row, at in enumerate(range(0, len(plane), width)):
        target[row * stride : row * stride + width] = plane[at : at + width]


def _converted(_made: Any, image: QImage, form: Any) -> Any:
    known = {"BGRA8888": QImage.Format.Format_ARGB32, "RGBA8888": QImage.Format.Format_RGBA8888}
    return M.QVideoFrame(image.convertToFormat(known[form.name.removeprefix("Format_")]))


@needs_camera_extra
def test_frames_that_come_while_one_is_read_are_let_go(look: object, qtbot: QtBot) -> None:
    frames = Frames(M)
    seen: list[View] = []
    frames.seen.connect(seen.append)
    for _ in range(50):
        frames.take(M.QVideoFrame(picture()))
    assert (frames.taken, frames.dropped) == (1, 49)
    qtbot.waitUntil(lambda: len(seen) == 1)
    frames.take(M.QVideoFrame(picture()))
    qtbot.waitUntil(lambda: len(seen) == 2)
    frames.close()
    frames.take(M.QVideoFrame(picture()))
    assert frames.taken == 2


@needs_camera_extra
def test_the_same_code_counts_again_only_once_it_was_out_of_sight(desk: DeskScreen) -> None:
    now = [0]
    desk.camera._clock = lambda: now[0]
    found: list[str] = []
    desk.camera.found.connect(found.append)
    desk.camera.begin_frames(M)
    one = View(picture(), ("001-00004",), ((),))
    for moment in (0, 1_000, 3_500, 6_000):  # in sight all the while
        now[0] = moment
        desk.camera._seen(one)
    assert found == ["001-00004"]
    now[0] = 10_000
    desk.camera._seen(one)
    assert found == ["001-00004"] * 2


@needs_camera_extra
def test_a_code_of_somebody_else_is_said_and_not_looked_up(desk: DeskScreen) -> None:
    found: list[str] = []
    desk.camera.found.connect(found.append)
    desk.camera.begin_frames(M)
    desk.camera._seen(View(picture(), ("https://example.org",), ((),)))
    assert found == []
    assert desk.camera._state.text() == desk._look.say(camera_module.phrase("scan.camera_foreign"))


@needs_camera_extra
def test_esc_closes_the_camera_before_anything_else_and_leaving_the_desk_does_too(
    desk: DeskScreen, hands: Hands, work: Workplace, window: Window
) -> None:
    hands.type("cml")
    hands.key(Qt.Key.Key_Return)
    desk.camera.begin_frames(M)
    hands.key(Qt.Key.Key_Escape)
    assert not desk.camera.running
    assert desk.person.isVisible()
    assert QApplication.focusWidget() is desk.box
    desk.camera.begin_frames(M)
    work.go("people")
    settle(window)
    assert not desk.camera.running


@needs_camera_extra
def test_a_locked_window_has_no_camera_and_finds_nothing(
    desk: DeskScreen, hands: Hands, window: Window, office: Office
) -> None:
    found: list[str] = []
    desk.camera.found.connect(found.append)
    desk.camera.begin_frames(M)
    hands.control(Qt.Key.Key_L)
    assert not desk.camera.running
    assert desk.camera.viewfinder.picture is None
    desk.camera._seen(View(picture(office.codes[0]), (office.codes[0],), ()))  # one that was under way
    assert found == []
    hands.key(Qt.Key.Key_Return)  # signed in again: it stays off until it is asked for
    assert desk.isVisible()
    assert not desk.camera.running
    assert not desk.camera.isVisible()


class _Devices:
    """A computer with one camera, as far as it is asked before the camera is opened."""

    asked = 0

    @classmethod
    def videoInputs(cls) -> list[object]:
        cls.asked += 1
        return []


@pytest.mark.parametrize("leave", ["lock", "people", "minimise"])
def test_a_camera_that_comes_after_the_desk_was_left_stays_off(
    desk: DeskScreen, work: Workplace, window: Window, leave: str
) -> None:
    module = SimpleNamespace(QMediaDevices=_Devices)
    _Devices.asked = 0
    desk.camera._begin(module)
    assert _Devices.asked == 1
    if leave == "lock":
        window.lock()
    elif leave == "people":
        work.go("people")
    else:
        window.showMinimized()
    settle(window)
    desk.camera._begin(module)
    assert _Devices.asked == 1, "no camera is opened where nobody looks"
    assert not desk.camera.running


@needs_camera_extra
def test_without_a_camera_one_sentence_says_so(desk: DeskScreen, hands: Hands) -> None:
    if M.QMediaDevices.videoInputs():
        pytest.skip("this machine has a camera")
    hands.key(Qt.Key.Key_F11)
    assert desk.message.tone is Tone.WARN
    assert "摄像头" in desk.message.text
    assert not desk.camera.isVisible()
    assert QApplication.focusWidget() is desk.box


def test_without_the_extra_one_sentence_says_how_to_get_it(
    desk: DeskScreen, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> object:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(frames_module, "import_module", missing)
    hands.key(Qt.Key.Key_F11)
    assert "pip install pyside6-addons==6." in desk.message.text
    hands.key(Qt.Key.Key_Escape)

    def library(name: str) -> object:
        raise ImportError("libpulse.so.0: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(frames_module, "import_module", library)
    hands.key(Qt.Key.Key_F11)
    assert "libpulse.so.0" in desk.message.text
    assert "apt-get install -y libpulse0" in desk.message.text


def test_what_is_transparent_is_paper(look: object) -> None:
    image = QImage(4, 4, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    assert set(bytes(pixels(image).grey)) == {255}
