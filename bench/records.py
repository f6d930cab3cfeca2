"""The records that the benchmarks store."""
import json

from services import ROOT

SEEDS = [(ROOT / f"tests/data/seed-records/file_{i}.json").read_text() for i in range(6)]


def batch_records(count):
    """Seed records whose means differ, so that filters select few of them."""
    seeds = [json.loads(seed) for seed in SEEDS]
    records = []
    for i in range(count):
        seed = dict(seeds[i % 6])
        seed["data"] = [value + i / count for value in seed["data"]]
        records.append(seed)
    return records


def ndjson(records):
    return "\n".join(map(json.dumps, records)).encode()


def fill(service, count):
    for begin in range(0, count, 5_000):
        service.store(batch_records(min(5_000, count - begin)))


def store_lines(service, body, shown="ids"):
    """Stores the records of a body of NDJSON, which get new ids; returns how many."""
    answer = service.send(f"/store?return={shown}{service.kind}", body, "application/x-ndjson")
    assert answer["rejected"] == 0, answer
    return answer["stored"]


def path_to_one(service):
    """Fills a service with 10,000 records, and returns how to fetch one of them."""
    fill(service, 10_000)
    key = service.get("/fetchKeys?limit=1" + service.kind)["keys"][0]
    return f"/fetchMany?_id={key}{service.kind}"
