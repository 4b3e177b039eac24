"""Several jobs followed at once, with a bar each on a terminal and a line a change of state elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from shared.cli.console import STATE_STYLES
from shared.jobs.queue_words import queue_words

if TYPE_CHECKING:
    from shared.client import Client, Job, JobNews

_FOLLOWED_AT_ONCE = 8
_LABEL_WIDTH = 28


def wait_for_all(client: Client, jobs: Sequence[Job], seconds: float, console: Console) -> list[Job]:
    """The jobs when all have ended, in order. Raises ``WaitExpired`` after ``seconds``."""
    bars = Progress(
        TextColumn("{task.fields[label]}", markup=False),
        BarColumn(bar_width=16),
        TextColumn("{task.fields[said]}"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    executor = ThreadPoolExecutor(_FOLLOWED_AT_ONCE, thread_name_prefix="follow")
    try:
        with bars:
            displays = [JobDisplay(bars, console, job) for job in jobs]
            ends = [
                executor.submit(client.wait, job.id, seconds, display.show)
                for job, display in zip(jobs, displays, strict=True)
            ]
            return [end.result() for end in ends]
    finally:
        # On Ctrl-C nobody waits for streams that are still open; the client closes them.
        executor.shutdown(wait=False, cancel_futures=True)


class JobDisplay:
    """What is shown of one job."""

    def __init__(self, bars: Progress, console: Console, job: Job) -> None:
        self._bars = bars
        self._console = console
        self._job = job
        self._state = ""
        self._hold_up: str | None = None
        self._lock = threading.Lock()
        self._task: TaskID = bars.add_task("", total=None, label=_label(job), said=job.state.value)

    def show(self, news: JobNews) -> None:
        """Bring the display up to date."""
        with self._lock:
            if news.kind == "progress":
                self._show_progress(news)
            elif news.kind == "queue":
                self._show_queue(news)
            elif news.kind == "loading":
                self._show_loading(news)
            elif state := news.data.get("state"):
                self._show_state(str(state))

    def _show_progress(self, news: JobNews) -> None:
        done, total, eta = (news.data.get(name) for name in ("step", "total", "eta_seconds"))
        said = f"step {done} of {total}" + (f", {eta:.0f} s left" if eta else "")
        self._bars.update(self._task, total=total, completed=done or 0, said=said)

    def _show_loading(self, news: JobNews) -> None:
        loaded, total = news.data.get("bytes"), news.data.get("total_bytes")
        said = f"loading the model, {loaded / total:.0%}" if loaded and total else "loading the model"
        self._bars.update(self._task, said=said)

    def _show_queue(self, news: JobNews) -> None:
        words = queue_words(news.data)
        self._bars.update(self._task, said=words)
        # Without a terminal a line that says what holds it up, not one for every step forward.
        if not self._console.is_terminal and news.data["reason"] not in (self._hold_up, None):
            self._console.print(f"{self._job.id} {words}")
        self._hold_up = news.data["reason"]

    def _show_state(self, state: str) -> None:
        if state == self._state:
            return
        self._state = state
        if state == "succeeded":
            self._bars.update(self._task, total=1, completed=1)
        self._bars.update(self._task, said=Text(state, style=STATE_STYLES.get(state, "")))
        if not self._console.is_terminal:
            self._console.print(f"{self._job.id} {state}")


def _label(job: Job) -> Text:
    """The prompt's beginning and the seed, which tells apart jobs of one prompt."""
    seed = str(job.input.get("seed", ""))
    label = Text(str(job.input.get("prompt") or job.id))
    label.truncate(max(8, _LABEL_WIDTH - len(seed) - 1), overflow="ellipsis")
    return label.append(f" {seed}", style="dim")
