import {useEffect, useState} from 'preact/hooks';
import {asProblem} from '../../api/problem';
import {outcomesOf} from '../../api/transform';
import type {Fault} from '../../api/types';
import {isObject} from '../../json/parse';
import {useSession} from '../../session/session';

/// What the kind's present pipeline makes of a text.
export type Trial =
  | {state: 'trying'}
  | {state: 'passes'; result: string}
  | {state: 'refused'; fault: Fault}
  | {state: 'failed'; problem: Fault};

const pause = 250;  // ms without a change before a text is tried

const notAnObject: Fault = {code: 'invalid_json', detail: 'A record is one JSON object: { … }.'};

/// A text that is not a JSON object goes to the server as it is, which says where it is wrong.
function bodyOf(text: string): string | undefined {
  try {
    return isObject(JSON.parse(text)) ? `[${text}]` : undefined;
  } catch {
    return text;
  }
}

/// Tries a text with the kind's pipeline, again after each pause in typing and in each `round`. Nothing is stored.
export function useTrial(kind: string, text: string, round: number): Trial {
  const {client} = useSession();
  const [trial, setTrial] = useState<Trial>({state: 'trying'});
  useEffect(() => {
    const control = new AbortController();
    const show = (next: Trial) => { if (!control.signal.aborted) setTrial(next); };
    const attempt = async () => {
      const body = bodyOf(text);
      if (body === undefined) return show({state: 'refused', fault: notAnObject});
      try {
        const [outcome] = outcomesOf(await client.text('transform', {method: 'POST', query: {kind}, body, signal: control.signal}));
        if (outcome?.fault) show({state: 'refused', fault: outcome.fault});
        else show({state: 'passes', result: outcome?.result ?? ''});
      } catch (thrown) {
        const {code, detail} = asProblem(thrown);
        show(code === 'invalid_json' ? {state: 'refused', fault: {code, detail}} : {state: 'failed', problem: {code, detail}});
      }
    };
    setTrial(old => (old.state === 'failed' ? {state: 'trying'} : old));
    const late = setTimeout(() => void attempt(), pause);
    return () => {
      clearTimeout(late);
      control.abort();
    };
  }, [client, kind, text, round]);
  return trial;
}
