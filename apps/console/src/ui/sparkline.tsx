/// The course of a number, without axes: the number itself must stand next to it.
export function Sparkline({values}: {values: readonly number[]}) {
  const [width, height] = [120, 32];
  const most = Math.max(...values, Number.MIN_VALUE);
  const points = values.map((value, index) =>
    `${(index / Math.max(1, values.length - 1) * width).toFixed(1)},${(height - 1 - value / most * (height - 2)).toFixed(1)}`);
  return (
    <svg class="sparkline" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {points.length > 1 && <><polygon points={`0,${height} ${points.join(' ')} ${width},${height}`} /><polyline points={points.join(' ')} /></>}
    </svg>
  );
}
