#!/usr/bin/env python3
"""Files over a socket: rustzeug, hyper by hand, actix-files and nginx side by side. Needs Linux, curl, nginx, wrk, and
release builds of the packages `peers` and `actix_files_server`.

    cargo build --release -p peers
    cargo build --release --manifest-path benches/actix_files/Cargo.toml --target-dir target
    python3 benches/peers/files.py

Each server has one event-loop thread (nginx one process) and all its threads on core 0; the client runs on core 1.
Rounds are interleaved, and the figure of a server is its best round. A file of 64 KiB, and the `304` for it: CPU time
per request with 64 connections, relative to hyper. A file of 100 MiB: by how much it is faster than the others, and
the memory that the server gains meanwhile. nginx copies the file through its memory, as a server must that uses TLS
(`sendfile off`).
"""

import contextlib
import os
import pathlib
import re
import subprocess
import tempfile
import urllib.request

import over_sockets
from over_sockets import CONNECTIONS, ROUNDS, SECONDS, cpu_seconds

ACTIX = "actix_files_server"
SMALL, LARGE = ["hyper", "rustzeug", ACTIX], ["rustzeug", ACTIX, "nginx"]
LARGE_BYTES = 100 << 20
CONFIG = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 64; }}
http {{
    access_log off; sendfile off; tcp_nodelay on;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    server {{ listen 127.0.0.1:{port}; location /static/ {{ alias {folder}/files/; }} }}
}}
"""


def make_files(folder):
    folder.mkdir()
    (folder / "64k.bin").write_bytes(os.urandom(64 << 10))
    with (folder / "100m.bin").open("wb") as file:
        for _ in range(100):
            file.write(os.urandom(1 << 20))


def start(peer, port, folder):
    if peer != "nginx":
        return over_sockets.start(peer, port)
    config = folder / "nginx.conf"
    config.write_text(CONFIG.format(folder=folder, port=port))
    server = subprocess.Popen(["taskset", "-c", "0", "nginx", "-c", config], stderr=subprocess.DEVNULL)
    over_sockets.wait_for(peer, port)
    return server


def tag(url):
    with urllib.request.urlopen(url) as answer:
        return answer.headers["ETag"]


def each(server, url, *arguments):
    """CPU microseconds per request."""
    before = cpu_seconds(server.pid)
    wrk = ["taskset", "-c", "1", "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *arguments, url]
    told = subprocess.run(wrk, capture_output=True, text=True).stdout
    assert "Socket errors" not in told and "Non-2xx" not in told, told
    return (cpu_seconds(server.pid) - before) / int(re.search(r"(\d+) requests in", told)[1]) * 1e6


def download(server, url):
    """MiB per second, and CPU milliseconds."""
    before = cpu_seconds(server.pid)
    curl = ["taskset", "-c", "1", "curl", "-s", "-o", "/dev/null", "-w", "%{speed_download} %{size_download}", url]
    speed, size = map(float, subprocess.run(curl, capture_output=True, text=True).stdout.split())
    assert size == LARGE_BYTES, f"{size} bytes"
    return speed / 2**20, (cpu_seconds(server.pid) - before) * 1e3


def peak(pid):
    return int(re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{pid}/status").read())[1]) * 1024


def small(servers):
    best = {}
    for _ in range(ROUNDS):
        for peer in SMALL:
            server, url = servers[peer][0], servers[peer][1] + "64k.bin"
            asked = {"64 KiB": [], "its 304": ["-H", f"If-None-Match: {tag(url)}"]}
            for what, arguments in asked.items():
                cpu = each(server, url, *arguments)
                best[what, peer] = min(cpu, best.get((what, peer), cpu))
    print("\n| | server | CPU us per request | to hyper |\n|---|---|---|---|")
    for (what, peer), cpu in sorted(best.items()):
        print(f"| {what} | {peer} | {cpu:.2f} | {cpu / best[what, 'hyper']:.2f} |")


def large(servers):
    speed, cpu, before = {}, {}, {}
    for peer in LARGE:
        server, _ = servers[peer]
        before[peer] = peak(server.pid)
    for _ in range(2 * ROUNDS):
        for peer in LARGE:
            server, url = servers[peer]
            fast, spent = download(server, url + "100m.bin")
            speed[peer] = max(fast, speed.get(peer, fast))
            cpu[peer] = min(spent, cpu.get(peer, spent))
    print("| 100 MiB | MiB per second | ours, relative to it | CPU ms | peak memory above that of an idle server, KiB |\n|---|---|---|---|---|")
    for peer in LARGE:
        gained = max(0, peak(servers[peer][0].pid) - before[peer]) / 1024
        row = f"{speed[peer]:,.0f} | {speed['rustzeug'] / speed[peer]:.2f} | {cpu[peer]:.0f} | {gained:,.0f}"
        print(f"| {peer} | {row} |")


def main():
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        make_files(folder / "files")
        os.environ["FILES"] = str(folder / "files")
        servers = {}
        for number, peer in enumerate(sorted({*SMALL, *LARGE})):
            port = 18300 + number
            server = start(peer, port, folder)
            stack.callback(server.kill)
            servers[peer] = server, f"http://127.0.0.1:{port}/static/"
        large(servers)
        small(servers)


main()
