import {formatLocation} from '../../router/location';
import {Icon} from '../../ui/icon';
import {bytes, count, duration, number} from '../../ui/numbers';
import {Failure} from '../../ui/states';
import {saveFile} from '../../ui/save_file';
import type {Upload} from './upload';

const titles = {running: 'Storing', paused: 'Paused', done: 'Done', cancelled: 'Stopped'};

/// The progress of storing, and in the end its result.
export function Storing({upload, kind, onAgain}: {upload: Upload; kind: string; onAgain(): void}) {
  const {progress, source} = upload;
  const {state, stored, replaced, skipped, rejected, read, seconds, problem, refused} = progress;
  const records = stored + replaced + skipped + rejected;
  const over = state === 'done' || state === 'cancelled';
  const share = source.size > 0 ? Math.min(1, read / source.size) : 1;
  const left = share > 0 ? seconds / share - seconds : 0;
  return (
    <>
      <div class="card storing">
        <div class="storing-head">
          <h2>{titles[state]}: <span class="foreign">{source.name}</span></h2>
          <span class="soft number">{bytes(read)} of {bytes(source.size)}</span>
        </div>
        <progress max={1} value={state === 'done' ? 1 : share} aria-label="Stored" />
        <p class="soft number" role="status">
          {over ? `${count(records, 'record')} in ${duration(seconds)}` :
            records === 0 ? 'The first records are on their way…' :
            `${count(records, 'record')} · ${number(Math.round(records / Math.max(seconds, .001)))} a second · about ${duration(left)} left`}
        </p>
        <dl class="sums">
          <div><dt>Stored</dt><dd class="number">{number(stored)}</dd></div>
          <div><dt>Replaced</dt><dd class="number">{number(replaced)}</dd></div>
          <div><dt>Skipped</dt><dd class="number">{number(skipped)}</dd></div>
          <div class={rejected > 0 ? 'bad' : ''}><dt>Refused</dt><dd class="number">{number(rejected)}</dd></div>
        </dl>
        {problem && <Failure problem={problem} title={state === 'paused' ? 'Paused: what was confirmed is stored' : 'It stopped here: what was confirmed is stored'} />}
        <div class="toolbar">
          {state === 'running' && <button type="button" class="button" onClick={() => upload.pause()}><Icon name="pause" />Pause</button>}
          {state === 'paused' && <button type="button" class="button primary" onClick={() => upload.resume()}><Icon name="play" />Resume</button>}
          {!over && <button type="button" class="button danger" onClick={() => upload.cancel()}>Stop</button>}
          {over && <a class="button primary" href={formatLocation({path: ['records', kind]})}><Icon name="records" />Look at the records</a>}
          {over && <button type="button" class="button" onClick={onAgain}>Drop another</button>}
          {over && <button type="button" class="button" onClick={() => saveFile('report.ndjson', upload.file())}><Icon name="download" />Report</button>}
        </div>
      </div>
      {refused.length > 0 && (
        <section class="card refused">
          <h2>Not stored{refused.length < rejected && `, the first ${number(refused.length)}`}</h2>
          <div class="differences" tabIndex={0} role="region" aria-label="Records that were not stored">
            <table>
              <thead><tr><th scope="col">Record</th><th scope="col">_id</th><th scope="col">Reason</th></tr></thead>
              <tbody>{refused.map(({record, id, code, detail}) => (
                <tr key={record}>
                  <td class="number">{number(record)}</td><td><span class="foreign">{(id ?? '–').slice(0, 100)}</span></td>
                  <td><code>{code}</code><br /><span class="foreign soft">{detail}</span></td>
                </tr>
              ))}</tbody>
            </table>
          </div>
        </section>
      )}
    </>
  );
}
