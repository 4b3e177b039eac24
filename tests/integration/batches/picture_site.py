"""A site on loopback with pictures, and with everything that can be wrong with them."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from PIL import Image


def picture(color: tuple[int, int, int] = (200, 40, 40)) -> bytes:
    """A small PNG."""
    file = io.BytesIO()
    Image.new("RGB", (32, 32), color).save(file, "PNG")
    return file.getvalue()


@dataclass
class Site:
    """What was asked of it, and where it is."""

    url: str = ""
    asked: list[str] = field(default_factory=list)


@contextmanager
def picture_site() -> Iterator[Site]:
    """Serve as long as the block lasts."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            status, headers, body = {
                "/lamp.png": (200, {}, picture()),
                "/moved.png": (302, {"Location": "/lamp.png"}, b""),
                "/inside.png": (302, {"Location": "http://169.254.169.254/latest/meta-data"}, b""),
                "/loop.png": (302, {"Location": "/loop.png"}, b""),
                "/notes.txt": (200, {}, b"not a picture"),
                "/broken.png": (200, {}, picture()[:40]),
            }.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
