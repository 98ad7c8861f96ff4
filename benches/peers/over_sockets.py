#!/usr/bin/env python3
"""rustzeug, hyper and axum over a socket, side by side: CPU per request, requests per second,
memory per idle connection. Needs Linux, wrk, and the release build of the package `peers`.

    cargo build --release -p peers && python3 benches/peers/over_sockets.py

One event-loop thread per server, pinned to core 0; wrk on core 1 with 64 connections; rounds
interleaved. The figure to go by is the lowest CPU time per request of all rounds: noise only
adds to it. Ratios are to hyper's `/time`.
"""
import os, re, socket, subprocess, time

TARGET = os.environ.get("CARGO_TARGET_DIR", "target")
ROUNDS, SECONDS = int(os.environ.get("ROUNDS", 6)), os.environ.get("SECONDS_EACH", "1")
PEERS = ["hyper", "rustzeug", "axum"]
PATHS = {"/time": PEERS, "/time_blocking": PEERS[1:], "/sleep_blocking": PEERS[1:]}


def start(peer, port):
    env = dict(os.environ, PORT=str(port), WORKERS="1")
    command = ["taskset", "-c", "0", f"{TARGET}/release/server", peer]
    server = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return server
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"{peer} does not listen")


def cpu_seconds(pid):
    return time.clock_gettime((~pid << 3) | 2)


def memory(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{pid}/status").read())[1]) * 1024


def idle_connections(port, count=1000):
    held = []
    for _ in range(count):
        client = socket.create_connection(("127.0.0.1", port), 5)
        client.sendall(b"GET /time HTTP/1.1\r\nHost: localhost\r\n\r\n")
        client.recv(4096)
        held.append(client)
    return held


def main():
    servers = {peer: (start(peer, 18200 + number), 18200 + number) for number, peer in enumerate(PEERS)}
    try:
        print("| server | idle MiB | bytes per idle connection |\n|---|---|---|")
        for peer, (server, port) in servers.items():
            before = memory(server.pid)
            held = idle_connections(port)
            time.sleep(0.5)
            each = (memory(server.pid) - before) / len(held)
            print(f"| {peer} | {before / 2**20:.1f} | {each:,.0f} |")
            for client in held:
                client.close()
        best, rate = {}, {}
        for path, peers in PATHS.items():
            for _ in range(ROUNDS):
                for peer in peers:
                    server, port = servers[peer]
                    before = cpu_seconds(server.pid)
                    wrk = ["taskset", "-c", "1", "wrk", "-t1", "-c64", f"-d{SECONDS}s", f"http://127.0.0.1:{port}{path}"]
                    told = subprocess.run(wrk, capture_output=True, text=True).stdout
                    count = int(re.search(r"(\d+) requests in", told)[1])
                    each = (cpu_seconds(server.pid) - before) / count * 1e6
                    best[path, peer] = min(each, best.get((path, peer), each))
                    rate[path, peer] = max(count / float(SECONDS), rate.get((path, peer), 0))
        print("\n| path | server | CPU us per request | to hyper | requests per second |\n|---|---|---|---|---|")
        for (path, peer), each in best.items():
            print(f"| {path} | {peer} | {each:.2f} | {each / best['/time', 'hyper']:.2f} | {rate[path, peer]:,.0f} |")
    finally:
        for server, _ in servers.values():
            server.kill()


main()
