/// What a generated client saw of the same few calls.
export interface Outcome {
  stored: number;
  mean: unknown;
  lines: (string | undefined)[];
  found: string[];
  missing: string;
  patched: unknown;
  deleted: number;
}

export const kind = 'measurements';
export const records = [
  {_id: 'a', time_stamp: '2019-05-04T06:00:00-04:00', data: [1, 2, 4.5]},
  {_id: 'b', time_stamp: '2019-05-05T06:00:00-04:00', data: [7, 9]},
];
export const lines = '{"_id":"c","time_stamp":"2019-05-06T06:00:00-04:00","data":[3,5]}\n{"data":[]}\n';
export const basic = (user: string, password: string) => 'Basic ' + btoa(`${user}:${password}`);
/// For an answer that has what it must have.
export function must<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('the answer lacks what it must have');
  return value;
}
