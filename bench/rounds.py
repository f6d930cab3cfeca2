"""Contenders take turns in rounds; what each has done is shown as ratios."""
from services import Dropzone, median_of


def interleaved(options, contenders):
    """Lets each contender run once in every round, so that all see the same machine; medians."""
    runs = {name: [] for name in contenders}
    for _ in range(options.rounds):
        for name, run in contenders.items():
            runs[name].append(run())
    return {name: median_of(figures) for name, figures in runs.items()}


def report(title, rows, unit="requests/s"):
    """Prints what each has done, the server first; returns the rates by name."""
    print(f"\n{title}")
    own = next(iter(rows.values()))
    for name, figures in rows.items():
        extra = f"  p99 {figures['p99']:.2f} ms" if "p99" in figures else ""
        if "cpu" in figures:
            extra += f"  CPU {figures['cpu']:.{2 if figures['cpu'] < 10 else 0}f} us"
        ratio = ""
        if figures["rate"] == 0:
            ratio = "  not one in the time"
        elif figures is not own:
            ratio = f"  dropzone/this {own['rate'] / figures['rate']:.2f}"
        print(f"  {name:34} {figures['rate']:12,.0f} {unit}{extra}{ratio}", flush=True)
    return {name: figures["rate"] for name, figures in rows.items()}


def ratio_to(rates, peer):
    return rates[Dropzone.name] / rates[peer.name] if rates.get(peer.name) else None
