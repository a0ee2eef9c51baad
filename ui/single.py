"""One window for each station's folder. A second start brings the first window to the front and says so."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QLockFile
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from timebank.files import writing
from timebank.outcome import Fault, Refusal

FILE = "window.lock"
_FRONT = b"front\n"
_WAIT_MS = 1_000


class Single:
    """Holds a folder's lock for as long as its window lives.

    A lock that a crash left behind is taken over: it names a process, and that process is gone.
    """

    def __init__(self, home: Path) -> None:
        self._name = "timebank-" + hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:20]
        self._server: QLocalServer | None = None
        with writing(home / FILE):
            home.mkdir(parents=True, exist_ok=True)
        self._lock = QLockFile(str(home / FILE))
        self._lock.setStaleLockTime(0)  # a window may be open for days
        if self._lock.tryLock(0):
            return
        if self._lock.error() != QLockFile.LockError.LockFailedError:
            raise Fault("folder_not_writable", file=FILE, folder=str(home))
        self._call_first()
        raise Refusal("already_open")

    def _call_first(self) -> None:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if socket.waitForConnected(_WAIT_MS):
            socket.write(_FRONT)
            socket.waitForBytesWritten(_WAIT_MS)
            socket.disconnectFromServer()

    def listen(self, to_front: Callable[[], None]) -> None:
        """Call ``to_front`` whenever somebody starts the program once more. Needs a running application."""
        QLocalServer.removeServer(self._name)  # we hold the lock, so what is there was left by a crash
        server = QLocalServer()
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)

        def called() -> None:
            server.nextPendingConnection().deleteLater()
            to_front()

        server.newConnection.connect(called)
        server.listen(self._name)
        self._server = server

    def release(self) -> None:
        """Let another window open this folder."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._lock.unlock()
