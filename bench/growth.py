"""How the cost of each operation grows with the store: CPU time of the server a request, as a plot."""
import json
import math
import time

from services import ROOT, Dropzone, wrk

PLOT = ROOT / "docs/performance.svg"
BATCH = 10_000
KIND = "kind=measurements"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 420, 70, 190, 20, 50
COLOURS = ["#1b6ca8", "#c0392b", "#2e8b57", "#b8860b", "#6a3d9a", "#555555"]


def body(begin):
    """Small measurements, a second apart, so that ten million fit a disk; their means differ."""
    def line(i):
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_556_704_800 + i))
        return f'{{"time_stamp": "{moment}", "data": [{i}, {i + 1}]}}'
    return "\n".join(line(i) for i in range(begin, begin + BATCH)).encode()


def fill(service, begin, end):
    """Returns the server's CPU time for each record, in microseconds."""
    before = service.cpu_seconds()
    for first in range(begin, end, BATCH):
        answer = service.send(f"/store?{KIND}&return=counts", body(first), "application/x-ndjson")
        assert answer["stored"] == BATCH
    return (service.cpu_seconds() - before) / (end - begin) * 1e6


def scan_cost(service):
    """Microseconds of CPU for a thousand records, whatever else was stored by now. Repeated if
    it is so short that the kernel's clock of CPU time is too coarse for it."""
    count = {"kind": "measurements", "aggregate": {"count": True}}
    size = service.request("POST", "/filter", json.dumps(count).encode())["aggregate"]["count"]
    # No index says who lacks a field.
    question = json.dumps({"kind": "measurements", "field": "mean", "operator": "EXISTS", "value": False})
    times = max(1, 1_000_000 // size)
    before = service.cpu_seconds()
    for _ in range(times):
        assert service.request("POST", "/filter", question.encode())["records"] == []
    return (service.cpu_seconds() - before) / times / size * 1e9


def costs(service, size, seconds):
    """Microseconds of CPU a request, by operation."""
    middle = {"kind": "measurements", "field": "mean", "operator": ">", "value": size // 2}
    key = service.request("POST", "/filter", json.dumps(middle | {"limit": 1}).encode())
    key = key["records"][0]["_id"]
    last = json.dumps(middle | {"value": size - 100})
    loads = {
        "fetchMany of one": (f"/fetchMany?{KIND}&_id={key}",),
        "fetchAll limit 100": (f"/fetchAll?{KIND}&limit=100",),
        "fetchKeys limit 1,000": (f"/fetchKeys?{KIND}&limit=1000",),
        "filter, 100 by index": ("/filter", "POST", last),
    }
    found = {"scan, a thousand records": scan_cost(service)}
    # Last, for it makes the store larger.
    loads["store one"] = (f"/store?{KIND}", "POST",
                          '{"time_stamp": "2019-05-01T10:00:00Z", "data": [-1, -2]}')
    for name, load in loads.items():
        found[name] = wrk(service, load[0], seconds, *load[1:])["cpu"]
    return found


def growth(options):
    sizes = [size for size in (10_000, 100_000, 1_000_000, 10_000_000) if size <= options.grow_to]
    table = {}
    with Dropzone() as service:
        filled = 0
        for size in sizes:
            batch = fill(service, filled, size)
            filled = size
            table[size] = {"store, each of 10,000": batch} | costs(service, size, options.seconds)
            service.restart()
            file = (service.folder / "store.db").stat().st_size
            print(f"\n{size:,} records: file {file / 1e6:,.0f} MB, start "
                  f"{service.start_seconds * 1e3:.0f} ms", flush=True)
            for name, cost in table[size].items():
                print(f"  {name:28} {cost:10.1f} us of CPU", flush=True)
    PLOT.write_text(plot(table))
    print(f"\nwritten: {PLOT.relative_to(ROOT)}")


def plot(table):
    """Both axes logarithmic; a line for each operation."""
    sizes = sorted(table)
    names = list(table[sizes[0]])
    values = [cost for costs_of in table.values() for cost in costs_of.values()]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    left, right = math.log10(sizes[0]), math.log10(sizes[-1])

    def x(size):
        return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(size) - left) / max(right - left, 1)

    def y(cost):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (math.log10(cost) - low) / (high - low)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
             'font-family="sans-serif" font-size="12">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    for power in range(low, high + 1):
        height = y(10 ** power)
        parts.append(f'<path d="M{LEFT} {height:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
                     f'<text x="{LEFT - 8}" y="{height + 4:.1f}" text-anchor="end">{10 ** power:,}</text>')
    for size in sizes:
        parts.append(f'<text x="{x(size):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{size:,}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">records in the store</text>'
                 f'<text transform="translate(16 {HEIGHT / 2}) rotate(-90)" text-anchor="middle">µs of server CPU a request</text>')
    for number, name in enumerate(names):
        colour = COLOURS[number % len(COLOURS)]
        dash = ' stroke-dasharray="5 3"' if number >= len(COLOURS) else ""
        points = [(x(size), y(table[size][name])) for size in sizes]
        line = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        parts += [f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3" fill="{colour}"/>' for px, py in points]
    # Labels at the ends of their lines, kept apart from each other.
    below = TOP
    for name in sorted(names, key=lambda name: y(table[sizes[-1]][name])):
        number = names.index(name)
        below = max(below + 15, y(table[sizes[-1]][name]) + 4)
        parts.append(f'<text x="{WIDTH - RIGHT + 10}" y="{below:.1f}" '
                     f'fill="{COLOURS[number % len(COLOURS)]}">{name}</text>')
    return "\n".join(parts + ["</svg>"]) + "\n"
