#!/usr/bin/env python3
"""rustzeug, hyper and axum over a socket, side by side: CPU per request, requests per second,
memory per idle connection. Needs Linux, wrk, and the release build of the package `peers`.

    cargo build --release -p peers && python3 benches/peers/over_sockets.py

Each server has one event-loop thread, pinned to core 0; wrk runs on core 1 with 64 connections (or
CONNECTIONS); rounds are interleaved. The figure that counts is the lowest CPU time per request of all
rounds, because noise only increases it. Ratios are relative to hyper's response to the same request;
those of blocking handlers to its `/time`.
"""
import json, os, random, re, socket, subprocess, tempfile, time

TARGET = os.environ.get("CARGO_TARGET_DIR", "target")
ROUNDS, SECONDS = int(os.environ.get("ROUNDS", 6)), os.environ.get("SECONDS_EACH", "1")
PEERS = ["hyper", "rustzeug", "axum"]
CONNECTIONS = os.environ.get("CONNECTIONS", "64")
PATHS = {
    "/time": PEERS, "/hello/Ada?greeting=Hej%20hej": PEERS, "/form": PEERS, "/json": PEERS, "/upload": PEERS,
    "/upload_spooled": PEERS[1:2], "/time_blocking": PEERS[1:], "/sleep_blocking": PEERS[1:],
}


def order():
    items = [
        {"sku": f"SKU-{1000 + n * 37:05}", "title": f"Replacement relay, moth-free, model {n}",
         "quantity": 1 + n, "cents": 1999 + 250 * n, "tags": ["relay", "mark-ii"]} for n in range(6)
    ]
    note = 'leave at the "front" desk'
    return json.dumps({"id": 982451653, "customer": "Grace Hopper", "express": True, "items": items, "note": note})


def upload():
    start = '--xyz\r\nContent-Disposition: form-data; name='
    head = f'{start}"title"\r\n\r\nholiday photo\r\n{start}"file"; filename="photo.bin"\r\n\r\n'
    return head.encode() + random.Random(7).randbytes(1 << 20) + b"\r\n--xyz--\r\n"


BODIES = {
    "/form": ("application/x-www-form-urlencoded",
              b"name=Grace+Hopper&email=grace%40example.org&message=A+ship+in+port+is+safe%2C+but+that%27s+not"
              b"+what+ships+are+built+for."),
    "/json": ("application/json", order().encode()),
    "/upload": ("multipart/form-data; boundary=xyz", upload()),
}
BODIES["/upload_spooled"] = BODIES["/upload"]


def script(path, folder):
    """Arguments for wrk to send cookies or a body, if the path needs them."""
    if path.startswith("/hello/"):
        return ["-H", "Cookie: theme=dark; session=5f2c9a; lang=sv"]
    if path not in BODIES:
        return []
    content_type, body = BODIES[path]
    name = os.path.join(folder, path[1:])
    with open(name, "wb") as file:
        file.write(body)
    with open(name + ".lua", "w") as file:
        file.write(f'wrk.method = "POST"\nwrk.headers["Content-Type"] = "{content_type}"\n'
                   f'local file = io.open("{name}", "rb")\nwrk.body = file:read("*a")\nfile:close()\n')
    return ["-s", name + ".lua"]


def start(peer, port):
    env = dict(os.environ, PORT=str(port), WORKERS="1")
    command = [f"{TARGET}/release/server", peer] if peer in PEERS else [f"{TARGET}/release/{peer}"]
    command = ["taskset", "-c", "0", *command]
    server = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    wait_for(peer, port)
    return server


def wait_for(peer, port):
    for _ in range(100):
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
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
        folder = tempfile.TemporaryDirectory()
        for path, peers in PATHS.items():
            for _ in range(ROUNDS):
                for peer in peers:
                    server, port = servers[peer]
                    before = cpu_seconds(server.pid)
                    wrk = ["taskset", "-c", "1", "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
                    wrk += [*script(path, folder.name), f"http://127.0.0.1:{port}{path}"]
                    told = subprocess.run(wrk, capture_output=True, text=True).stdout
                    assert "Non-2xx" not in told and "Socket errors" not in told, f"{peer} {path}: {told}"
                    count = int(re.search(r"(\d+) requests in", told)[1])
                    each = (cpu_seconds(server.pid) - before) / count * 1e6
                    best[path, peer] = min(each, best.get((path, peer), each))
                    rate[path, peer] = max(count / float(SECONDS), rate.get((path, peer), 0))
        print("\n| path | server | CPU us per request | to hyper | requests per second |\n|---|---|---|---|---|")
        for (path, peer), each in best.items():
            floor = best.get((path.removesuffix("_spooled"), "hyper"), best["/time", "hyper"])
            print(f"| {path} | {peer} | {each:.2f} | {each / floor:.2f} | {rate[path, peer]:,.0f} |")
    finally:
        for server, _ in servers.values():
            server.kill()


if __name__ == "__main__":
    main()
