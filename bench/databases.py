"""Batches against what else a user could have chosen: PouchDB Server and PostgreSQL."""
import contextlib
import datetime
import json
import statistics
import time

from postgresql import TUNING, PostgreSql, installed
from records import batch_records, ndjson, store_lines
from rounds import interleaved, report
from services import Dropzone, PouchDb
from targets import targets

RECORDS = 20_000  # that each contender stores in a round
SMALL, LARGE = 1_000, 10_000

# The columns that the kind "measurements" has indexes of.
TABLE = """
CREATE TABLE records (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), time_utc timestamptz NOT NULL,
  mean float8 NOT NULL, stdev float8 NOT NULL, original jsonb NOT NULL, transformed jsonb NOT NULL);
CREATE INDEX ON records (time_utc);
CREATE INDEX ON records (mean);
CREATE INDEX ON records (stdev);
"""
INTO = "records (time_utc, mean, stdev, original, transformed)"


def rate_of(seconds, size):
    return {"rate": len(seconds) * size / sum(seconds)}


def posting(batches, size, post):
    """Sends the batches one after the other, each when the one before is stored."""
    def run():
        seconds = []
        for batch in batches:
            started = time.monotonic()
            stored = post(batch)
            seconds.append(time.monotonic() - started)
            assert stored == size, stored
        return rate_of(seconds, size)
    return run


def row(record):
    """A record's columns as texts: all that the pipeline would make of it is there already."""
    moment = datetime.datetime.fromisoformat(record["time_stamp"]).astimezone(datetime.timezone.utc)
    time_utc = moment.isoformat()
    mean = statistics.fmean(record["data"])
    stdev = statistics.stdev(record["data"], mean)
    transformed = json.dumps({"timeUTC": time_utc, "mean": mean, "stdev": stdev})
    return time_utc, repr(mean), repr(stdev), json.dumps(record), transformed


def copy_of(rows):
    return f"COPY {INTO} FROM STDIN;\n" + "".join("\t".join(row) + "\n" for row in rows) + "\\.\n"


def insert_of(rows):
    values = ",\n".join(f"('{at}', {mean}, {stdev}, '{original}', '{shown}')"
                        for at, mean, stdev, original, shown in rows)
    return f"INSERT INTO {INTO} VALUES {values};\n"


def pouchdb_contenders(stack, parts):
    if not PouchDb.program.exists():
        print("pouchdb-server is not installed and is left out", flush=True)
        return {}
    service = stack.enter_context(PouchDb())
    assert service.request("PUT", "/bench")["ok"]

    def post(body):
        answers = service.request("POST", "/bench/_bulk_docs", body)
        return sum(answer.get("ok", False) for answer in answers)

    bodies = [json.dumps({"docs": part}).encode() for part in parts(SMALL)]
    return {SMALL: {f"pouchdb-server, _bulk_docs of {SMALL:,}": posting(bodies, SMALL, post)}}


def running(database, statements, size):
    script = "\\timing on\n" + "".join(statements)

    def run():
        before = int(database.value("SELECT count(*) FROM records"))
        seconds = database.seconds(script)
        assert int(database.value("SELECT count(*) FROM records")) == before + RECORDS
        assert len(seconds) == len(statements)
        return rate_of(seconds, size)
    return run


def postgresql_contenders(stack, parts):
    """As Debian installs it, and with settings for much to store."""
    programs = installed()
    if programs is None:
        print("PostgreSQL is not installed and is left out", flush=True)
        return {}
    contenders = {SMALL: {}, LARGE: {}}
    for name, tuning in (("PostgreSQL", {}), ("PostgreSQL, tuned", TUNING)):
        database = stack.enter_context(PostgreSql(programs, tuning))
        database.seconds(TABLE)
        for verb, statement_of, size in (("INSERT", insert_of, SMALL), ("COPY", copy_of, SMALL),
                                         ("COPY", copy_of, LARGE)):
            statements = [statement_of(map(row, part)) for part in parts(size)]
            contenders[size][f"{name}, {verb} of {size:,}"] = running(database, statements, size)
    return contenders


def peers(options):
    records = batch_records(RECORDS)

    def parts(size):
        return [records[begin:begin + size] for begin in range(0, RECORDS, size)]

    def own_name(size):
        return f"dropzone, NDJSON of {size:,}"

    with contextlib.ExitStack() as stack:
        service = stack.enter_context(Dropzone())
        contenders = {}
        for size in (SMALL, LARGE):
            bodies = [ndjson(part) for part in parts(size)]
            contenders[size] = {own_name(size): posting(
                bodies, size, lambda body: store_lines(service, body))}
        for others in (pouchdb_contenders(stack, parts), postgresql_contenders(stack, parts)):
            for size, more in others.items():
                contenders[size] |= more
        figures = interleaved(options, contenders[SMALL] | contenders[LARGE])
    for size, names in contenders.items():
        rows = {name: figures[name] for name in names}
        rates = report(f"batches of {size:,}, one after the other", rows, "records/s")
        for name in list(rates)[1:]:
            ratio = rates[own_name(size)] / rates[name]
            if "INSERT" in name or "tuned" in name:
                targets.note(f"batch of {size:,} / {name}", ratio)
            else:
                targets.at_least(f"batch of {size:,} / {name}", ratio, 2 if "COPY" in name else 12)
