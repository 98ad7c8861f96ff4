#!/usr/bin/env python3
"""The same server behind nginx, by HTTP and by the protocols for web servers: requests per second, and CPU time per
request of the server and of nginx. Needs Linux, nginx, wrk, and the release build of the package `peers`.

    cargo build --release -p peers && python3 benches/peers/behind_nginx.py

nginx has one process; wrk has 16 connections; rounds are interleaved, in a random order. The figures that count are the
most requests per second and the least CPU time of all rounds, because noise only makes them worse.

Connections to the server are kept for HTTP and FastCGI: their ratios are relative to `http`. SCGI and uwsgi open one for
each request, and so does `http_closed`, to which theirs are relative. `fastcgi_few` has only the parameters that tell as
much as a proxy by HTTP does.
"""
import os, pathlib, random, re, socket, subprocess, tempfile, time

TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", "target"))
ROUNDS, SECONDS = int(os.environ.get("ROUNDS", 8)), os.environ.get("SECONDS_EACH", "2")
PATH = os.environ.get("TARGET_PATH", "/async")
PROTOCOLS = ["http", "fastcgi", "fastcgi_few", "http_closed", "uwsgi", "scgi"]
PARAMETERS = {
    "REQUEST_METHOD": "$request_method", "REQUEST_URI": "$request_uri", "QUERY_STRING": "$query_string",
    "SCRIPT_NAME": '""', "PATH_INFO": "$document_uri", "CONTENT_TYPE": "$content_type",
    "CONTENT_LENGTH": "$content_length", "SERVER_PROTOCOL": "$server_protocol", "REQUEST_SCHEME": "$scheme",
    "SERVER_NAME": "$server_name", "SERVER_ADDR": "$server_addr", "SERVER_PORT": "$server_port",
    "REMOTE_ADDR": "$remote_addr", "REMOTE_PORT": "$remote_port",
}
# The host arrives as a header, and the path and the query are those of the target.
FEW = ["REQUEST_METHOD", "REQUEST_URI", "CONTENT_TYPE", "CONTENT_LENGTH", "SERVER_PROTOCOL", "REQUEST_SCHEME", "REMOTE_ADDR"]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"nothing listens at {port}")


def location(row, upstream):
    protocol = row.split("_")[0]
    if protocol == "http":
        # What a server of HTTP has to be told, so that it knows as much.
        connection = "close" if row == "http_closed" else '""'
        headers = {"Host": "$host", "X-Forwarded-For": "$proxy_add_x_forwarded_for", "X-Forwarded-Proto": "$scheme", "Connection": connection}
        lines = [f"proxy_set_header {name} {value};" for name, value in headers.items()]
        return " ".join([f"proxy_pass http://{upstream}; proxy_http_version 1.1;", *lines])
    keep = "fastcgi_keep_conn on;" if protocol == "fastcgi" else ""
    names = FEW if row == "fastcgi_few" else PARAMETERS
    lines = [f"{protocol}_param {name} {PARAMETERS[name]};" for name in names]
    return " ".join([f"{protocol}_pass {upstream}; {keep}", *lines])


def config(folder, ports, fronts):
    servers = "".join(
        f"upstream {protocol}_app {{ server 127.0.0.1:{ports[protocol]}; keepalive 32; }}\n"
        f"server {{ listen 127.0.0.1:{fronts[protocol]}; location / {{ {location(protocol, protocol + '_app')} }} }}\n"
        for protocol in PROTOCOLS
    )
    kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    return (
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;\n"
        f"events {{ worker_connections 1024; }}\nhttp {{ access_log off; keepalive_requests 1000000;\n{paths}{servers}}}\n"
    )


def cpu(pid):
    """Seconds of CPU time of a process and its children."""
    total = 0
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(stat.parent.name) == pid or int(fields[1]) == pid:
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def measure(url, pids):
    before = [cpu(pid) for pid in pids]
    text = subprocess.run(["wrk", "-t1", "-c16", f"-d{SECONDS}s", url], capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in text and "Socket errors" not in text, text
    count, rate = int(re.search(r"(\d+) requests in", text)[1]), float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
    used = [(cpu(pid) - start) / count * 1e6 for pid, start in zip(pids, before)]
    return rate, *used


def main():
    ports, fronts = ({name: free_port() for name in PROTOCOLS} for _ in range(2))
    listen = ",".join(f"{name.split('_')[0]}://127.0.0.1:{port}" for name, port in ports.items())
    with tempfile.TemporaryDirectory() as folder:
        config_file = pathlib.Path(folder) / "nginx.conf"
        config_file.write_text(config(folder, ports, fronts))
        server = subprocess.Popen([TARGET / "release/under_load"], env=os.environ | {"LISTEN": listen}, stderr=subprocess.DEVNULL)
        nginx = subprocess.Popen(["nginx", "-p", folder, "-c", config_file], stderr=subprocess.DEVNULL)
        try:
            for port in [*ports.values(), *fronts.values()]:
                wait_for(port)
            seen = {name: [] for name in PROTOCOLS}
            for _ in range(ROUNDS):
                for name in random.sample(PROTOCOLS, len(PROTOCOLS)):
                    seen[name].append(measure(f"http://127.0.0.1:{fronts[name]}{PATH}", [server.pid, nginx.pid]))
        finally:
            for process in (server, nginx):
                process.terminate()
                process.wait(20)
    best = {name: (max(r for r, _, _ in rows), min(s for _, s, _ in rows), min(n for _, _, n in rows)) for name, rows in seen.items()}
    print("protocol     requests/s        server, us per request  nginx, us per request  both")
    for name, row in best.items():
        rate, own, front = row
        base = best["http_closed" if name in ("http_closed", "uwsgi", "scgi") else "http"]
        both = (own + front) / (base[1] + base[2])
        print(f"{name:11}  {rate:8.0f} ({rate / base[0]:.2f})  {own:8.1f} ({own / base[1]:.2f})         {front:8.1f} ({front / base[2]:.2f})        {both:.2f}")


main()
