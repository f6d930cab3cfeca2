import {useCallback, useEffect, useState} from 'preact/hooks';
import {Problem, asProblem} from '../api/problem';

/// Something that is loaded: its value once it is there, or the problem. While it is loaded again,
/// the old value stays.
export interface Loaded<T> {
  value?: T;
  problem?: Problem;
  busy: boolean;
  reload(): void;
}

/// Loads when shown, and again whenever `inputs` change. What is on its way then is given up.
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>, inputs: readonly unknown[]): Loaded<T> {
  const [state, setState] = useState<{value?: T; problem?: Problem; busy: boolean}>({busy: true});
  const [round, setRound] = useState(0);
  useEffect(() => {
    const control = new AbortController();
    setState(({value}) => ({...(value === undefined ? {} : {value}), busy: true}));
    load(control.signal).then(
        value => { if (!control.signal.aborted) setState({value, busy: false}); },
        thrown => { if (!control.signal.aborted) setState({problem: asProblem(thrown), busy: false}); });
    return () => control.abort();
  }, [...inputs, round]);
  return {...state, reload: useCallback(() => setRound(count => count + 1), [])};
}
