import {useEffect, useRef, useState} from 'preact/hooks';
import {type JsonObject, toText} from '../../../json/parse';
import {useSession} from '../../../session/session';
import {Icon} from '../../../ui/icon';
import {lazy} from '../../../ui/lazy';
import {Menu} from '../../../ui/menu';
import {count} from '../../../ui/numbers';
import {saveFile} from '../../../ui/save_file';
import {Failure, Loading} from '../../../ui/states';
import {useLoaded} from '../../../ui/use_loaded';
import type {Brushed} from './chart';
import {type Plot, type PlotFields, figures, formatPlot, ofType} from './plot';
import {type PlotData, readPlot} from './plot_data';
import {pictureOf} from './picture';
import {PlotTable} from './plot_table';
import {csvOf, placeSays, titleOf} from './plot_text';

const Chart = lazy('the chart', async () => (await import('./chart')).default);

interface PlotPanelProps {
  plot: Plot;
  fields: PlotFields;
  request: JsonObject;  ///< What POST /filter selects the records by.
  round: number;        ///< Changes when it is to be read again.
  onChange(plot: Plot): void;
  onBrush(brushed: Brushed): void;
  onClose(): void;
}

/// A plot of all records that the filter selects, from figures that the server computes.
export function PlotPanel({plot, fields, request, round, onChange, onBrush, onClose}: PlotPanelProps) {
  const {client} = useSession();
  const [asTable, setAsTable] = useState(false);
  const [place, setPlace] = useState<number>();
  const canvas = useRef<HTMLCanvasElement | null>(null);
  const {value: data, problem, busy, reload} = useLoaded(signal => readPlot(client, request, plot, signal), [client, toText(request), formatPlot(plot), round]);
  const [shown, setShown] = useState<{plot: Plot; data: PlotData}>();
  useEffect(() => { if (data && !busy) setShown({plot, data}); }, [data, busy]);
  const image = () => pictureOf(canvas.current!, shown!.plot, shown!.data).toBlob(blob => { if (blob) saveFile('plot.png', blob); });
  const empty = shown?.data.xs.length === 0;
  return (
    <section class="plot" aria-label="Plot">
      <div class="plot-head">
        <Choices plot={plot} fields={fields} onChange={onChange} />
        <div class="toolbar push">
          <button type="button" class="button compact" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}><Icon name="records" />{asTable ? 'Chart' : 'Table'}</button>
          <Menu label="Save the plot" className="button compact" button={<><Icon name="download" />Save</>}>
            {!asTable && !empty && !problem && <button type="button" onClick={image}>Picture (PNG)</button>}
            <button type="button" disabled={!shown} onClick={() => saveFile('plot.csv', new Blob([csvOf(shown!.plot, shown!.data)], {type: 'text/csv'}))}>What is shown (CSV)</button>
          </Menu>
          <button type="button" class="button compact icon plain" aria-label="Close the plot" onClick={onClose}><Icon name="close" /></button>
        </div>
      </div>
      {problem?.code === 'scan_limit' && <p class="soft plot-empty">The store would have to read too many records for this plot. Filter them, then it can be plotted.</p>}
      {problem && problem.code !== 'scan_limit' && <Failure problem={problem} retry={reload} title="This cannot be plotted" />}
      {!problem && !shown && <Loading what="the plot" lines={4} />}
      {!problem && empty && <p class="soft plot-empty">None of these records has a value to plot.</p>}
      {!problem && shown && !empty && (asTable ?
        <PlotTable plot={shown.plot} data={shown.data} onBrush={onBrush} /> :
        <div class={busy ? 'plot-body busy' : 'plot-body'}>
          <Chart plot={shown.plot} data={shown.data} label={`${titleOf(shown.plot)}. The button Table shows it as a table.`} onBrush={onBrush} onPlace={setPlace}
            onCanvas={element => { canvas.current = element; }} />
          <p class="plot-foot small soft">
            <span class="foreign">{place !== undefined && place < shown.data.xs.length ? placeSays(shown.plot, shown.data, place) : <>{titleOf(shown.plot)}<span class="hint">. Drag across it to filter.</span></>}</span>
            {shown.data.leftOut > 0 && <span> {count(shown.data.leftOut, 'group')} left out</span>}
          </p>
          {shown.plot.by && shown.plot.type !== 'scatter' && <Legend data={shown.data} />}
        </div>)}
    </section>
  );
}

function Choices({plot, fields, onChange}: Pick<PlotPanelProps, 'plot' | 'fields' | 'onChange'>) {
  const {type, x, y, figure, by} = plot;
  const numbers = fields.numbers.length > 0;
  const select = (label: string, value: string, options: readonly (readonly [string, string])[], set: (value: string) => void) => (
    <label class="inline-field"><span>{label}</span>
      <select class="select compact" value={value} onChange={event => set(event.currentTarget.value)}>
        {(options.some(([name]) => name === value) ? options : [[value, value] as const, ...options]).map(([name, says]) => <option key={name} value={name}>{says}</option>)}
      </select>
    </label>
  );
  const named = (names: readonly string[]) => names.map(name => [name, name.slice(0, 60)] as const);
  const series = [['', 'nothing'] as const, ...named(fields.groups)];
  return (
    <div class="plot-choices">
      {select('Plot', type, [['time', 'over time'], ...(numbers ? [['histogram', 'histogram'], ['scatter', 'scatter']] as const : [])], value => onChange(ofType(value as Plot['type'], plot, fields)))}
      {type === 'time' && select('of', figure === 'count' ? 'count' : `${figure} ${y}`,
        [['count', 'count'], ...fields.numbers.flatMap(name => figures.slice(1).map(one => [`${one.name} ${name}`, `${one.says} of ${name.slice(0, 40)}`] as const))],
        value => {
          const [name = 'count', ...rest] = value.split(' ');
          onChange({...plot, figure: name as Plot['figure'], y: rest.join(' ')});
        })}
      {type === 'time' && select('along', x, named(fields.times), value => onChange({...plot, x: value}))}
      {type === 'histogram' && select('of', x, named(fields.numbers), value => onChange({...plot, x: value}))}
      {type === 'scatter' && select('of', y, named(fields.numbers), value => onChange({...plot, y: value}))}
      {type === 'scatter' && select('against', x, named(fields.numbers), value => onChange({...plot, x: value}))}
      {select('by', by, series, value => onChange({...plot, by: value}))}
    </div>
  );
}

function Legend({data}: {data: PlotData}) {
  return <ul class="legend" aria-label="Series">{data.series.map(({name}, index) => <li key={name}><i class={`swatch plot-${index + 1}`} /><span class="foreign">{name.slice(0, 60)}</span></li>)}</ul>;
}
