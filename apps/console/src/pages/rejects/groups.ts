import {newestFirst} from '../../api/times';
import type {Reject} from '../../api/types';

/// What the page keeps of each reject while it is in a list: not its bytes.
export interface Refused {
  id: string;
  kind: string;
  code: string;
  step: string;     ///< Empty if no step refused it.
  pointer: string;  ///< Where its fault is; empty if nothing says so.
  detail: string;
  value: string;    ///< The beginning of what is there.
  times: number;
  receivedAt: string;
}

export const refusedOf = ({rejectId, kind, code, step, pointer, detail, value, times, receivedAt}: Reject): Refused => ({
  id: rejectId, kind, code, step: step ?? '', pointer: pointer ?? '', detail: detail.slice(0, 500), value: (value ?? '').slice(0, 100),
  times: times ?? 1, receivedAt,
});

/// Rejects that have the same fault at the same place.
export interface Group {
  key: string;
  kind: string;
  code: string;
  step: string;
  place: string;       ///< The pointer, with `*` for every index of an array.
  rejects: Refused[];  ///< The newest first.
  times: number;       ///< How often one of them arrived.
}

const placeOf = (pointer: string): string => pointer.replaceAll(/\/\d+(?=\/|$)/g, '/*');

/// The rejects by kind, code, step and place: the group with the newest reject first.
export function groupsOf(rejects: readonly Refused[]): Group[] {
  const groups = new Map<string, Group>();
  for (const reject of rejects) {
    const {kind, code, step, pointer, times} = reject;
    const place = placeOf(pointer);
    const key = JSON.stringify([kind, code, step, place]);
    const group = groups.get(key) ?? {key, kind, code, step, place, rejects: [], times: 0};
    group.rejects.push(reject);
    group.times += times;
    groups.set(key, group);
  }
  const found = [...groups.values()];
  for (const group of found) group.rejects.sort(newestFirst);
  return found.sort((left, right) => newestFirst(left.rejects[0]!, right.rejects[0]!));
}

/// Rejects, in the words of the API.
export type Selection = {rejectIds: string[]} | {kind: string; code: string; step?: string; receivedBefore: string};

/// A group as the server can select it: by its kind, code and step if no other group has these, so
/// that its size does not matter; else by ids. What arrives later is not selected.
export function selectionOf(group: Group, groups: readonly Group[], complete: boolean): Selection {
  const {kind, code, step, rejects} = group;
  const alike = groups.filter(other => other.kind === kind && other.code === code && (step === '' || other.step === step));
  if (!complete || alike.length > 1) return {rejectIds: rejects.map(({id}) => id)};
  const after = new Date(Date.parse(rejects[0]!.receivedAt) + 1).toISOString();
  return {kind, code, ...(step ? {step} : {}), receivedBefore: after};
}
