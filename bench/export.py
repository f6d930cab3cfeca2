"""An export against a bare loop that reads the same rows and writes them to a socket."""
import re
import socket
import time

from records import batch_records, ndjson, store_lines
from rounds import interleaved, report
from services import AUTHORIZATION, BareExport, Dropzone
from targets import targets

BATCH = 10_000
TAIL = 256  # bytes; the last line is shorter


def drain(service, path):
    """Reads an answer to its end as fast as it comes; returns its seconds and its last bytes."""
    buffer = memoryview(bytearray(256 * 1024))
    with socket.create_connection(("127.0.0.1", service.port), timeout=60) as connection:
        started = time.monotonic()
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                           f"Authorization: {AUTHORIZATION}\r\n\r\n".encode())
        tail = b""
        while count := connection.recv_into(buffer):
            tail = (tail + bytes(buffer[max(0, count - TAIL):count]))[-TAIL:]
        return time.monotonic() - started, tail


def draining(service, path, count, seconds):
    """Exports again and again: a single one takes too little time for the kernel's clock of CPU time."""
    def run():
        taken, times, before = 0, 0, service.cpu_seconds()
        while taken < seconds:
            more, tail = drain(service, path)
            end = re.search(rb'\{"_export":\{"complete":true,"records":(\d+)\}\}\n', tail)
            assert end and int(end[1]) == count, tail
            taken, times = taken + more, times + 1
        cpu = (service.cpu_seconds() - before) / (count * times)
        return {"rate": count * times / taken, "cpu": cpu * 1e6}
    return run


def export(options):
    body = ndjson(batch_records(BATCH))
    with Dropzone() as service:
        count = sum(store_lines(service, body) for _ in range(0, options.exported, BATCH))
        with BareExport(service.folder / "store.db") as bare:
            for title, parameter in (("export", ""), ("export with originals", "&original")):
                path = f"/export?kind=measurements&end{parameter}"
                contenders = {each.name: draining(each, path, count, options.seconds)
                              for each in (service, bare)}
                for run in contenders.values():
                    run()  # warms
                rates = report(f"{title} of {count:,}", interleaved(options, contenders), "records/s")
                targets.at_least(f"{title} / bare loop over SQLite",
                                 rates[service.name] / rates[bare.name], 0.8)
