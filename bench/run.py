"""Drives the server and its peers with the same load and prints ratios; see script/bench."""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

from services import (BUILD, CONNECTIONS, ROOT, BarePistache, Dropzone, resident_megabytes, services, wrk)
from siege import Siege

SEEDS = [(ROOT / f"tests/data/seed-records/file_{i}.json").read_text() for i in range(6)]


def bare(program, *arguments):
    out = subprocess.run([BUILD / "bench" / program, *map(str, arguments)],
                         capture_output=True, text=True, check=True).stdout
    return float(out)


def seed_file(folder):
    path = folder / "record.json"
    path.write_text(SEEDS[0])
    return path


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


def path_to_one(service):
    """Fills a service with 10,000 records, and returns how to fetch one of them."""
    fill(service, 10_000)
    key = service.get("/fetchKeys?limit=1" + service.kind)["keys"][0]
    return f"/fetchMany?_id={key}{service.kind}"


def siege(options):
    """What slow and silent clients cost the others."""
    with Dropzone() as service:
        path = path_to_one(service)
        rows = [("dropzone, undisturbed", wrk(service, path, options.seconds))]
        with Siege(service):
            rows.append(("dropzone, besieged", wrk(service, path, options.seconds)))
    report("fetchMany of one id beside 500 slow senders and 25 clients that do not read", rows)


def scan(options):
    """A filter on a field without an index, over a million records."""
    count = options.scanned
    with Dropzone() as service:
        body = "\n".join(f'{{"n": {i}, "text": "{i:050}"}}' for i in range(10_000)).encode()
        for _ in range(0, count, 10_000):
            service.send("/store?return=counts", body, "application/x-ndjson")
        question = {"field": "n", "operator": "=", "value": -1}
        seconds = []
        for _ in range(3):
            started = time.monotonic()
            assert service.request("POST", "/filter", json.dumps(question).encode())["records"] == []
            seconds.append(time.monotonic() - started)
        service.restart()
        print(f"\n{count:,} records: scanned without an index in {min(seconds):.3f} s; "
              f"start to first answer {service.start_seconds * 1e3:.0f} ms", flush=True)


def half_load(options):
    """Latency of reads at half of the rate that the server can do."""
    with Dropzone() as service:
        path = path_to_one(service)
        full = wrk(service, path, options.seconds)
        pause = CONNECTIONS * 2 / full["rate"]
        half = wrk(service, path, options.seconds, pause_ms=round(pause * 1e3))
        print(f"\nfetchMany at {half['rate'] / full['rate']:.0%} of full load: "
              f"p99 {half['p99']:.2f} ms", flush=True)


BENCHES = {"single": single_store, "batch": batch_store, "reads": reads, "start": start,
           "siege": siege, "scan": scan, "half": half_load}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=5, help="of each load")
    parser.add_argument("--records", type=int, default=100_000, help="to read among")
    parser.add_argument("--scanned", type=int, default=1_000_000, help="to scan without an index")
    parser.add_argument("--only", default=",".join(BENCHES), help="of " + ", ".join(BENCHES))
    options = parser.parse_args()
    for name in options.only.split(","):
        BENCHES[name](options)


if __name__ == "__main__":
    sys.exit(main())
