"""Drives the server and its peers with the same load and prints ratios; see script/bench."""
import argparse
import base64
import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/release"
SEEDS = [(ROOT / f"tests/data/seed-records/file_{i}.json").read_text() for i in range(6)]
AUTHORIZATION = "Basic " + base64.b64encode(b"bench:bench-password").decode()
CONNECTIONS = 32
TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_seconds(pid):
    """CPU time of a process and its children, alive or waited for."""
    total = 0
    for entry in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            if int(entry.name) == pid or int(fields[1]) == pid:
                total += int(fields[11]) + int(fields[12])
    return total / TICKS


def resident_megabytes(pid):
    pages = int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


class Service:
    """A server process with a folder of its own; stopped with its scope."""

    name = ""
    kind = ""

    def __init__(self):
        self.port = free_port()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="dropzone-bench."))
        self.process = None
        self.start_seconds = None

    def command(self):
        raise NotImplementedError

    def environment(self):
        return {}

    def probe(self):
        return "/fetchKeys?limit=1" + self.kind

    def __enter__(self):
        started = time.monotonic()
        self.process = subprocess.Popen(
            self.command(), env=os.environ | self.environment(), cwd=self.folder,
            stdout=subprocess.DEVNULL, stderr=(self.folder / "log").open("w"),
            start_new_session=True)
        while time.monotonic() - started < 60:
            with contextlib.suppress(OSError):
                self.get(self.probe())
                self.start_seconds = time.monotonic() - started
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.002)
        raise SystemExit(f"{self.name} did not start: {(self.folder / 'log').read_text()[-2000:]}")

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder)

    def request(self, method, path, body=None):
        call = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", method=method, data=body,
            headers={"Content-Type": "application/json", "Authorization": AUTHORIZATION})
        with urllib.request.urlopen(call, timeout=120) as answer:
            return json.load(answer)

    def get(self, path):
        return self.request("GET", path)

    def store(self, records):
        return self.request("POST", "/store" + self.kind.replace("&", "?"),
                            json.dumps(records).encode())


class Dropzone(Service):
    name = "dropzone"
    kind = "&kind=measurements"

    def command(self):
        return [BUILD / "apps/server/dropzone-server", "--listen", f"127.0.0.1:{self.port}",
                "--store", f"sqlite:{self.folder}/store.db", "--kinds", ROOT / "kinds"]

    def environment(self):
        return {"DROPZONE_USER": "bench", "DROPZONE_PASSWORD": "bench-password"}


class Flask(Service):
    name = "flask"

    def command(self):
        return ["gunicorn", "--workers", "2", "--bind", f"127.0.0.1:{self.port}",
                "--chdir", ROOT / "bench/flask", "server:app"]

    def environment(self):
        return {"DROPZONE_BENCH_FILE": f"{self.folder}/store.db", "PYTHONPATH": ""}


class Fastify(Service):
    processes = 1

    @property
    def name(self):
        return f"fastify x {self.processes}"

    def command(self):
        return ["node", ROOT / "build/bench/fastify/server.mjs", str(self.port),
                f"{self.folder}/store.db", str(self.processes)]


class Fastify2(Fastify):
    processes = 2


class BarePistache(Service):
    name = "bare pistache"

    def __init__(self, answer):
        super().__init__()
        (self.folder / "answer").write_text(answer)

    def command(self):
        return [BUILD / "bench/bare_pistache", str(self.port), "2", self.folder / "answer"]

    def probe(self):
        return "/"


def wrk(service, path, seconds, method="GET", body=None, connections=CONNECTIONS):
    """Requests a second, p99 in milliseconds and server CPU a request; errors end the run."""
    script = service.folder / "load.lua"
    lines = [f'wrk.method = "{method}"', f'wrk.headers["Authorization"] = "{AUTHORIZATION}"']
    if body is not None:
        lines.append('wrk.headers["Content-Type"] = "application/json"')
        lines.append(f"wrk.body = [==[{body}]==]")
    script.write_text("\n".join(lines))
    before = cpu_seconds(service.process.pid)
    out = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "--latency",
         "-s", script, f"http://127.0.0.1:{service.port}{path}"],
        capture_output=True, text=True, check=True).stdout
    cpu = cpu_seconds(service.process.pid) - before
    if "Non-2xx" in out or "Socket errors" in out:
        raise SystemExit(f"{service.name} {path}: errors\n{out}")
    requests = int(re.search(r"(\d+) requests in", out)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", out)
    p99_ms = float(p99[1]) * {"us": 1e-3, "ms": 1, "s": 1e3}[p99[2]]
    return {"rate": rate, "p99": p99_ms, "cpu": cpu / requests * 1e6}


def bare(program, *arguments):
    out = subprocess.run([BUILD / "bench" / program, *map(str, arguments)],
                         capture_output=True, text=True, check=True).stdout
    return float(out)


def seed_file(folder):
    path = folder / "record.json"
    path.write_text(SEEDS[0])
    return path


def services():
    yield Dropzone
    if (ROOT / "build/bench/fastify/node_modules").is_dir():
        yield Fastify
        yield Fastify2
    yield Flask


def report(title, rows, unit="requests/s"):
    print(f"\n{title}")
    own = rows[0][1]["rate"]
    for name, figures in rows:
        extra = ""
        if "cpu" in figures:
            extra = f"  p99 {figures['p99']:.2f} ms  CPU {figures['cpu']:.0f} us"
        ratio = "" if figures is rows[0][1] else f"  dropzone/this {own / figures['rate']:.2f}"
        print(f"  {name:34} {figures['rate']:12,.0f} {unit}{extra}{ratio}", flush=True)


def batch_records(count):
    """Seed records whose means differ, so that filters select few of them."""
    seeds = [json.loads(seed) for seed in SEEDS]
    records = []
    for i in range(count):
        seed = dict(seeds[i % 6])
        seed["data"] = [value + i / count for value in seed["data"]]
        records.append(seed)
    return records


def fill(service, count):
    for begin in range(0, count, 5_000):
        service.store(batch_records(min(5_000, count - begin)))


def single_store(options):
    rows = []
    for make in services():
        with make() as service:
            answer = service.store(json.loads(SEEDS[0]))
            assert answer["stored"] == 1, answer
            path = "/store" + service.kind.replace("&", "?")
            rows.append((service.name, wrk(service, path, options.seconds, "POST", SEEDS[0])))
            if make is Dropzone:
                constant = json.dumps(answer)
    with BarePistache(constant) as service:
        rows.append((service.name, wrk(service, "/store", options.seconds, "POST", SEEDS[0])))
    with tempfile.TemporaryDirectory(prefix="dropzone-bench.") as folder:
        folder = pathlib.Path(folder)
        for size in (1, 32, 1_000):
            rate = bare("bare_sqlite", folder / f"{size}.db", seed_file(folder), "write", size,
                        options.seconds)
            rows.append((f"bare SQLite, {size} a transaction", {"rate": rate}))
    report("single POST /store, durable", rows)


def batch_store(options):
    rows = []
    body = json.dumps(batch_records(10_000)).encode()
    for make in services():
        with make() as service:
            path = "/store" + service.kind.replace("&", "?")
            best = 0
            for _ in range(3):
                started = time.monotonic()
                answer = service.request("POST", path, body)
                best = max(best, 10_000 / (time.monotonic() - started))
                assert answer["stored"] == 10_000
            rows.append((service.name, {"rate": best}))
    with tempfile.TemporaryDirectory(prefix="dropzone-bench.") as folder:
        folder = pathlib.Path(folder)
        rate = bare("bare_sqlite", folder / "b.db", seed_file(folder), "write", 1_000,
                    options.seconds)
        rows.append(("bare SQLite, 1,000 a transaction", {"rate": rate}))
    rate = bare("bare_parse", ROOT / "tests/data/seed-records/file_0.json", 1)
    rows.append(("bare parse", {"rate": rate * 1e6 / len(SEEDS[0])}))
    report("POST /store of 10,000", rows, "records/s")


def reads(options):
    results = {}
    for make in services():
        with make() as service:
            fill(service, options.records)
            kind = service.kind
            key = service.get("/fetchKeys?limit=1" + kind)["keys"][0]
            assert len(service.get(f"/fetchMany?_id={key}{kind}")["records"]) == 1
            assert len(service.get(f"/fetchAll?limit=100{kind}")["records"]) == 100
            if make is Dropzone:
                constant = json.dumps(service.get(f"/fetchMany?_id={key}{kind}"))
            means = sorted(record["mean"] for record in all_records(service))
            threshold = (means[-101] + means[-100]) / 2
            body = json.dumps({"field": "mean", "operator": ">", "value": threshold})
            path = "/filter" + kind.replace("&", "?")
            hits = service.request("POST", path, body.encode())["records"]
            assert len(hits) == 100, len(hits)
            loads = {
                "fetchMany of one id": (f"/fetchMany?_id={key}{kind}",),
                "fetchAll limit 100": (f"/fetchAll?limit=100{kind}",),
                "fetchKeys limit 1,000": (f"/fetchKeys?limit=1000{kind}",),
                f"filter, 100 hits of {options.records:,}": (path, "POST", body),
            }
            for title, (target, *rest) in loads.items():
                figures = wrk(service, target, options.seconds, *rest)
                results.setdefault(title, []).append((service.name, figures))
            if make is Dropzone:
                many = wrk(service, f"/fetchMany?_id={key}{kind}", options.seconds,
                           connections=512)
                results.setdefault("fetchMany of one id, 512 connections", []).append(
                    (service.name, many))
    with BarePistache(constant) as service:
        results["fetchMany of one id"].append(
            (service.name, wrk(service, "/", options.seconds)))
    for title, rows in results.items():
        report(title, rows)


def all_records(service):
    """Every record; pages by the id of the last one, or by cursor."""
    records, cursor = [], ""
    while True:
        page = service.get(f"/fetchAll?limit=1000{service.kind}{cursor}")
        records += page["records"]
        if len(page["records"]) < 1000:
            return records
        if "nextCursor" in page:
            if page["nextCursor"] is None:
                return records
            cursor = "&cursor=" + page["nextCursor"]
        else:
            cursor = "&after=" + page["records"][-1]["_id"]


def start(options):
    print("\nstart to first answer, and idle memory")
    for make in services():
        with make() as service:
            time.sleep(0.5)
            print(f"  {service.name:34} {service.start_seconds * 1e3:8.0f} ms "
                  f"{resident_megabytes(service.process.pid):8.0f} MB resident", flush=True)


BENCHES = {"single": single_store, "batch": batch_store, "reads": reads, "start": start}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=5, help="of each load")
    parser.add_argument("--records", type=int, default=100_000, help="to read among")
    parser.add_argument("--only", default=",".join(BENCHES), help="of " + ", ".join(BENCHES))
    options = parser.parse_args()
    for name in options.only.split(","):
        BENCHES[name](options)


if __name__ == "__main__":
    sys.exit(main())
