"""The embedded stack: its servers, then the platform's own processes, kept running until told to stop."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Self

from shared.stack.command import Command
from shared.stack.credentials import Credentials
from shared.stack.environment import (
    own_variables,
    recorded_processes,
    remove_record,
    write_record,
)
from shared.stack.errors import PortTaken, StartFailed, StartInterrupted
from shared.stack.group import ProcessGroup
from shared.stack.home import Home
from shared.stack.leftovers import stop_leftovers
from shared.stack.platform import AnswersHttp, ProcessSpec, platform_processes
from shared.stack.ports import Ports, is_free
from shared.stack.probe import http_status
from shared.stack.process import ProcessPlan, SupervisedProcess
from shared.stack.reservation import PortReservation
from shared.stack.server import EmbeddedServer
from shared.stack.servers import chosen_servers
from shared.stack.states import ProcessState
from shared.stack.web_address import WebAddress, chosen_web_address

_PLATFORM_GRACE = 5.5
"""Seconds the platform's processes have to end before they are killed."""
_WHOLE_GRACE = 9.0
"""Seconds the processes and then the servers have. SeaweedFS takes 2.2."""
_SERVER_READY_WITHIN = 300.0
"""Seconds. After a crash under load, Postgres first replays what it had not checkpointed."""
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


print_at_once = partial(print, flush=True)


class Stack:
    """Everything the platform needs on one machine, in one folder.

    ``processes`` is what to run on top of the servers: None for the platform's own, ``[]`` for the servers alone.
    ``prepare`` is called with the environment when the servers are ready and before the processes start; it migrates
    the database. Settings among ``extra_env`` and this process's environment go to the processes; a server whose URL
    is among them is not started.
    """

    def __init__(
        self,
        home: Path,
        *,
        processes: Sequence[ProcessSpec] | None = None,
        web_port: int | None = None,
        extra_env: Mapping[str, str] | None = None,
        prepare: Callable[[Mapping[str, str]], None] | None = None,
        say: Callable[[str], None] = print_at_once,
    ) -> None:
        self.environment: dict[str, str] = {}
        self.web_url: str | None = None
        self._home = Home(home)
        self._specs = platform_processes() if processes is None else tuple(processes)
        self._web_port = web_port
        self._extra_env = dict(extra_env or {})
        self._prepare = prepare
        self._say = say
        self._ports = Ports(self._home.ports_file)
        self._reservation = PortReservation()
        self._servers: dict[str, EmbeddedServer] = {}
        self._server_group = ProcessGroup()
        self._platform_group = ProcessGroup()
        self._reporting = threading.Lock()
        self._interrupted = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def home(self) -> Path:
        """The data folder."""
        return self._home.path

    def process(self, name: str) -> SupervisedProcess:
        """A server (``postgres``, ``valkey``, ``seaweedfs``) or a process by its name. Raises ``KeyError``."""
        return {process.name: process for process in self._children}[name]

    @property
    def process_names(self) -> list[str]:
        """Every child's name, servers first."""
        return [process.name for process in self._children]

    def start(self) -> None:
        """Start everything and return when all of it is ready.

        Raises:
            StackRefused: the folder is in use, a program is missing, a port is taken.
            StartFailed: something did not become ready; what had started is stopped again.
            StartInterrupted: a signal came first, where ``run_until_signal`` listens for it.
        """
        began = time.monotonic()
        self._home.lock()
        try:
            if leftovers := stop_leftovers(recorded_processes(self._home), self._home.path):
                self._say(f"stopped what an earlier stack had left running: {', '.join(leftovers)}")
            self._ports = Ports(self._home.ports_file)
            self._start_servers()
            self._ports.freeze()
            self._run_prepare()
            self._start_processes()
        except BaseException:
            self.stop()
            raise
        self._tell("stack", "ready", began, self.web_url or str(self._home.environment_file))

    def run_until_signal(self) -> None:
        """Start unless started, stay until SIGINT, SIGTERM or SIGHUP, and stop.

        A second signal kills what has not stopped yet.
        """
        with self._listening_for_signals():
            try:
                if not self._children:
                    self.start()
                self._interrupted.wait()
            except StartInterrupted:
                self._say("stopped before everything was ready")
            finally:
                self.stop()

    def stop(self) -> None:
        """Stop the processes, then the servers, each group at once: less than 10 s in all. May be called again."""
        began = time.monotonic()
        had_any = bool(self._children)
        self._platform_group.stop(began + _PLATFORM_GRACE)
        self._server_group.stop(began + _WHOLE_GRACE)
        if had_any:
            remove_record(self._home)
            self._tell("stack", "stopped", began)
        self._reservation.release()
        self._home.unlock()

    @property
    def _children(self) -> list[SupervisedProcess]:
        return [*self._server_group.members, *self._platform_group.members]

    def _start_servers(self) -> None:
        settings = own_variables(os.environ, self._extra_env)
        credentials = Credentials.kept_in(self._home.credentials_file)
        embedded, external = chosen_servers(self._home, credentials, self._ports, settings)
        for server in external:
            self._say(_line(server.name, "external", server.address))
        self._servers = {server.name: server for server in embedded}
        # Before the servers, which could be given its port.
        address = self._web_address(settings)
        self._server_group.start([self._server_plan(server) for server in embedded], self._report, self._give_up)
        of_servers = {name: value for server in embedded for name, value in server.variables().items()}
        defaults = {"BOTTEGA_SECRET_KEY": credentials.secret_key}
        own = {"BOTTEGA_HOME": str(self._home.path), "BOTTEGA_METRICS_DIR": str(self._home.emptied_metrics_folder())}
        if address is not None:
            defaults["BOTTEGA_PUBLIC_URL"] = address.url
            own["BOTTEGA_WEB_BIND"] = address.bind
        self.environment = {**defaults, **settings, **of_servers, **own}
        with self._reporting:
            self._record()

    def _web_address(self, settings: Mapping[str, str]) -> WebAddress | None:
        """The web's address, if it is to run."""
        if not any(isinstance(spec.readiness, AnswersHttp) for spec in self._specs):
            return None
        address = chosen_web_address(self._ports, self._web_port, settings.get("BOTTEGA_WEB_BIND"), self._reservation)
        self.web_url = address.url
        self._home.announce(self.web_url)
        return address

    def _server_plan(self, server: EmbeddedServer) -> ProcessPlan:
        return ProcessPlan(
            name=server.name,
            command=server.command,
            is_ready=server.is_ready,
            log=self._home.log(server.name),
            stop_signal=server.stop_signal,
            ready_within=_SERVER_READY_WITHIN,
        )

    def _run_prepare(self) -> None:
        if self._prepare is None:
            return
        began = time.monotonic()
        self._prepare(self.environment)
        self._tell("migrations", "done", began)

    def _start_processes(self) -> None:
        plans = [self._process_plan(spec) for spec in self._specs]
        try:
            self._platform_group.start(plans, self._report, self._give_up)
        except StartFailed as error:
            self._blame_the_port(error)
            raise

    def _blame_the_port(self, error: StartFailed) -> None:
        """Raise ``PortTaken`` where that is why the web failed: somebody took it after it had been found free."""
        for spec in self._specs:
            if spec.name == error.name and isinstance(spec.readiness, AnswersHttp):
                port = self._ports["web"]
                if not is_free(port):
                    raise PortTaken(port, error.log) from error

    def _process_plan(self, spec: ProcessSpec) -> ProcessPlan:
        ready_file = self._home.ready_file(spec.name)
        variables = {
            **os.environ,
            **self._extra_env,
            **self.environment,
            "BOTTEGA_READY_FILE": str(ready_file),
        }

        def command() -> Command:
            ready_file.unlink(missing_ok=True)
            return Command(argv=tuple(spec.argv), env={**variables, **spec.env}, cwd=Path.cwd())

        def is_ready() -> bool:
            if not ready_file.exists():
                return False
            if isinstance(spec.readiness, AnswersHttp):
                return http_status(f"{self.web_url}{spec.readiness.path}") == 200
            return True

        return ProcessPlan(spec.name, command, is_ready, self._home.log(spec.name), ready_within=spec.ready_within)

    def _report(self, process: SupervisedProcess) -> None:
        """Tell of a change, and write it down. Called in the threads of the processes."""
        # A full disk or a closed terminal must not end the supervision.
        with self._reporting, contextlib.suppress(OSError):
            self._record()
            if process.state is ProcessState.READY:
                again = " again" if process.restarts else ""
                self._say(_line(process.name, f"ready{again} in {process.ready_seconds:.1f} s", self._detail(process)))
            elif process.state is ProcessState.BACKING_OFF:
                self._say(_line(process.name, "restarting", f"{process.last_exit}; its log is {process.log_path}"))

    def _record(self) -> None:
        write_record(self._home, self.environment, self.web_url, self._ports.all(), self._children)

    def _detail(self, process: SupervisedProcess) -> str:
        if server := self._servers.get(process.name):
            return f"version {server.version}, 127.0.0.1:{server.port}"
        return self.web_url or "" if process.name == "web" else f"pid {process.pid}"

    def _tell(self, name: str, what: str, began: float, detail: str | None = None) -> None:
        with self._reporting:
            self._say(_line(name, f"{what} in {time.monotonic() - began:.1f} s", detail or ""))

    def _give_up(self) -> None:
        if self._interrupted.is_set():
            raise StartInterrupted

    @contextlib.contextmanager
    def _listening_for_signals(self) -> Iterator[None]:
        def on_signal(_number: int, _frame: FrameType | None) -> None:
            if self._interrupted.is_set():
                self._platform_group.kill()
                self._server_group.kill()
            self._interrupted.set()

        self._interrupted.clear()
        before = {number: signal.signal(number, on_signal) for number in _STOP_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _line(name: str, what: str, detail: str) -> str:
    return f"{name:<12} {what:<18} {detail}".rstrip()
