import type {Plot} from './plot';
import type {PlotData} from './plot_data';
import {titleOf} from './plot_text';

const margin = 12;  // px, as are the others
const line = 22;

/// The chart on paper, with its title and the names of its series.
export function pictureOf(chart: HTMLCanvasElement, plot: Plot, {series}: PlotData): HTMLCanvasElement {
  const style = getComputedStyle(document.documentElement);
  const {fontFamily} = getComputedStyle(document.body);
  const scale = devicePixelRatio;
  const named = series.filter(({name}) => name !== '');
  const head = (named.length > 0 ? 2 : 1) * line + margin;
  const picture = document.createElement('canvas');
  picture.width = chart.width;
  picture.height = chart.height + head * scale;
  const context = picture.getContext('2d')!;
  context.scale(scale, scale);
  const width = picture.width / scale;
  context.fillStyle = style.getPropertyValue('--paper');
  context.fillRect(0, 0, width, picture.height / scale);
  context.fillStyle = style.getPropertyValue('--ink');
  context.font = `600 13px ${fontFamily}`;
  context.fillText(titleOf(plot), margin, line, width - 2 * margin);
  context.font = `12px ${fontFamily}`;
  let left = margin;
  named.forEach(({name}, index) => {
    const text = name.slice(0, 60);
    const room = (width - 2 * margin) / named.length - 36;
    context.fillStyle = style.getPropertyValue(`--plot-${index + 1}`);
    context.fillRect(left, 2 * line - 10, 10, 10);
    context.fillStyle = style.getPropertyValue('--ink');
    context.fillText(text, left + 16, 2 * line, room);
    left += 36 + Math.min(room, context.measureText(text).width);
  });
  context.drawImage(chart, 0, head, chart.width / scale, chart.height / scale);
  return picture;
}
