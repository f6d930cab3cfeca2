"""The services that the benchmarks drive, each a process of its own, and the load that is put on them."""
import base64
import contextlib
import importlib.util
import json
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/release"
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
    credentials = {"Authorization": AUTHORIZATION}

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

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder)

    def cpu_seconds(self):
        return cpu_seconds(self.process.pid)

    def restart(self):
        self.stop()
        self.__enter__()

    def send(self, path, body, content_type):
        return self.request("POST", path, body, content_type)

    def request(self, method, path, body=None, content_type="application/json"):
        call = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", method=method, data=body,
            headers={"Content-Type": content_type} | self.credentials)
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


class AccessServer(Dropzone):
    """The API with its authentication, or open to everybody."""

    def __init__(self, mode):
        super().__init__()
        self.mode = mode

    def command(self):
        return [BUILD / "bench/access_server", self.mode, f"127.0.0.1:{self.port}",
                f"{self.folder}/store.db", ROOT / "kinds"]


class Flask(Service):
    name = "flask"

    def command(self):
        return ["gunicorn", "--workers", "2", "--bind", f"127.0.0.1:{self.port}",
                "--chdir", ROOT / "bench/flask", "server:app"]

    def environment(self):
        return {"DROPZONE_BENCH_FILE": f"{self.folder}/store.db", "PYTHONPATH": ""}


class Fastify(Service):
    name = "fastify x 1"
    processes = 1

    def command(self):
        return ["node", ROOT / "build/bench/fastify/server.mjs", str(self.port),
                f"{self.folder}/store.db", str(self.processes)]


class Fastify2(Fastify):
    name = "fastify x 2"
    processes = 2


class PouchDb(Service):
    """PouchDB Server as it comes: on LevelDB, without users."""

    name = "pouchdb-server"
    program = ROOT / "build/bench/pouchdb/node_modules/.bin/pouchdb-server"
    credentials = {}

    def command(self):
        return [self.program, "--port", str(self.port), "--dir", self.folder, "--no-stdout-logs"]

    def probe(self):
        return "/"


class BareExport(Service):
    """A loop over the file of a store that is running."""

    name = "bare loop"

    def __init__(self, file):
        super().__init__()
        self.file = file

    def command(self):
        return [BUILD / "bench/bare_export", str(self.port), self.file, "measurements"]

    def probe(self):
        return "/"


class BarePistache(Service):
    name = "bare pistache"

    def __init__(self, answer):
        super().__init__()
        (self.folder / "answer").write_text(answer)

    def command(self):
        return [BUILD / "bench/bare_pistache", str(self.port), "2", self.folder / "answer"]

    def probe(self):
        return "/"


def wrk(service, path, seconds, method="GET", body=None, connections=CONNECTIONS,
        credentials=("Authorization", AUTHORIZATION)):
    """Requests a second, p99 in milliseconds and microseconds of server CPU a request; errors end the run."""
    script = service.folder / "load.lua"
    lines = [f'wrk.method = "{method}"']
    if credentials:
        lines.append(f'wrk.headers["{credentials[0]}"] = "{credentials[1]}"')
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
    if requests == 0:  # It takes longer for one than it was given.
        return {"rate": 0, "p99": seconds * 1e3, "cpu": cpu * 1e6}
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", out)
    p99_ms = float(p99[1]) * {"us": 1e-3, "ms": 1, "s": 1e3}[p99[2]]
    return {"rate": rate, "p99": p99_ms, "cpu": cpu / requests * 1e6}


def before_others():
    """Runs this process as soon as it can, if it may. For a client that mostly sleeps: next to a busy server
    it would measure for how long it waited for a processor itself."""
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))


def begin_steady(service, path, rate, seconds, method="GET", body="", prepare=None):
    """Begins to send requests at a fixed rate, in a process that calls `prepare` first; SIGTERM ends it early."""
    head = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Authorization: {AUTHORIZATION}"]
    if body:
        head += ["Content-Type: application/json", f"Content-Length: {len(body.encode())}"]
    request = service.folder / "request"
    request.write_bytes(("\r\n".join(head) + "\r\n\r\n" + body).encode())
    return subprocess.Popen(
        [BUILD / "bench/steady_load", str(service.port), str(rate), str(seconds), str(CONNECTIONS),
         request], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=prepare)


def end_steady(load):
    """Latencies in milliseconds, counted from when each request was due."""
    out, errors = load.communicate()
    if load.returncode != 0:
        raise SystemExit(errors)
    return json.loads(out)


def steady(*load, **more):
    return end_steady(begin_steady(*load, **more))


def median_of(runs):
    """The median of each figure over several runs of one load."""
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def services():
    yield Dropzone
    if (ROOT / "build/bench/fastify/node_modules").is_dir():
        yield Fastify
        yield Fastify2
    if shutil.which("gunicorn") and importlib.util.find_spec("flask"):
        yield Flask
