"""The embedded stack: its servers, then the platform's own processes, kept running until told to stop."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Self

from shared.errors import StackRefused
from shared.stack.command import Command
from shared.stack.credentials import Credentials
from shared.stack.environment import (
    own_variables,
    recorded_processes,
    remove_record,
    write_environment,
    write_record,
)
from shared.stack.errors import StartInterrupted
from shared.stack.group import ProcessGroup
from shared.stack.home import Home
from shared.stack.leftovers import stop_leftovers
from shared.stack.platform import AnswersHttp, ProcessSpec, platform_processes
from shared.stack.ports import Ports, is_free
from shared.stack.probe import http_status
from shared.stack.process import ProcessPlan, SupervisedProcess
from shared.stack.server import EmbeddedServer
from shared.stack.servers import chosen_servers
from shared.stack.states import ProcessState

_DEFAULT_WEB_PORT = 8000
_PROCESS_GRACE = 5.5
"""Seconds."""
_SERVER_GRACE = 3.5
"""Seconds; SeaweedFS takes 2.2. The two together stay under 10."""
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


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
        say: Callable[[str], None] = print,
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
        self._servers: dict[str, EmbeddedServer] = {}
        self._server_group = ProcessGroup(_SERVER_GRACE)
        self._platform_group = ProcessGroup(_PROCESS_GRACE)
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
        self._tell("stack", "ready", began, self.web_url if self._specs else str(self._home.environment_file))

    def run_until_signal(self) -> None:
        """Start, stay until SIGINT, SIGTERM or SIGHUP, and stop. A second signal kills what has not stopped yet."""
        with self._listening_for_signals():
            try:
                self.start()
                self._interrupted.wait()
            except StartInterrupted:
                self._say("stopped before everything was ready")
            finally:
                self.stop()

    def stop(self) -> None:
        """Stop the processes, then the servers, each group at once: less than 10 s in all. May be called again."""
        began = time.monotonic()
        if not self._children:
            self._home.unlock()
            return
        self._platform_group.stop()
        self._server_group.stop()
        self._platform_group, self._server_group = ProcessGroup(_PROCESS_GRACE), ProcessGroup(_SERVER_GRACE)
        remove_record(self._home)
        self._home.unlock()
        self._say(f"stopped in {time.monotonic() - began:.1f} s")

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
        # Before the servers, so that none of them is given its port.
        web_port = self._take_web_port()
        self._server_group.start([self._server_plan(server) for server in embedded], self._report, self._give_up)
        self.web_url = f"http://127.0.0.1:{web_port}"
        defaults = {"BOTTEGA_PUBLIC_URL": self.web_url, "BOTTEGA_SECRET_KEY": credentials.secret_key}
        own = {"BOTTEGA_HOME": str(self._home.path), "BOTTEGA_WEB_BIND": f"127.0.0.1:{web_port}"}
        of_servers = {name: value for server in embedded for name, value in server.variables().items()}
        self.environment = {**defaults, **settings, **of_servers, **own}
        self._home.announce(self.web_url if self._specs else None)
        write_environment(self._home, self.environment)

    def _take_web_port(self) -> int:
        if self._web_port is None:
            return self._ports.settle("web", preferred=_DEFAULT_WEB_PORT)
        if not is_free(self._web_port):
            raise StackRefused(f"Port {self._web_port} on 127.0.0.1 is in use; choose another for the web.")
        return self._web_port

    def _server_plan(self, server: EmbeddedServer) -> ProcessPlan:
        return ProcessPlan(
            name=server.name,
            command=server.command,
            is_ready=server.is_ready,
            log=self._home.log(server.name),
            stop_signal=server.stop_signal,
        )

    def _run_prepare(self) -> None:
        if self._prepare is None:
            return
        began = time.monotonic()
        self._prepare(self.environment)
        self._tell("migrations", "done", began)

    def _start_processes(self) -> None:
        plans = [self._process_plan(spec) for spec in self._specs]
        self._platform_group.start(plans, self._report, self._give_up)

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
            if isinstance(spec.readiness, AnswersHttp):
                return http_status(f"{self.web_url}{spec.readiness.path}") == 200
            return ready_file.exists()

        return ProcessPlan(spec.name, command, is_ready, self._home.log(spec.name), ready_within=spec.ready_within)

    def _report(self, process: SupervisedProcess) -> None:
        """Tell of a change, and write it down. Called in the threads of the processes."""
        # A full disk or a closed terminal must not end the supervision.
        with self._reporting, contextlib.suppress(OSError):
            write_record(self._home, self.environment, self.web_url, self._ports.all(), self._children)
            if process.state is ProcessState.READY:
                again = " again" if process.restarts else ""
                self._say(_line(process.name, f"ready{again} in {process.ready_seconds:.1f} s", self._detail(process)))
            elif process.state is ProcessState.BACKING_OFF:
                self._say(_line(process.name, "restarting", f"{process.last_exit}; its log is {process.log_path}"))

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
