import {useState} from 'preact/hooks';
import type {Metrics} from '../../api/metrics';
import {number} from '../../ui/numbers';
import {Tabs} from '../../ui/tabs';
import {ofRoutes, ofStore, seconds} from './figures';

const views = [{name: 'routes', title: 'Requests'}, {name: 'store', title: 'Store'}] as const;

type View = (typeof views)[number]['name'];

/// How long requests take by route, and the store's calls by operation.
export function Latencies({metrics}: {metrics: Metrics}) {
  const [view, setView] = useState<View>('routes');
  const rows = view === 'routes' ? ofRoutes(metrics) : ofStore(metrics);
  return (
    <section class="card pad">
      <h2>Latencies since the start</h2>
      <Tabs<View> label="Latencies" tabs={views} chosen={view} onChoose={setView}>
        <div class="differences bounded" tabIndex={0} role="region" aria-label="Latencies">
          <table class="figures">
            <thead><tr><th scope="col">{view === 'routes' ? 'Route' : 'Operation'}</th><th scope="col">Count</th><th scope="col">Failed</th>
              <th scope="col">50 %</th><th scope="col">95 %</th><th scope="col">99 %</th></tr></thead>
            <tbody>{rows.map(({name, count, failed, quantiles}) => (
              <tr key={name}>
                <th scope="row"><code>{name}</code></th><td>{number(count)}</td><td class={failed > 0 ? 'bad' : ''}>{number(failed)}</td>
                {quantiles.map((value, index) => <td key={index}>{seconds(value)}</td>)}
              </tr>
            ))}</tbody>
          </table>
        </div>
      </Tabs>
    </section>
  );
}
