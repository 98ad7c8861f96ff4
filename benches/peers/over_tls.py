#!/usr/bin/env python3
"""rustzeug and hyper with tokio-rustls over TLS 1.3, side by side: CPU per request on kept connections, the same without
TLS, and per new connection. Needs Linux, wrk, openssl, and the release build of the package `peers`.

    cargo build --release -p peers --bin by_tls && python3 benches/peers/over_tls.py

As in over_sockets.py, rounds are interleaved, and the lowest CPU time of all rounds counts.
"""
import os, re, socket, subprocess, tempfile
from over_sockets import CONNECTIONS, ROUNDS, SECONDS, TARGET, cpu_seconds, wait_for

PEERS = "hyper", "rustzeug"
CASES = {
    "a request to /time": ("https", []),
    "the same without TLS": ("http", []),
    "a new connection with its request": ("https", ["-H", "Connection: close"]),
}


def certificate(folder):
    files = f"{folder}/cert.pem", f"{folder}/key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-addext", "basicConstraints=critical,CA:FALSE", "-out", files[0], "-keyout", files[1]],
        check=True, capture_output=True,
    )
    return files


def main():
    folder = tempfile.TemporaryDirectory()
    cert, key = certificate(folder.name)
    servers, best = {}, {}
    try:
        for peer in PEERS:
            for scheme in "http", "https":
                with socket.create_server(("127.0.0.1", 0)) as free:
                    port = free.getsockname()[1]
                files = dict(TLS_CERT=cert, TLS_KEY=key) if scheme == "https" else {}
                command = ["taskset", "-c", "0", f"{TARGET}/release/by_tls", peer]
                server = subprocess.Popen(command, env=dict(os.environ, PORT=str(port), **files), stderr=subprocess.DEVNULL)
                servers[peer, scheme] = server, port
                wait_for(peer, port)
        for case, (scheme, headers) in CASES.items():
            for _ in range(ROUNDS):
                for peer in PEERS:
                    server, port = servers[peer, scheme]
                    before = cpu_seconds(server.pid)
                    wrk = ["taskset", "-c", "1", "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *headers]
                    told = subprocess.run([*wrk, f"{scheme}://127.0.0.1:{port}/time"], capture_output=True, text=True).stdout
                    assert "Non-2xx" not in told, f"{peer}: {told}"
                    count = int(re.search(r"(\d+) requests in", told)[1])
                    each = (cpu_seconds(server.pid) - before) / count * 1e6
                    best[case, peer] = min(each, best.get((case, peer), each))
        print("| case | server | CPU us | to hyper |\n|---|---|---|---|")
        for (case, peer), each in best.items():
            print(f"| {case} | {peer} | {each:.2f} | {each / best[case, 'hyper']:.3f} |")
    finally:
        for server, _ in servers.values():
            server.kill()


if __name__ == "__main__":
    main()
