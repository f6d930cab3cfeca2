import {useEffect, useRef, useState} from 'preact/hooks';
import {type Problem, asProblem} from '../api/problem';

export interface Polled<T> {
  value?: T;
  problem?: Problem;
  refresh(): void;
}

/// Loads when shown, and again `pause` ms after each answer, as long as `active` and somebody looks at
/// the page. Once it is not active, nothing changes any more. After a failure the last value stays,
/// and it goes on.
export function usePolled<T>(load: (signal: AbortSignal) => Promise<T>, pause: number, inputs: readonly unknown[], active = true): Polled<T> {
  const [state, setState] = useState<{value?: T; problem?: Problem}>({});
  const running = useRef(active);
  running.current = active;
  const turns = useRef({next: () => {}, now: () => {}});
  useEffect(() => {
    const control = new AbortController();
    let late: ReturnType<typeof setTimeout> | undefined;
    let busy = false;
    const turn = async (wanted: boolean) => {
      clearTimeout(late);
      if (busy) return;
      busy = true;
      const show = (next: (old: {value?: T}) => {value?: T; problem?: Problem}) => {
        if (!control.signal.aborted && (wanted || running.current)) setState(next);
      };
      try {
        const value = await load(control.signal);
        show(() => ({value}));
      } catch (thrown) {
        show(({value}) => ({...(value === undefined ? {} : {value}), problem: asProblem(thrown)}));
      }
      busy = false;
      if (!control.signal.aborted) late = setTimeout(next, pause);
    };
    const next = () => { if (running.current && !document.hidden) void turn(false); };
    turns.current = {next, now: () => void turn(true)};
    void turn(true);
    document.addEventListener('visibilitychange', next);
    return () => {
      control.abort();
      clearTimeout(late);
      document.removeEventListener('visibilitychange', next);
    };
  }, inputs);
  useEffect(() => { turns.current.next(); }, [active]);
  return {...state, refresh: () => turns.current.now()};
}
