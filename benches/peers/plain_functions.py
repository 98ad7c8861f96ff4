#!/usr/bin/env python3
"""Plain functions over a socket: on lanes, and in a pool; hyper's `/time` for comparison. Needs Linux, wrk, and the
release build of the package `peers`.

    cargo build --release -p peers && python3 benches/peers/plain_functions.py [SERVER,SERVER... [PATH,PATH...]]

The servers are pinned to the cores in SERVER_CORES (0), with one thread for each of them, and wrk to LOAD_CORES (1);
ROUNDS (5) rounds of SECONDS_EACH (1) are interleaved, with CONNECTIONS (64). For each path and server: the lowest CPU
time per request of all rounds, its ratio to that of the first server, the highest rate, the switches between threads
per request, and the lowest 99th percentile of the latency.
"""
import os, re, socket, subprocess, sys, time

TARGET = os.environ.get("CARGO_TARGET_DIR", "target")
ROUNDS, SECONDS = int(os.environ.get("ROUNDS", 5)), os.environ.get("SECONDS_EACH", "1")
CONNECTIONS = os.environ.get("CONNECTIONS", "64")
SERVER_CORES, LOAD_CORES = os.environ.get("SERVER_CORES", "0"), os.environ.get("LOAD_CORES", "1")
SERVERS = ["hyper", "rustzeug", "rustzeug-pool", "rustzeug-stealing"]
PATHS = ["/time", "/time_blocking", "/wait_100us", "/wait_1ms", "/wait_5ms", "/sleep_blocking", "/compute_300us",
         "/stream", "/iterator"]
UNITS = {"us": 1e-3, "ms": 1, "s": 1e3}


def cpu_seconds(pid):
    return time.clock_gettime((~pid << 3) | 2)


def switches(pid):
    count = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            lines = open(f"/proc/{pid}/task/{task}/status").read()
        except OSError:  # The thread has ended.
            continue
        count += sum(map(int, re.findall(r"ctxt_switches:\s+(\d+)", lines)))
    return count


def start(name, port):
    workers = len(os.sched_getaffinity(0) & cores(SERVER_CORES))
    env = dict(os.environ, PORT=str(port), WORKERS=str(workers))
    command = ["taskset", "-c", SERVER_CORES, f"{TARGET}/release/server", name]
    server = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return server
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"{name} does not listen")


def cores(text):
    ranges = [part.split("-") for part in text.split(",")]
    return {core for ends in ranges for core in range(int(ends[0]), int(ends[-1]) + 1)}


def run(pid, port, path):
    cpu, switched = cpu_seconds(pid), switches(pid)
    wrk = ["taskset", "-c", LOAD_CORES, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency"]
    told = subprocess.run([*wrk, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True).stdout
    assert "Non-2xx" not in told and "Socket errors" not in told, f"{path}: {told}"
    count = int(re.search(r"(\d+) requests in", told)[1])
    late, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", told).groups()
    each = (cpu_seconds(pid) - cpu) / count * 1e6
    return each, count / float(SECONDS), (switches(pid) - switched) / count, float(late) * UNITS[unit]


def main():
    names = sys.argv[1].split(",") if len(sys.argv) > 1 else SERVERS
    paths = sys.argv[2].split(",") if len(sys.argv) > 2 else PATHS
    servers = {name: (start(name, 18400 + number), 18400 + number) for number, name in enumerate(names)}
    print("| path | server | CPU us | to the first | requests per second | switches | p99 ms |\n|---|---|---|---|---|---|---|")
    try:
        for path in paths:
            rounds = {name: [] for name in names}
            for _ in range(ROUNDS):
                for name, (server, port) in servers.items():
                    rounds[name].append(run(server.pid, port, "/time" if name == "hyper" else path))
            first = min(rounds[names[0]])[0]
            for name, measured in rounds.items():
                each, _, switched, _ = min(measured)
                rate, late = max(row[1] for row in measured), min(row[3] for row in measured)
                print(f"| {path} | {name} | {each:.2f} | {each / first:.2f} | {rate:,.0f} | {switched:.2f} | {late:.1f} |",
                      flush=True)
    finally:
        for server, _ in servers.values():
            server.kill()


main()
