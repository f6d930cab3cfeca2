import {useLayoutEffect, useRef} from 'preact/hooks';
import uPlot from 'uplot';
import type {Plot} from './plot';
import type {PlotData} from './plot_data';

export const colours = Array.from({length: 8}, (_, index) => `--plot-${index + 1}`);

/// A stretch along the bottom, and for dots one upwards, too.
export interface Brushed {
  x: [number, number];
  y?: [number, number];
}

interface ChartProps {
  plot: Plot;
  data: PlotData;
  label: string;
  onBrush(brushed: Brushed): void;
  /// The place under the pointer.
  onPlace(index: number | undefined): void;
  onCanvas(canvas: HTMLCanvasElement): void;
}

const shape = (element: Element) => {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {colour, font: `12px ${style.fontFamily}`};
};

const day = '\n{DD} {MMM}';
const dayOfYear = `${day} {YYYY}`;
/// How times are written, by how far ticks are apart: what changes with a year and with a day stands below.
const timeLabels: uPlot.Axis.Values = [
  [31_536_000, '{YYYY}', null, null, null, null, null, null, 1],
  [2_419_200, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [86_400, '{DD} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [60, '{HH}:{mm}', dayOfYear, null, day, null, null, null, 1],
  [1, '{HH}:{mm}:{ss}', dayOfYear, null, day, null, null, null, 1],
];

/// Room for dots at the edges.
const roomy: uPlot.Range.Function = (_u, least, greatest) => {
  const room = (greatest - least) * .03 || 1;
  return [least - room, greatest + room];
};

function drawDots(u: uPlot, sizes: readonly number[], stroke: string): void {
  const [xs, ys] = u.data;
  const most = Math.max(...sizes, 1);
  const {ctx} = u;
  ctx.save();
  ctx.fillStyle = stroke;
  ctx.globalAlpha = .65;
  xs.forEach((x, index) => {
    const y = ys?.[index];
    if (y === null || y === undefined) return;
    const radius = (2 + 8 * Math.sqrt(sizes[index]! / most)) * devicePixelRatio;
    ctx.beginPath();
    ctx.arc(u.valToPos(x, 'x', true), u.valToPos(y, 'y', true), radius, 0, 2 * Math.PI);
    ctx.fill();
  });
  ctx.restore();
}

function optionsOf(host: HTMLElement, {plot, data, onBrush, onPlace, onCanvas}: ChartProps): uPlot.Options {
  const {colour, font} = shape(host);
  const axis: uPlot.Axis = {stroke: colour('--soft'), font, grid: {stroke: colour('--line'), width: 1}, ticks: {stroke: colour('--line'), width: 1}};
  const dots = plot.type === 'scatter';
  const counted = plot.type === 'histogram' || plot.figure === 'count';
  const bars = !dots && counted && data.series.length === 1;
  const edges = [data.xs[0]!, data.xs.at(-1)! + data.step] as const;
  return {
    width: host.clientWidth,
    height: host.clientHeight,
    legend: {show: false},
    cursor: {drag: {x: true, y: dots, setScale: false, uni: 20}, points: {show: !dots && !bars}, y: dots},
    scales: {x: {time: plot.type === 'time', range: dots ? roomy : () => [edges[0], edges[1]]}, y: dots ? {range: roomy} : counted ? {range: (_u, _least, greatest) => [0, greatest > 0 ? greatest * 1.08 : 1]} : {}},
    axes: [plot.type === 'time' ? {...axis, size: 44, values: timeLabels} : {...axis, size: 32}, {...axis, size: 56}],
    tzDate: at => uPlot.tzDate(new Date(at * 1000), 'UTC'),
    series: [{}, ...data.series.map(({sizes}, index): uPlot.Series => {
      const stroke = colour(colours[index % colours.length]!);
      if (sizes) return {stroke, points: {show: false}, paths: () => null};
      if (bars) return {stroke, fill: stroke, width: 0, points: {show: false}, paths: uPlot.paths.bars!({align: 1, size: [.9, 100]})};
      return {stroke, width: 2, spanGaps: false, points: {show: data.xs.length < 60, size: 5}};
    })],
    hooks: {
      ready: [u => onCanvas(u.ctx.canvas)],
      draw: [u => data.series.forEach(({sizes}, index) => { if (sizes) drawDots(u, sizes, colour(colours[index]!)); })],
      setCursor: [u => onPlace(u.cursor.idx ?? undefined)],
      setSelect: [u => {
        const {left, top, width, height} = u.select;
        if (width < 3 && height < 3) return;
        const x: [number, number] = [u.posToVal(left, 'x'), u.posToVal(left + width, 'x')];
        onBrush(dots && height >= 3 ? {x, y: [u.posToVal(top + height, 'y'), u.posToVal(top, 'y')]} : {x});
        u.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
      }],
    },
  };
}

/// A picture of the data. What it shows is in a table, too, for those who do not see it.
export default function Chart(props: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const {data, plot, label} = props;
  // Together with the text below: nobody drags across a chart that is about to be replaced.
  useLayoutEffect(() => {
    const element = host.current!;
    let chart: uPlot | undefined;
    const draw = () => {
      chart?.destroy();
      const options = optionsOf(element, {...latest.current,
        onBrush: brushed => latest.current.onBrush(brushed), onPlace: index => latest.current.onPlace(index)});
      chart = new uPlot(options, [data.xs, ...data.series.map(({values}) => values)], element);
    };
    draw();
    const sizes = new ResizeObserver(() => chart?.setSize({width: element.clientWidth, height: element.clientHeight}));
    sizes.observe(element);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', draw);
    return () => {
      sizes.disconnect();
      dark.removeEventListener('change', draw);
      chart?.destroy();
    };
  }, [data, plot]);
  return <div class="chart" ref={host} role="img" aria-label={label} />;
}
