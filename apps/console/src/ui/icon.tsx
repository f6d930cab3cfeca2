/// Pictures of one line, 24 by 24, in the colour of the text around them.
const paths = {
  records: 'M4 5h16v14H4zM4 10h16M4 14.5h16M10 10v9',
  drop: 'M12 3v11m0 0 4-4m-4 4-4-4M4 16v4h16v-4',
  kinds: 'M12 3 3 8l9 5 9-5zM3 12l9 5 9-5M3 16l9 5 9-5',
  rejects: 'M4 13h4l2 3h4l2-3h4M4 13 7 5h10l3 8v6H4z',
  operations: 'M3 12h4l3-8 4 16 3-8h4',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c1-4 4-5 8-5s7 1 8 5',
  key: 'M14.5 9.5a4.5 4.5 0 1 1-2-2L20 4v4h-3v3h-2z',
  sign_out: 'M14 4h6v16h-6M10 8l-4 4 4 4M6 12h9',
  warning: 'M12 4 2.5 20h19zM12 10v4M12 17v.01',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8v.01',
  done: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8 12.5l2.7 2.7L16 9.5',
  close: 'M6 6l12 12M18 6 6 18',
  search: 'M11 17.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM16 16l4.5 4.5',
  filter: 'M4 5h16l-6 8v6l-4-2v-4z',
  plus: 'M12 5v14M5 12h14',
  up: 'M12 19V6m0 0-5 5m5-5 5 5',
  down: 'M12 5v13m0 0 5-5m-5 5-5-5',
  chevron: 'M9 6l6 6-6 6',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  download: 'M12 4v11m0 0 4-4m-4 4-4-4M5 20h14',
  edit: 'M4 20h4L19 9l-4-4L4 16zM13 7l4 4',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
  columns: 'M4 5h16v14H4zM9.3 5v14M14.6 5v14',
  refresh: 'M20 11a8 8 0 1 0-2 6M20 5v6h-6',
  play: 'M7 5l12 7-12 7z',
  pause: 'M8 5v14M16 5v14',
  shield: 'M12 3l8 3v6c0 5-3.5 8-8 9-4.500-1-8-4-8-9V6zM8.500 12l2.500 2.500 4.500-5',
  plot: 'M4 4v16h16M8 16v-4M12 16V8M16 16v-6',
  compare: 'M5 4v16M19 4v16M9 8h6M9 12h6M9 16h6',
} as const;

export type IconName = keyof typeof paths;

/// Decorates; what it means must be said in words next to it.
export function Icon({name}: {name: IconName}) {
  return <svg class="icon-image" viewBox="0 0 24 24" aria-hidden="true"><path d={paths[name]} /></svg>;
}
