"""Reads while many records are being loaded."""
import statistics
import time

from records import batch_records, ndjson, path_to_one, store_lines
from services import Dropzone, before_others, begin_steady, end_steady, steady
from targets import targets

READS = 1_000  # a second
BATCH = 10_000
LONGEST = 3_600  # seconds that a load may take


def load(options):
    """Single reads at a fixed rate: undisturbed, then next to a client that stores batches."""
    body = ndjson(batch_records(BATCH))
    quiet, busy, rates = [], [], []
    for _ in range(options.rounds):
        with Dropzone() as service:  # Each round loads into a small store.
            path = path_to_one(service)
            quiet.append(steady(service, path, READS, options.seconds, prepare=before_others))
            reads = begin_steady(service, path, READS, LONGEST, prepare=before_others)
            started = time.monotonic()
            for _ in range(0, options.loaded, BATCH):
                assert store_lines(service, body) == BATCH
            rates.append(options.loaded / (time.monotonic() - started))
            reads.terminate()
            busy.append(end_steady(reads))
    print(f"\nsingle reads, {READS:,} a second, while {options.loaded:,} records are stored in batches "
          f"of {BATCH:,} ({statistics.median(rates):,.0f} records/s); latencies in ms")
    for name, runs in (("undisturbed", quiet), ("during the load", busy)):
        shown = {figure: statistics.median(run[figure] for run in runs) for figure in runs[0]}
        print(f"  {name:34} reached {shown['rate'] / READS:4.0%}  p50 {shown['p50']:6.2f}  "
              f"p99 {shown['p99']:6.2f}  p99.9 {shown['p999']:7.2f}  max {shown['max']:7.2f}", flush=True)
    # Of each round by itself, since a machine has quiet and busy minutes.
    ratio = statistics.median(loud["p99"] / calm["p99"] for loud, calm in zip(busy, quiet))
    targets.at_most("p99 of single reads during a load over undisturbed", ratio, 3, "x")
