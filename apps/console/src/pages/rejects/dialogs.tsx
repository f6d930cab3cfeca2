import type {ComponentChildren} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';
import {cancelJob} from '../../api/jobs';
import {type Problem, asProblem} from '../../api/problem';
import {useSession} from '../../session/session';
import {Dialog} from '../../ui/dialog';
import {JobProgress} from '../../ui/job_progress';
import {count, number} from '../../ui/numbers';
import {Failure, Loading, Notice} from '../../ui/states';
import {useLoaded} from '../../ui/use_loaded';
import type {Selection} from './groups';
import {type Progress, type Replayed, remove, replay} from './work';

interface DialogProps {
  selection: Selection;
  many: number;
  onClose(changed: boolean): void;
}

/// Shows what a replay would do, then does it.
export function ReplayRejects({selection, many, onClose}: DialogProps) {
  return (
    <Task<Replayed> title={`Replay ${count(many, 'reject')}?`} work={replay} selection={selection} onClose={onClose}
      failed="The replay stopped here. What was stored is stored"
      ask={found => (found.stored + found.alreadyStored > 0 ? `Replay, store ${number(found.stored)}` : undefined)}
      foretell={found => (
        <>
          <p>They run through the present pipelines of their kinds. This is what would become of them:</p>
          <ReplaySums found={found} words={['Would be stored', 'Stored already', 'Refused again']} />
          {found.stored + found.alreadyStored === 0 && <Notice tone="warn" icon="warning">None would pass. Correct them, or the pipeline of the kind, first.</Notice>}
          <ReplayResults found={found} />
        </>
      )}
      report={found => (
        <>
          <Notice tone="good" icon="done" role="status"><strong>{count(found.stored, 'record')} stored</strong></Notice>
          <ReplaySums found={found} words={['Stored', 'Stored already', 'Refused again']} />
          <ReplayResults found={found} />
        </>
      )} />
  );
}

/// Shows how many would be deleted, then deletes them.
export function DeleteRejects({selection, many, onClose}: DialogProps) {
  return (
    <Task<number> title={`Delete ${count(many, 'reject')}?`} work={remove} selection={selection} onClose={onClose} danger
      failed="It stopped here. What was deleted is gone"
      ask={found => (found > 0 ? `Delete ${count(found, 'reject')} for good` : undefined)}
      foretell={found => <p><b>{count(found, 'reject')}</b> would be deleted, with the bytes that arrived. This cannot be undone.</p>}
      report={found => <Notice tone="good" icon="done" role="status">{count(found, 'reject')} deleted.</Notice>} />
  );
}

function ReplaySums({found, words}: {found: Replayed; words: [string, string, string]}) {
  const rows: [string, number][] = [[words[0], found.stored], [words[1], found.alreadyStored], [words[2], found.refused]];
  if (found.missing > 0) rows.push(['Gone meanwhile', found.missing]);
  return <dl class="sums">{rows.map(([word, value]) =>
    <div key={word} class={word === words[2] && value > 0 ? 'bad' : ''}><dt>{word}</dt><dd class="number">{number(value)}</dd></div>)}</dl>;
}

function ReplayResults({found: {results}}: {found: Replayed}) {
  if (results.length === 0) return null;
  return (
    <div class="differences bounded" tabIndex={0} role="region" aria-label="The first of them">
      <table>
        <thead><tr><th scope="col">Reject</th><th scope="col">Result</th></tr></thead>
        <tbody>{results.slice(0, 20).map(({rejectId, status, _id, error}) => (
          <tr key={rejectId}>
            <th scope="row"><code>{rejectId}</code></th>
            <td>{error ? <><code>{error.code}</code> <span class="foreign soft">{error.detail.slice(0, 300)}</span></> :
              status === 'missing' ? 'gone' : <>record <code class="foreign">{(_id ?? '').slice(0, 100)}</code></>}</td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

interface TaskProps<Found> {
  title: string;
  selection: Selection;
  danger?: boolean;
  failed: string;
  work(work: Parameters<typeof replay>[0]): Promise<Found>;
  foretell(found: Found): ComponentChildren;
  ask(found: Found): string | undefined;  ///< What the button says; undefined: there is nothing to do.
  report(found: Found): ComponentChildren;
  onClose(changed: boolean): void;
}

/// A dry run, a question, the work, and its report.
function Task<Found>({title, selection, danger, failed, work, foretell, ask, report, onClose}: TaskProps<Found>) {
  const {client} = useSession();
  const [progress, setProgress] = useState<Progress>();
  const [state, setState] = useState<{doing?: boolean; done?: Found; problem?: Problem}>({});
  const control = useRef(new AbortController());
  useEffect(() => () => control.current.abort(), []);
  const asked = useLoaded(signal => work({client, selection, dryRun: true, signal, onProgress: setProgress}), []);
  const start = async () => {
    setProgress(undefined);
    setState({doing: true});
    try {
      setState({done: await work({client, selection, dryRun: false, signal: control.current.signal, onProgress: setProgress})});
    } catch (thrown) {
      setState({problem: asProblem(thrown)});
    }
  };
  const begun = state.doing || state.done !== undefined || state.problem !== undefined;
  const button = asked.value === undefined ? undefined : ask(asked.value);
  const job = progress?.job;
  return (
    <Dialog title={title} onClose={() => onClose(begun)}>
      {asked.problem && <Failure problem={asked.problem} retry={asked.reload} title="Nothing was done yet: it could not be tried" />}
      {!begun && asked.busy && (progress ? <Steps progress={progress} label="Tried" /> : <Loading what="what would happen" lines={3} />)}
      {!begun && asked.value !== undefined && foretell(asked.value)}
      {state.doing && <Steps progress={progress ?? {done: 0, total: null}} label="Done" />}
      {state.problem && <Failure problem={state.problem} title={failed} />}
      {state.done !== undefined && report(state.done)}
      <div class="toolbar">
        {!begun && button && <button type="button" class={`button ${danger ? 'danger' : 'primary'}`} onClick={start}>{button}</button>}
        {state.doing && job && <button type="button" class="button danger" onClick={() => void cancelJob(client, job).catch(() => {})}>Stop the job</button>}
        <button type="button" class="button" onClick={() => onClose(begun)}>{!begun && button ? 'Cancel' : 'Close'}</button>
      </div>
    </Dialog>
  );
}

function Steps({progress: {done, total, job}, label}: {progress: Progress; label: string}) {
  if (job) return <JobProgress job={job} label={label} />;
  return (
    <>
      {total === null ? <progress aria-label={label} /> : <progress max={total} value={done} aria-label={label} />}
      <p class="soft small number" role="status">{total === null ? 'Working…' : `${number(done)} of ${number(total)}`}</p>
    </>
  );
}
