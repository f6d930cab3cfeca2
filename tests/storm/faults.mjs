// All that can become of a call of Datastore, at random; see tests/datastore/fault_proxy.mjs.
import {setTimeout as pause} from 'node:timers/promises';
import {answering, faults, saying, spoil} from '../datastore/fault_proxy.mjs';

const fail = (code, status) => async context => (await context.forward(), saying(code, status)(context));

/// Makes faults of a random source. Deliveries that are still to come are in `pending`.
export function randomFaults(random, pending = new Set()) {
  const later = (work, most) => {
    const done = pause(random() * most).then(work).catch(() => {}).finally(() => pending.delete(done));
    pending.add(done);
  };
  const hollow = [{}, {error: {code: 503, status: 'UNAVAILABLE', message: 'away'}}, {hello: 'world'}, {batch: {}},
                  {mutationResults: [], found: [], missing: [], batch: {entityResults: []}}];
  const kinds = {
    dropped: faults.dropped, unavailable: faults.unavailable, unavailableText: faults.unavailableText, aborted: faults.aborted,
    cut: faults.cut, garbage: faults.garbage, lost: faults.lost, slow: faults.slow,
    delayed: async ({forward, pass}) => (await pause(random() * 300), pass(await forward())),
    internal: saying(500, 'INTERNAL'), exhausted: saying(429, 'RESOURCE_EXHAUSTED'), late: saying(504, 'DEADLINE_EXCEEDED'),
    doneInternal: fail(500, 'INTERNAL'), doneUnavailable: fail(503, 'UNAVAILABLE'), doneLate: fail(504, 'DEADLINE_EXCEEDED'),
    // A result that is taken out of a query's answer leaves no trace.
    spoiled: answering(answer => answer.batch ? answer : spoil(answer, random)),
    hollow: answering(() => hollow[Math.floor(random() * hollow.length)]),
    doubled: async ({forward, pass}) => {
      const first = await forward();
      await forward();
      pass(first);
    },
    doubledAtOnce: async ({forward, pass}) => pass(await Promise.any([forward(), forward()])),
    deliveredAgain: async ({forward, pass}) => {
      pass(await forward());
      later(forward, 800);
    },
    held: ({forward, request}) => {
      request.socket.destroy();
      later(forward, 800);
    },
  };
  const names = Object.keys(kinds);
  return {names, kinds, pending, any: () => kinds[names[Math.floor(random() * names.length)]]};
}
