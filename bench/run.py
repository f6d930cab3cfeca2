"""Drives the server and its peers with the same load and prints ratios; see script/bench."""
import argparse
import concurrent.futures
import contextlib
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from databases import peers
from export import export
from growth import growth
from load import load
from records import SEEDS, batch_records, fill, path_to_one
from rounds import interleaved, ratio_to, report
from services import (AUTHORIZATION, BUILD, CONNECTIONS, ROOT, AccessServer, BarePistache, Dropzone,
                      Fastify, Fastify2, median_of, resident_megabytes, services, steady, wrk)
from siege import Siege
from targets import targets


def bare(program, *arguments):
    out = subprocess.run([BUILD / "bench" / program, *map(str, arguments)],
                         capture_output=True, text=True, check=True).stdout
    return float(out)


def bare_store(rows, seconds):
    """Rows a second of the bare SQLite loop, into a fresh file."""
    with tempfile.TemporaryDirectory(prefix="dropzone-bench.") as folder:
        record = pathlib.Path(folder) / "record.json"
        record.write_text(SEEDS[0])
        return {"rate": bare("bare_sqlite", record.with_name("b.db"), record, "write", rows, seconds)}


@contextlib.contextmanager
def all_services():
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(make()) for make in services()]


def single_store(options):
    with all_services() as running:
        answer = running[0].store(json.loads(SEEDS[0]))
        assert answer["stored"] == 1, answer
        contenders = {}

        def post(service, path):
            return lambda: wrk(service, path, options.seconds, "POST", SEEDS[0])

        for service in running:
            assert service.store(json.loads(SEEDS[0]))["stored"] == 1
            contenders[service.name] = post(service, "/store" + service.kind.replace("&", "?"))
        with BarePistache(json.dumps(answer)) as pistache:
            contenders[pistache.name] = post(pistache, "/store")
            for size in (1, 32, 1_000):
                contenders[f"bare SQLite, {size} a transaction"] = (
                    lambda size=size: bare_store(size, options.seconds))
            rows = interleaved(options, contenders)
    rates = report("single POST /store, durable", rows)
    below = min(rates["bare SQLite, 32 a transaction"], rates[BarePistache.name])
    targets.at_least("single store / lower of bare SQLite at 32 and bare Pistache",
                     rates[Dropzone.name] / below, 0.8)
    targets.at_least("single store / Fastify", ratio_to(rates, Fastify), 2.5)
    targets.at_most("single store, server CPU", rows[Dropzone.name]["cpu"], 50, "µs")


def batch_store(options):
    body = json.dumps(batch_records(10_000)).encode()

    def send(service):
        answer = service.request("POST", "/store" + service.kind.replace("&", "?"), body)
        assert answer["stored"] == 10_000

    def post(service, clients):
        def run():
            before = service.cpu_seconds()
            started = time.monotonic()
            with concurrent.futures.ThreadPoolExecutor(clients) as threads:
                list(threads.map(send, [service] * clients))
            taken = time.monotonic() - started
            records = 10_000 * clients
            cpu = (service.cpu_seconds() - before) / records * 1e6
            return {"rate": records / taken, "cpu": cpu, "p99": taken * 1e3}
        return run

    with all_services() as running:
        contenders = {service.name: post(service, 1) for service in running}
        contenders["bare SQLite, 1,000 a transaction"] = lambda: bare_store(1_000, 1)
        together = {service.name: post(service, 2) for service in running}
        for run in (contenders | together).values():
            run()  # warms
        rows = interleaved(options, contenders)
        rows_together = interleaved(options, together)
    rate = bare("bare_parse", ROOT / "tests/data/seed-records/file_0.json", 1)
    rows["bare parse"] = {"rate": rate * 1e6 / len(SEEDS[0])}
    rates = report("POST /store of 10,000", rows, "records/s")
    rates_together = report("POST /store of 10,000, two clients", rows_together, "records/s")
    targets.at_least("batch store / bare SQLite at 1,000",
                     rates[Dropzone.name] / rates["bare SQLite, 1,000 a transaction"], 0.7)
    targets.note("batch store / Fastify", ratio_to(rates, Fastify))
    targets.note("batch store / Fastify, two clients", ratio_to(rates_together, Fastify))


def read_loads(service, options):
    """The requests whose answers are checked here, then timed."""
    kind = service.kind
    key = service.get("/fetchKeys?limit=1" + kind)["keys"][0]
    assert len(service.get(f"/fetchMany?_id={key}{kind}")["records"]) == 1
    assert len(service.get(f"/fetchAll?limit=100{kind}")["records"]) == 100
    means = sorted(record["mean"] for record in all_records(service))
    threshold = (means[-101] + means[-100]) / 2
    body = json.dumps({"field": "mean", "operator": ">", "value": threshold})
    path = "/filter" + kind.replace("&", "?")
    hits = service.request("POST", path, body.encode())["records"]
    assert len(hits) == 100, len(hits)
    return {
        "fetchMany of one id": (f"/fetchMany?_id={key}{kind}",),
        "fetchAll limit 100": (f"/fetchAll?limit=100{kind}",),
        "fetchKeys limit 1,000": (f"/fetchKeys?limit=1000{kind}",),
        f"filter, 100 hits of {options.records:,}": (path, "POST", body),
    }


def reads(options):
    results = {}
    with all_services() as running:
        loads = {}
        for service in running:
            fill(service, options.records)
            loads[service] = read_loads(service, options)
        one = next(iter(loads[running[0]]))
        path = loads[running[0]][one][0]
        many = {f"{count} connections": lambda count=count: wrk(
            running[0], path, options.seconds, connections=count) for count in (CONNECTIONS, 512)}
        crowd = interleaved(options, many)
        with BarePistache(json.dumps(running[0].get(path))) as pistache:
            for title in loads[running[0]]:
                contenders = {
                    service.name: lambda service=service, load=load: wrk(
                        service, load[title][0], options.seconds, *load[title][1:])
                    for service, load in loads.items()}
                if title == one:
                    contenders[pistache.name] = lambda: wrk(pistache, "/", options.seconds)
                results[title] = interleaved(options, contenders)
    rates = {title: report(title, rows) for title, rows in results.items()}
    report("fetchMany of one id, more connections", crowd)
    targets.at_least("fetchMany of one / bare Pistache",
                     rates[one][Dropzone.name] / rates[one][BarePistache.name], 0.8)
    for title, wanted in zip(rates, (1.2, 2, 1.5, 1.5)):
        targets.at_least(f"{title} / Fastify on two processes",
                         ratio_to(rates[title], Fastify2), wanted)
    few, hundreds = (figures["rate"] for figures in crowd.values())
    targets.at_most("throughput lost or won with 512 connections", abs(1 - hundreds / few) * 100, 20,
                    "%")


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
            resident = resident_megabytes(service.process.pid)
            seconds = [service.start_seconds]
            for _ in range(options.rounds * 2):
                service.restart()
                seconds.append(service.start_seconds)
            milliseconds = statistics.median(seconds) * 1e3
            print(f"  {service.name:34} {milliseconds:8.0f} ms {resident:8.1f} MB resident",
                  flush=True)
            if make is Dropzone:
                targets.at_most("start on an empty store", milliseconds, 30, "ms")
                targets.at_most("idle memory", resident, 15, "MB")


def siege(options):
    """What slow and silent clients cost the others."""
    with Dropzone() as service:
        path = path_to_one(service)
        rows = {"dropzone, undisturbed": wrk(service, path, options.seconds)}
        with Siege(service):
            rows["dropzone, besieged"] = wrk(service, path, options.seconds)
    report("fetchMany of one id next to 500 slow senders and 25 clients that do not read", rows)


def scan(options):
    """A filter on a field without an index, over a million records."""
    count = options.scanned
    with Dropzone() as service:
        body = "\n".join(f'{{"n": {i}, "text": "{i:050}"}}' for i in range(10_000)).encode()
        for _ in range(0, count, 10_000):
            service.send("/store?return=counts", body, "application/x-ndjson")
        question = {"field": "n", "operator": "=", "value": -1}
        seconds, cpu = [], []
        for _ in range(max(3, options.rounds)):
            began = service.cpu_seconds()
            started = time.monotonic()
            assert service.request("POST", "/filter", json.dumps(question).encode())["records"] == []
            seconds.append(time.monotonic() - started)
            cpu.append(service.cpu_seconds() - began)
        service.restart()
        print(f"\n{count:,} records: scanned without an index in {min(seconds):.3f} s "
              f"(CPU {statistics.median(cpu):.3f} s); "
              f"start to first answer {service.start_seconds * 1e3:.0f} ms", flush=True)
    targets.at_most(f"scan of {count:,} without an index", min(seconds), 1, "s")
    targets.at_most(f"start on {count:,} records", service.start_seconds * 1e3, 1_000, "ms")


def latency(options):
    """Latencies at fixed rates, as shares of the rate that the server can do."""
    with Dropzone() as service:
        reads = (path_to_one(service), "GET", "")
        stores = ("/store?kind=measurements", "POST", SEEDS[0])
        for title, (path, method, body) in (("reads", reads), ("durable stores", stores)):
            full = statistics.median(wrk(service, path, options.seconds, method, body or None)["rate"]
                                     for _ in range(options.rounds))
            print(f"\nsingle {title}: full load is {full:,.0f} a second; latencies in ms at a share of it")
            for share in (0.25, 0.5, 0.8):
                figures = median_of([steady(service, path, share * full, options.seconds, method, body)
                                     for _ in range(options.rounds)])
                print(f"  {share:4.0%}  reached {figures['rate'] / full:4.0%}  p50 {figures['p50']:6.2f}  "
                      f"p99 {figures['p99']:6.2f}  p99.9 {figures['p999']:7.2f}", flush=True)
                if share == 0.5:
                    targets.at_most(f"p99 of single {title} at half load", figures["p99"],
                                    5 if body else 2, "ms")


def authentication(options):
    """CPU of a request with each sort of credentials, compared with that of a request to an open server."""
    with contextlib.ExitStack() as stack:
        unasked, *guarded = (stack.enter_context(AccessServer(mode))  # Each store grows alike.
                             for mode in ("open", "guarded", "guarded", "guarded"))
        by_password, by_key, by_token = guarded
        key = by_key.request("POST", "/auth/keys", b'{"name": "bench", "roles": "read,write"}')["key"]

        def token():  # It lives for five minutes.
            return by_token.request("POST", "/auth/token", b"")["access_token"]

        ways = {
            "on an open server": (unasked, lambda: None),
            "Basic": (by_password, lambda: ("Authorization", AUTHORIZATION)),
            "API key": (by_key, lambda: ("X-API-Key", key)),
            "Bearer": (by_token, lambda: ("Authorization", "Bearer " + token())),
        }
        reads = {service: path_to_one(service) for service in (unasked, *guarded)}
        stores = dict.fromkeys(reads, "/store?kind=measurements")
        for title, paths, load in (("fetchMany of one id", reads, ()),
                                   ("single POST /store", stores, ("POST", SEEDS[0]))):
            cpu = {name: [] for name in ways}
            for _ in range(options.rounds):
                for name, (service, credentials) in ways.items():
                    figures = wrk(service, paths[service], options.seconds, *load,
                                  credentials=credentials())
                    cpu[name].append(figures["cpu"])
            print(f"\nauthentication: {title}, CPU of the server a request, the least of all rounds")
            for name, runs in cpu.items():
                ratio = min(runs) / min(cpu["on an open server"])
                print(f"  {name:34} {min(runs):8.1f} us  this/unasked {ratio:.3f}", flush=True)
                if name != "on an open server":
                    targets.at_most(f"CPU of {title}: {name} over on an open server", ratio, 1.1, "x")


def pipelines(options):
    lines = subprocess.run([BUILD / "bench" / "pipelines"], capture_output=True, text=True,
                           check=True).stdout.splitlines()
    micros = {name: float(figure) for name, figure in (line.split("\t") for line in lines)}
    print("\na record from text to text, without HTTP and store: CPU")
    for name, figure in micros.items():
        print(f"  {name:34} {figure:8.2f} us", flush=True)
    targets.at_most("an event through ten steps over one through none",
                    micros["event, ten steps"] / micros["event, no step"], 2, "x")
    targets.at_most("a script of ten lines, on a measurement",
                    micros["measurement, ten lines of Lua"] - micros["measurement, no step"], 25, "us")
    targets.note("a step with if over one without",
                 micros["event, one step with if"] / micros["event, one step"])
    targets.note("a measurement through its steps over one through none",
                 micros["measurement, its steps"] / micros["measurement, no step"])


def rates_of_job(program, options):
    """By the name of each way: records a second, and MiB over idle."""
    with tempfile.TemporaryDirectory() as folder:
        lines = subprocess.run([BUILD / "bench" / program, folder, str(options.records), str(options.rounds)],
                               capture_output=True, text=True, check=True).stdout.splitlines()
    rates = {name: (float(rate), float(mib)) for name, rate, mib in (line.split("\t") for line in lines)}
    for name, (rate, _) in rates.items():
        print(f"  {name:34} {rate:8.0f} records/s", flush=True)
    return rates


def retransform(options):
    print(f"\n{options.records} stored records through another version of their pipeline, on SQLite")
    rates = rates_of_job("retransform", options)
    targets.at_least("a retransform over a bare loop", rates["job"][0] / rates["bare loop"][0], 0.7, "x")
    targets.at_most("memory of it over idle", rates["job"][1], 100, "MiB")


def replay(options):
    print(f"\n{options.records} rejects replayed by a job, on SQLite")
    rates = rates_of_job("replay", options)
    targets.at_least("a replay over storing the records", rates["replay"][0] / rates["storing"][0], 0.7, "x")
    targets.at_most("memory of a replay over idle", rates["replay"][1], 100, "MiB")


BENCHES = {"single": single_store, "batch": batch_store, "reads": reads, "start": start,
           "siege": siege, "scan": scan, "latency": latency,
           "authentication": authentication, "growth": growth,
           "pipelines": pipelines, "retransform": retransform, "replay": replay,
           "peers": peers, "load": load, "export": export}
USUAL = [name for name in BENCHES if name != "growth"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=5, help="of each load")
    parser.add_argument("--rounds", type=int, default=3, help="in which all take their turn")
    parser.add_argument("--records", type=int, default=100_000, help="to read among")
    parser.add_argument("--scanned", type=int, default=1_000_000, help="to scan without an index")
    parser.add_argument("--loaded", type=int, default=300_000, help="to store while others read")
    parser.add_argument("--exported", type=int, default=200_000, help="to export")
    parser.add_argument("--grow-to", type=int, default=1_000_000, help="the last size of growth")
    parser.add_argument("--only", default=",".join(USUAL), help="of " + ", ".join(BENCHES))
    options = parser.parse_args()
    for name in options.only.split(","):
        BENCHES[name](options)
    targets.print()


if __name__ == "__main__":
    sys.exit(main())
