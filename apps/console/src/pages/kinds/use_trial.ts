import {useEffect, useRef, useState} from 'preact/hooks';
import {type Problem, asProblem} from '../../api/problem';
import {useSession} from '../../session/session';
import type {Definition} from './definition';
import type {Sample} from './sample';
import {type Trial, tryDefinition} from './trial';

const pause = 250;  // ms after the last key, before the server is asked

export interface Tried {
  trial?: Trial;      ///< The last that succeeded.
  problem?: Problem;  ///< What is wrong with the definition now.
  busy: boolean;
}

/// Tries a definition whenever it, the samples or the chosen one change.
export function useTrial(kind: string, definition: Definition | undefined, samples: readonly Sample[] | undefined, chosen: Sample | undefined): Tried {
  const {client} = useSession();
  const [state, setState] = useState<Tried>({busy: true});
  const last = useRef(definition);  // Only typing is waited for.
  useEffect(() => {
    if (!definition || !samples) return undefined;
    const control = new AbortController();
    setState(old => ({...old, busy: true}));
    const timer = setTimeout(() => {
      tryDefinition(client, kind, definition, samples, chosen, control.signal).then(
          trial => { if (!control.signal.aborted) setState({trial, busy: false}); },
          thrown => { if (!control.signal.aborted) setState(({trial}) => ({...(trial ? {trial} : {}), problem: asProblem(thrown), busy: false})); });
    }, last.current === definition ? 0 : pause);
    last.current = definition;
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [client, kind, definition, samples, chosen?.key]);
  return state;
}
