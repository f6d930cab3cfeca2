// Whether the responses to clients about a few records can be true: there must be an order in which the operations
// took effect one after the other, each between its request and its answer (linearizability). The search is Wing and
// Gong's, which remembers what it has tried.

/// The search took too many steps: many operations of which nobody knows whether they took effect allow too many orders.
export class Undecided extends Error {}

/// Finds such an order, or returns nothing. Throws Undecided after so many steps.
///
/// An operation has `began` and `ended`, of one clock, and `apply(records)`, which returns the records as the operation
/// leaves them, or undefined if it cannot have been answered so. One that is `maybe` may have taken effect at any time
/// since it began, or never. `records` are compared by their JSON.
export function explain(operations, records, steps = 1_000_000) {
  const definite = operations.filter(({maybe}) => !maybe).sort((a, b) => a.ended - b.ended);
  const maybes = operations.filter(({maybe}) => maybe);
  const all = [...definite, ...maybes];
  const open = new Set(all.keys());
  const tried = new Set();
  const path = [];

  function search(state) {
    let deadline = Infinity;  // The first answer of those that are left: nothing comes before them that began later.
    for (let i = 0; i < definite.length; ++i) {
      if (open.has(i)) {
        deadline = definite[i].ended;
        break;
      }
    }
    if (deadline === Infinity) return true;
    const place = `${[...open].join()} ${JSON.stringify(state)}`;
    if (tried.has(place)) return false;
    tried.add(place);
    if (tried.size > steps) throw new Undecided();
    for (const [i, operation] of all.entries()) {
      if (!open.has(i) || operation.began > deadline) continue;
      const next = operation.apply(state);
      if (next === undefined || (operation.maybe && next === state)) continue;
      open.delete(i);
      path.push(operation);
      if (search(next)) return true;
      path.pop();
      open.add(i);
    }
    return false;
  }
  return search(records) ? path : undefined;
}

/// An `apply` on the record of an index: `change(record)` returns the new one (null: there is none), or undefined.
export const on = (index, change) => records => {
  const next = change(records[index]);
  if (next === undefined) return undefined;
  if (next === records[index]) return records;
  return records.with(index, next);
};

/// The history in words, for a person who looks for the fault.
export function describe(operations) {
  const origin = Math.min(...operations.map(({began}) => began));
  const time = ms => Number.isFinite(ms) ? (ms - origin).toFixed(1).padStart(9) : '      ...';
  return [...operations].sort((a, b) => a.began - b.began)
      .map(({began, ended, maybe, what}) => `${time(began)} ${time(ended)} ${maybe ? 'maybe ' : '      '}${what}`).join('\n');
}
