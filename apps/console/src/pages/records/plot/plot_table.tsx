import type {Brushed} from './chart';
import {heightOf, placeText, valueText} from './plot_text';
import type {Plot} from './plot';
import type {PlotData} from './plot_data';

/// What the chart shows, in numbers. A row filters as a brush does.
export function PlotTable({plot, data, onBrush}: {plot: Plot; data: PlotData; onBrush(brushed: Brushed): void}) {
  const {xs, series, labels, step} = data;
  return (
    <div class="plot-table differences" tabIndex={0} role="region" aria-label="The plot as a table">
      <table>
        <thead><tr>
          {labels && <th scope="col"><span class="foreign">{plot.by.slice(0, 60)}</span></th>}
          <th scope="col"><span class="foreign">{plot.x.slice(0, 60)}</span></th>
          {series.map(({name, sizes}) => <><th scope="col"><span class="foreign">{(name || heightOf(plot)).slice(0, 60)}</span></th>{sizes && <th scope="col">records</th>}</>)}
          {step > 0 && <th scope="col"><span class="visually-hidden">Filter</span></th>}
        </tr></thead>
        <tbody>{xs.map((x, index) => {
          const place = placeText(plot, data, x);
          return (
            <tr key={index}>
              {labels && <th scope="row"><span class="foreign">{labels[index]!.slice(0, 100)}</span></th>}
              {labels ? <td class="number">{valueText(x)}</td> : <th scope="row" class="number">{place}</th>}
              {series.map(({values, sizes}) => <><td class="number">{valueText(values[index] ?? null)}</td>{sizes && <td class="number">{valueText(sizes[index]!)}</td>}</>)}
              {step > 0 && <td><button type="button" class="button compact plain" aria-label={`Filter to ${place}`} onClick={() => onBrush({x: [x, xs[index + 1] ?? x + step]})}>Filter</button></td>}
            </tr>
          );
        })}</tbody>
      </table>
    </div>
  );
}
