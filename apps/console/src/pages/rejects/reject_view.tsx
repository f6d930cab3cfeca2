import {useMemo, useState} from 'preact/hooks';
import {asProblem} from '../../api/problem';
import type {Fault, Reject, StoreReport} from '../../api/types';
import {faultyPlace} from '../../json/scan';
import {useSession} from '../../session/session';
import {Icon} from '../../ui/icon';
import {JsonText} from '../../ui/json_text';
import {Moment} from '../../ui/moment';
import {count, number} from '../../ui/numbers';
import {Refusal} from '../../ui/refusal';
import {Failure, Loading, Notice} from '../../ui/states';
import {useLoaded} from '../../ui/use_loaded';
import {TryResult} from './try_result';
import {useTrial} from './use_trial';

interface RejectViewProps {
  id: string;
  kind: string;
  round: number;
  onStored(record: string): void;
  onGone(): void;
  onDelete: (() => void) | undefined;
}

/// One reject: its bytes with the place marked, the reason, and a text to correct.
export function RejectView({id, kind, round, onStored, onGone, onDelete}: RejectViewProps) {
  const {client} = useSession();
  const {value: reject, problem, reload} = useLoaded(signal => client.json<Reject>(`rejects/${id}`, {signal}), [client, id, round]);
  if (problem?.code === 'not_found') {
    return <Notice tone="warn" icon="warning" role="status"><strong>This reject is gone</strong>
      <span>It was stored or deleted meanwhile. <button type="button" class="button compact" onClick={onGone}>Go on</button></span></Notice>;
  }
  if (problem) return <Failure problem={problem} retry={reload} title="The reject could not be read" />;
  if (!reject) return <Loading what="the reject" lines={8} />;
  return <Opened reject={reject} kind={kind} round={round} onStored={onStored} onDelete={onDelete} />;
}

/// The bytes as text; what is not UTF-8 cannot be shown.
function textOf({original, originalBase64}: Reject): string {
  if (original !== undefined) return original;
  return new TextDecoder().decode(Uint8Array.from(atob(originalBase64 ?? ''), letter => letter.charCodeAt(0)));
}

function Opened({reject, kind, round, onStored, onDelete}: {reject: Reject} & Pick<RejectViewProps, 'kind' | 'round' | 'onStored' | 'onDelete'>) {
  const text = useMemo(() => textOf(reject), [reject]);
  const places = useMemo(() => (reject.errors ?? [reject]).map(({pointer, detail}) => ({pointer: pointer ?? '', detail})), [reject]);
  const [place, setPlace] = useState(0);
  const {pointer} = places[place] ?? {pointer: ''};
  return (
    <div class="reject">
      <section class="arrived"><h3>As it arrived</h3>
        <JsonText label="As it arrived" text={text} mark={faultyPlace(text, pointer)} />
        {reject.originalBase64 !== undefined && <p class="soft small">Some bytes are not UTF-8. They are shown as �.</p>}
      </section>
      <section class="reason"><h3>Why it was refused</h3>
        <Refusal title="It was refused" fault={reject} />
        {places.length > 1 && (
          <ul class="faults" aria-label="All faults">
            {places.map((fault, index) => (
              <li key={index}><button type="button" aria-pressed={index === place} onClick={() => setPlace(index)}>
                <code class="foreign">{fault.pointer.slice(0, 100) || '/'}</code><span class="foreign">{fault.detail.slice(0, 200)}</span></button></li>
            ))}
          </ul>
        )}
        {(reject.errorCount ?? 0) > places.length && <p class="soft small">There are {number(reject.errorCount!)} faults.</p>}
        <p class="soft small">Received <Moment time={reject.receivedAt} />{(reject.times ?? 1) > 1 &&
          <>, {count(reject.times!, 'time')} since <time dateTime={reject.firstReceivedAt}>{reject.firstReceivedAt}</time></>}</p>
      </section>
      <Correction reject={reject} kind={kind} round={round} text={text} onStored={onStored} onDelete={onDelete} />
    </div>
  );
}

interface CorrectionProps extends Pick<RejectViewProps, 'kind' | 'round' | 'onStored' | 'onDelete'> {
  reject: Reject;
  text: string;
}

/// The text to correct, and what the pipeline makes of it while somebody types.
function Correction({reject: {rejectId}, kind, round, text, onStored, onDelete}: CorrectionProps) {
  const {client, access} = useSession();
  const [draft, setDraft] = useState(text);
  const [refused, setRefused] = useState<Fault>();
  const [busy, setBusy] = useState(false);
  const trial = useTrial(kind, draft, round);
  const changed = draft !== text;
  const mayStore = access.can('write', kind);
  const title = mayStore ? 'Correct it' : 'Try a correction';

  const store = async () => {
    setBusy(true);
    setRefused(undefined);
    try {
      const {results} = changed ? await client.json<StoreReport>(`rejects/${rejectId}`, {method: 'PUT', body: draft}) :
        await client.json<StoreReport>('rejects/replay', {method: 'POST', body: {rejectIds: [rejectId]}});
      const {error, _id} = results[0]!;
      if (error) throw Object.assign(new Error(error.detail), {fault: error});
      onStored(_id ?? rejectId);
    } catch (thrown) {
      setRefused(faultOf(thrown));
      setBusy(false);
    }
  };

  return (
    <>
      <section class="correct">
        <h3>{title}</h3>
        <textarea class="code" aria-label={title} rows={12} spellcheck={false} value={draft} onInput={event => {
          setDraft(event.currentTarget.value);
          setRefused(undefined);
        }} />
        <div class="toolbar">
          {mayStore && <button type="button" class="button primary" disabled={busy || trial.state !== 'passes'} onClick={store}>
            <Icon name={changed ? 'done' : 'play'} />{changed ? 'Store the corrected one' : 'Replay it'}</button>}
          {changed && <button type="button" class="button" onClick={() => { setDraft(text); setRefused(undefined); }}>Undo</button>}
          {onDelete && <button type="button" class="button danger push" onClick={onDelete}><Icon name="trash" />Delete</button>}
        </div>
      </section>
      <section class="result"><h3>Result</h3>
        {refused ? <Refusal title="It was not stored" fault={refused} /> : <TryResult trial={trial} />}
        {!changed && trial.state === 'refused' && <p class="soft small">Change the text: the result follows while you type.</p>}
      </section>
    </>
  );
}

/// Why a correction was not stored. An answer of 409 or 422 says so in its report.
function faultOf(thrown: unknown): Fault {
  if (thrown instanceof Error && 'fault' in thrown) return thrown.fault as Fault;
  const problem = asProblem(thrown);
  const results = problem.members['results'] as StoreReport['results'] | undefined;
  return results?.[0]?.error ?? {code: problem.code, detail: problem.detail};
}
