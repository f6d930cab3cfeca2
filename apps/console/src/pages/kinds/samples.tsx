import {useState} from 'preact/hooks';
import type {Problem} from '../../api/problem';
import {Icon} from '../../ui/icon';
import {count} from '../../ui/numbers';
import {PickList} from '../../ui/pick_list';
import {Empty, Failure, Loading} from '../../ui/states';
import {Tabs} from '../../ui/tabs';
import {type Sample, lineOf, pasted} from './sample';
import type {Outcome} from './trial';

export type Source = 'stored' | 'rejects' | 'pasted';
const sources = [{name: 'stored', title: 'Stored last'}, {name: 'rejects', title: 'Rejects'}, {name: 'pasted', title: 'Pasted'}] as const;

interface SamplesProps {
  source: Source;
  samples: readonly Sample[] | undefined;
  problem: Problem | undefined;
  chosen: Sample | undefined;
  outcomes: Map<string, Outcome> | undefined;
  onSource(source: Source): void;
  onChoose(sample: Sample): void;
  onPaste(samples: Sample[]): void;
  retry(): void;
}

/// The records that the definition is tried on, and how each fares.
export function Samples(props: SamplesProps) {
  const {source, samples, problem, outcomes, onSource, onPaste, retry} = props;
  const refusedCount = [...(outcomes?.values() ?? [])].filter(({error}) => error).length;
  return (
    <section class="samples" aria-label="Samples">
      <div class="section-head"><h2>Samples</h2>
        {outcomes && outcomes.size > 0 && (
          <span class={`badge ${refusedCount > 0 ? 'bad' : 'good'}`}>{refusedCount > 0 ? `${refusedCount} of ${count(outcomes.size, 'record')} refused` : `${count(outcomes.size, 'record')} fine`}</span>
        )}
      </div>
      <Tabs<Source> label="Where samples come from" tabs={sources} chosen={source} onChoose={onSource}>
        {source === 'pasted' && <PasteForm onPaste={onPaste} />}
        {problem && <Failure problem={problem} retry={retry} title="The samples could not be read" />}
        {!samples && !problem && <Loading what="samples" />}
        {samples?.length === 0 && source === 'stored' && <Empty icon="records" title="Nothing is stored yet"><p>Paste a record to try the pipeline on.</p></Empty>}
        {samples?.length === 0 && source === 'rejects' && <Empty icon="done" title="No rejects"><p>What this kind refuses is kept here until somebody mends it.</p></Empty>}
        {samples && samples.length > 0 && <SampleList {...props} samples={samples} />}
      </Tabs>
    </section>
  );
}

function SampleList({samples, chosen, outcomes, onChoose}: SamplesProps & {samples: readonly Sample[]}) {
  return (
    <PickList label="Sample records" items={samples} keyOf={({key}) => key} chosen={chosen?.key} onChoose={onChoose}>
      {sample => {
        const outcome = outcomes?.get(sample.key);
        const state = !outcome ? 'none' : outcome.error ? 'bad' : 'good';
        return (
          <>
            <span class={`dot ${state}`} /><span class="visually-hidden">{state === 'none' ? 'Not tried' : state === 'bad' ? 'Refused' : 'Fine'}</span>
            <span class="sample-text"><b class="foreign">{sample.title.slice(0, 80)}</b><code class="soft foreign">{lineOf(sample)}</code></span>
          </>
        );
      }}
    </PickList>
  );
}

function PasteForm({onPaste}: {onPaste(samples: Sample[]): void}) {
  const [text, setText] = useState('');
  const [fault, setFault] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    try {
      onPaste(pasted(text));
      setFault('');
    } catch (thrown) {
      setFault((thrown as Error).message);
    }
  };
  return (
    <form class="paste-sample" onSubmit={submit}>
      <textarea class="code" rows={5} value={text} aria-label="Records to try" placeholder={'{"at": "2026-05-04T10:00:00Z"}'} spellcheck={false}
        onInput={event => setText(event.currentTarget.value)} />
      {fault && <small class="fault" role="alert">{fault}</small>}
      <button type="submit" class="button compact" disabled={text.trim() === ''}><Icon name="play" />Try these</button>
    </form>
  );
}
