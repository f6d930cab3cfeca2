import {useEffect, useRef, useState} from 'preact/hooks';
import {type Problem, asProblem} from '../api/problem';

export interface Polled<T> {
  value?: T;
  problem?: Problem;
  refresh(): void;
}

/// Loads again and again, `pause` ms after each answer, as long as `active` and somebody looks at the
/// page. After a failure the last value stays, and it goes on.
export function usePolled<T>(load: (signal: AbortSignal) => Promise<T>, pause: number, inputs: readonly unknown[], active = true): Polled<T> {
  const [state, setState] = useState<{value?: T; problem?: Problem}>({});
  const again = useRef<() => void>(() => {});
  useEffect(() => {
    const control = new AbortController();
    let late: ReturnType<typeof setTimeout> | undefined;
    let busy = false;
    const turn = async () => {
      clearTimeout(late);
      if (busy || document.hidden) return;
      busy = true;
      try {
        const value = await load(control.signal);
        if (!control.signal.aborted) setState({value});
      } catch (thrown) {
        if (!control.signal.aborted) setState(({value}) => ({...(value === undefined ? {} : {value}), problem: asProblem(thrown)}));
      }
      busy = false;
      if (active && !control.signal.aborted) late = setTimeout(turn, pause);
    };
    again.current = () => void turn();
    void turn();
    document.addEventListener('visibilitychange', again.current);
    return () => {
      control.abort();
      clearTimeout(late);
      document.removeEventListener('visibilitychange', again.current);
    };
  }, [...inputs, active]);
  return {...state, refresh: () => again.current()};
}
