"""A name server (RFC 1035) that answers every question for an A record with the address it is told to."""

from __future__ import annotations

import socket
import struct
import threading
from ipaddress import IPv4Address

from tests.faults.row import CannotInject

_A = 1
_ANSWER = 0x8580
"""Response, authoritative, recursion desired and available."""
_LOOK_UP_SECONDS = 0.2


class NameServer:
    """On port 53 of a loopback address of its own, since resolv.conf knows no other port."""

    host = "127.53.53.53"

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.bind((self.host, 53))
        except OSError as error:
            raise CannotInject(f"no name server can listen here: {error.strerror}") from error
        self._socket.settimeout(_LOOK_UP_SECONDS)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Answer no more. A socket that a thread still waits on would keep its address."""
        self._closing.set()
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while not self._closing.is_set():
            try:
                question, caller = self._socket.recvfrom(512)
                self._socket.sendto(self._answer(question), caller)
            except TimeoutError:
                continue
            except OSError:
                return

    def _answer(self, question: bytes) -> bytes:
        (identity,) = struct.unpack_from("!H", question)
        end = question.index(b"\0", 12) + 5
        (kind,) = struct.unpack_from("!H", question, end - 4)
        self.asked.append(question[12 : end - 5].decode("ascii", "replace"))
        records = 1 if kind == _A else 0
        head = struct.pack("!HHHHHH", identity, _ANSWER, 1, records, 0, 0)
        # 0xC00C points at the question's name; class IN, no time to live.
        record = struct.pack("!HHHIH", 0xC00C, _A, 1, 0, 4) + IPv4Address(self.address).packed
        return head + question[12:end] + record * records
