import {duration} from './numbers';

/// How long ago a time is, in its largest unit: "now", "42 s ago", "3 min ago", "2 h ago", "5 d ago".
export function ago(time: string, now = Date.now()): string {
  const seconds = (now - Date.parse(time)) / 1000;
  if (seconds < 5) return 'now';
  if (seconds >= 86_400) return `${Math.floor(seconds / 86_400)} d ago`;
  return `${duration(seconds).split(' ').slice(0, 2).join(' ')} ago`;
}

/// A time, as how long ago it is; the exact one shows when somebody points at it.
export function Moment({time}: {time: string}) {
  return <time class="number" dateTime={time} title={time}>{ago(time)}</time>;
}
