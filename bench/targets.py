"""Targets next to what was measured."""


class Targets:
    def __init__(self):
        self.rows = []

    def at_least(self, name, measured, wanted, unit="x"):
        self._add(name, measured, f"at least {wanted:g} {unit}", unit,
                  measured is not None and measured >= wanted)

    def at_most(self, name, measured, wanted, unit):
        self._add(name, measured, f"at most {wanted:g} {unit}", unit, measured <= wanted)

    def note(self, name, measured):
        self._add(name, measured, "reported", "x", measured is not None)

    def print(self):
        """As a table in Markdown, for docs/performance.md."""
        if not self.rows:
            return
        print("\n| figure | target | measured | reached |\n| --- | --- | --- | --- |")
        for row in self.rows:
            print("| " + " | ".join(row) + " |")

    def _add(self, name, measured, wanted, unit, reached):
        shown = "not measured" if measured is None else f"{measured:.3g} {unit}"
        self.rows.append((name, wanted, shown, "yes" if reached else "no"))


targets = Targets()  # Of this run.
