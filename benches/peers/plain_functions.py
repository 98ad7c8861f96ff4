#!/usr/bin/env python3
"""Plain functions over a socket, one row for each promise: on lanes, beside hyper and beside the same server with a pool.
Needs Linux, two cores, wrk, and the release build of the package `peers`.

    cargo build --release -p peers && python3 benches/peers/plain_functions.py [--quick] [ROW...]

Rows: cpu, late, cores, wait_50ms, wait_1ms, wait_100us, beside, compute, iterator, idle. All take about five minutes,
and with --quick one.

The server has core 0 and the clients have core 1; where the server has both cores, the clients share them. Rounds of
all servers are interleaved. A figure is the best of its rounds: the lowest CPU time, the highest rate, the lowest
percentile. `foreign` is the lowest share of both cores that other processes took in a round; `kernel` is the kernel's
part of a request of hyper in the row `cpu`. A row is quiet if `foreign` is below 5 % and `kernel` below 4.5 us; otherwise
`switches`, the switches between threads per request, decide.
"""
import os, re, resource, socket, subprocess, sys, time

TARGET = os.environ.get("CARGO_TARGET_DIR", "target")
QUICK = "--quick" in sys.argv
ROUNDS = int(os.environ.get("ROUNDS", 2 if QUICK else 6))
UNITS = {"us": 1e-3, "ms": 1, "s": 1e3}
CORES, TICKS = os.cpu_count(), os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    return time.clock_gettime((~pid << 3) | 2)


def kernel_seconds(pid):
    return int(open(f"/proc/{pid}/stat").read().rsplit(")")[1].split()[12]) / TICKS


def memory(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{pid}/status").read())[1]) * 1024


def switches(pid):
    count = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            lines = open(f"/proc/{pid}/task/{task}/status").read()
        except OSError:  # The thread has ended.
            continue
        count += sum(map(int, re.findall(r"ctxt_switches:\s+(\d+)", lines)))
    return count


def busy_seconds():
    """Of all cores and all processes, and what the hypervisor took."""
    user, nice, system, _, _, irq, soft, steal = map(int, open("/proc/stat").readline().split()[1:9])
    return (user + nice + system + irq + soft + steal) / TICKS


def own_seconds():
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


class Server:
    def __init__(self, name, cores="0"):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        env = dict(os.environ, PORT=str(self.port), WORKERS=str(len(cores.split(","))))
        command = ["taskset", "-c", cores, f"{TARGET}/release/server", name]
        self.process = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
        self.pid, self.name = self.process.pid, name
        for _ in range(100):
            try:
                return socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
        raise SystemExit(f"{name} does not listen")

    def measured(self, load):
        """Runs a command against the server, and returns its output and what it cost."""
        before = busy_seconds(), own_seconds(), cpu_seconds(self.pid), kernel_seconds(self.pid), switches(self.pid)
        begun = time.monotonic()
        told = subprocess.run(load, capture_output=True, text=True, timeout=120)
        took = time.monotonic() - begun
        cpu = cpu_seconds(self.pid) - before[2]
        foreign = (busy_seconds() - before[0] - (own_seconds() - before[1]) - cpu) / took / CORES
        assert told.returncode == 0, f"{self.name}: {load}: {told.stdout}{told.stderr}"
        return told.stdout, dict(cpu=cpu, foreign=max(foreign, 0), kernel=kernel_seconds(self.pid) - before[3],
                                 switches=switches(self.pid) - before[4])

    def wrk(self, path, seconds=1, cores="1"):
        load = ["taskset", "-c", cores, "wrk", f"-t{len(cores.split(','))}", "-c64", f"-d{seconds}s", "--latency"]
        told, cost = self.measured([*load, f"http://127.0.0.1:{self.port}{path}"])
        assert "Non-2xx" not in told and "Socket errors" not in told, f"{self.name} {path}: {told}"
        count = int(re.search(r"(\d+) requests in", told)[1])
        return dict(cpu=cost["cpu"] / count * 1e6, kernel=cost["kernel"] / count * 1e6, foreign=cost["foreign"],
                    rate=float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1]), switches=cost["switches"] / count)

    def at_rate(self, *groups, seconds=2, cores="1"):
        load = ["taskset", "-c", cores, f"{TARGET}/release/at_rate", f"127.0.0.1:{self.port}", str(seconds), *groups]
        told, cost = self.measured(load)
        count, late = re.search(r": (\d+) requests, .*?p99 (\d+)", told.splitlines()[0]).groups()
        return dict(late=int(late), count=int(count), foreign=cost["foreign"], switches=cost["switches"] / int(count))


def rounds(runs, count=ROUNDS):
    """Runs all, in turns; for each, all its results."""
    results = {name: [] for name in runs}
    for _ in range(count):
        for name, run in runs.items():
            results[name].append(run())
    return results


def best(results, figure):
    return (max if figure == "rate" else min)(row[figure] for row in results)


def compare(row, results, figure, unit, must):
    """Prints the row: each measured thing, relative to the first."""
    first = best(next(iter(results.values())), figure)
    for number, (name, measured) in enumerate(results.items()):
        value, foreign = best(measured, figure), min(run["foreign"] for run in measured)
        moved = min(run["switches"] for run in measured)
        ratio, goal = (f"{value / first:.2f}", must) if number else ("1", "")
        print(f"| {row} | {name} | {value:,.{1 if unit == 'us of CPU' else 0}f} {unit} | {ratio} | {goal} | {moved:.2f} "
              f"| {foreign:.0%} |", flush=True)


def cpu():
    servers = {name: Server(name) for name in ["hyper", "rustzeug", "rustzeug-pool", "rustzeug-stealing"]}
    runs = {f"{name} {'/time' if name == 'hyper' else '/time_blocking'}":
            lambda server=server, path="/time" if name == "hyper" else "/time_blocking": server.wrk(path)
            for name, server in servers.items()}
    runs["rustzeug /time"] = lambda: servers["rustzeug"].wrk("/time")
    results = rounds(runs)
    compare("cpu", results, "cpu", "us of CPU", "1.40 on lanes")
    kernel = min(run["kernel"] for run in results["hyper /time"])
    print(f"| cpu | kernel, of hyper's | {kernel:.1f} us | | 4.5 if quiet | | |")
    return servers.values()


def late():
    servers = {"hyper": "/time", "rustzeug": "/time_blocking"}
    servers = {name: (Server(name), path) for name, path in servers.items()}
    runs = {f"{name} {path}": lambda server=server, path=path: server.at_rate(f"{path},64,40000")
            for name, (server, path) in servers.items()}
    compare("late: p99 at 40,000/s", rounds(runs), "late", "us", "1.5")
    return [server for server, _ in servers.values()]


def two_cores():
    servers = {"hyper": "/time", "rustzeug": "/time_blocking"}
    servers = {name: (Server(name, "0,1"), path) for name, path in servers.items()}
    runs = {f"{name} {path}": lambda server=server, path=path: server.wrk(path, 2, "0,1")
            for name, (server, path) in servers.items()}
    compare("cores: two, shared with wrk", rounds(runs), "rate", "/s", "0.88")
    return [server for server, _ in servers.values()]


def waiting(path, seconds, must):
    # So many seconds that it does not matter how many responses are still awaited at the end.
    def row():
        # The pool of hyper's runtime is the plain one.
        servers = [Server(name) for name in ("hyper", "rustzeug", "rustzeug-pool", "rustzeug-stealing")]
        runs = {f"{server.name} {path}": lambda server=server: server.wrk(path, seconds) for server in servers}
        compare("waits", rounds(runs, max(ROUNDS // 2, 1)), "rate", "/s", must)
        return servers
    return row


def beside():
    # A new server for each: handlers have histories.
    alone, mixed = Server("rustzeug"), Server("rustzeug")
    runs = {"cheap ones alone": lambda: alone.at_rate("/time_blocking,58,18000"),
            "beside 10 % that wait 5 ms": lambda: mixed.at_rate("/time_blocking,58,18000", "/wait_5ms,32,2000")}
    compare("beside: p99 of cheap fns", rounds(runs), "late", "us", "2")
    return [alone, mixed]


def compute():
    servers = [Server(name, "0,1") for name in ["hyper", "rustzeug", "rustzeug-stealing"]]
    runs = {server.name: lambda server=server: server.at_rate("/time,60,3960", "/compute_5ms,4,40", cores="0,1")
            for server in servers}
    compare("compute: p99 of async fns beside 1 % that compute 5 ms", rounds(runs), "late", "us", "1.5 on lanes")
    return servers


def iterator():
    server = Server("rustzeug")
    runs = {path: lambda path=path: server.wrk(path) for path in ["/stream", "/iterator"]}
    compare("iterator: 1 MiB in 64 pieces", rounds(runs), "cpu", "us of CPU", "1.2")
    return [server]


def idle():
    servers = [Server("hyper"), Server("rustzeug")]
    for server in servers:
        before, held = memory(server.pid), []
        for _ in range(1000):
            client = socket.create_connection(("127.0.0.1", server.port), 5)
            client.sendall(b"GET /time HTTP/1.1\r\nHost: localhost\r\n\r\n")
            client.recv(4096)
            held.append(client)
        time.sleep(0.5)
        print(f"| idle: memory | {server.name} | {(memory(server.pid) - before) / len(held):,.0f} bytes per connection "
              "| | no more than before | | |", flush=True)
        for client in held:
            client.close()
    return servers


ROWS = {
    "cpu": cpu, "late": late, "cores": two_cores,
    "wait_50ms": waiting("/sleep_blocking", 2 if QUICK else 6, "1,240/s"),
    "wait_1ms": waiting("/wait_1ms", 1 if QUICK else 2, "0.85"),
    "wait_100us": waiting("/wait_100us", 1 if QUICK else 2, "0.85"),
    "beside": beside, "compute": compute, "iterator": iterator, "idle": idle,
}


def main():
    rows = [name for name in sys.argv[1:] if name != "--quick"] or list(ROWS)
    print("| row | of | best | to the first | must | switches | foreign |\n|---|---|---|---|---|---|---|")
    for name in rows:
        servers = ROWS[name]()
        for server in servers:
            server.process.kill()
            server.process.wait()


main()
