"""The server `under_load` of the package `peers` as a process: started, asked, looked at, and ended
by its id. For the Python scripts beside this one."""

import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PROGRAM = TARGET / "release/under_load"
TEMPORARY = tempfile.TemporaryDirectory()
RUNNING = set()


def build():
    command = ["cargo", "build", "--quiet", "--release", "-p", "peers", "--bin", "under_load"]
    subprocess.run(command, cwd=ROOT, check=True)


class Program:
    """A server with limits by name, at a new port or at a listener that it inherits."""

    def __init__(self, listener=None, stderr=None, **limits):
        """`stderr` is the descriptor of a pipe in place of a file that can be read; then the port is
        to be given by a listener."""
        self.at = listener.getsockname() if listener and stderr else None
        self.log = pathlib.Path(TEMPORARY.name) / f"log-{time.monotonic_ns()}"
        named = {f"RUSTZEUG_{name.upper()}": str(value) for name, value in limits.items()}
        self.pid = os.fork()
        if not self.pid:
            environment = {"HOST": "127.0.0.1", "PORT": "0", "RUST_BACKTRACE": "0", **named}
            self.run(environment, listener, stderr)
        RUNNING.add(self.pid)

    def run(self, environment, listener, stderr):
        try:
            os.dup2(stderr or os.open(self.log, os.O_WRONLY | os.O_CREAT), 2)
            if listener:
                os.dup2(os.dup2(listener.fileno(), 100, inheritable=False), 3)
                environment |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
            os.execve(PROGRAM, [PROGRAM], environment)
        finally:
            os._exit(127)

    def text(self):
        return self.log.read_text() if self.log.exists() else ""

    def address(self):
        """Where it listens, once it does."""
        for _ in range(200):
            if self.at:
                return self.at
            if found := re.search(r"^Listening on http://(.*):(\d+)$", self.text(), re.M):
                self.at = found[1], int(found[2])
            else:
                time.sleep(0.05)
        raise AssertionError(f"it does not listen: {self.text()}")

    def url(self, path="/"):
        host, port = self.address()
        return f"http://{host}:{port}{path}"

    def connect(self):
        return socket.create_connection(self.address(), 10)

    def ask(self, path="/"):
        """The body of the answer to a request on a new connection."""
        with self.connect() as client:
            head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            client.sendall(head.encode())
            answer = b"".join(iter(lambda: client.recv(1 << 16), b""))
        assert answer.startswith(b"HTTP/1.1 200 "), answer[:200]
        return answer.split(b"\r\n\r\n", 1)[1]

    def quickest(self, path="/"):
        """Seconds that the quickest of a few answers takes: other work on the machine is not ours."""
        def timed():
            start = time.monotonic()
            self.ask(path)
            return time.monotonic() - start
        return min(timed() for _ in range(5))

    def switches(self):
        """How often its threads have gone to sleep and were woken."""
        told = pathlib.Path(f"/proc/{self.pid}/task").glob("*/status")
        texts = [status.read_text() for status in told]
        return sum(int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", text, re.M)[1]) for text in texts)

    def counters(self):
        """The server's numbers, asked for on a connection that is counted as well."""
        text = self.ask("/async/counters").decode()
        return {name: int(number) for name, number in re.findall(r"(\w+): (\d+)", text)}

    def until(self, why, holds, seconds=20):
        """Waits until something holds of the counters; tells how long that took."""
        start = time.monotonic()
        while not holds(counters := self.counters()):
            assert time.monotonic() - start < seconds, f"{why}: {counters}"
            time.sleep(0.05)
        return time.monotonic() - start

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def memory(self, field="VmRSS"):
        """Bytes that it holds; `VmHWM` are the most that it has held."""
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(rf"{field}:\s+(\d+)", status)[1]) * 1024

    def forget_peak(self):
        pathlib.Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def signal(self, number=signal.SIGTERM):
        os.kill(self.pid, number)

    def wait(self):
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        RUNNING.discard(self.pid)
        return status

    def end(self):
        self.signal()
        return self.wait()


def main(*checks):
    """Builds the server and runs the checks, each by its name; leaves no process behind."""
    build()
    try:
        for check in checks:
            told = check()
            print(f"ok: {check.__name__.replace('_', ' ')}{': ' + told if told else ''}", flush=True)
    finally:
        for pid in RUNNING:
            os.kill(pid, signal.SIGKILL)
