import {formatLocation, navigate, type Location} from '../../router/location';
import type {Source} from './samples';

/// What the page of a kind shows. It is in the address, whole, but for what was not deployed.
export interface Place {
  name: string;
  isNew: boolean;             ///< There is no such kind yet.
  view: 'cards' | 'text';
  samples: Source;
  reject: string;             ///< The reject that somebody came to make a rule of.
  step: number | undefined;   ///< After how many steps the record is shown; undefined: after all.
}

export function placeOf({path, query}: Location): Place {
  const {view, samples, reject = '', step} = query;
  return {
    name: path[1] ?? '',
    isNew: query['new'] === 'true',
    view: view === 'text' ? 'text' : 'cards',
    samples: samples === 'rejects' || samples === 'pasted' ? samples : reject ? 'rejects' : 'stored',
    reject,
    step: step !== undefined && /^\d{1,4}$/.test(step) ? Number(step) : undefined,
  };
}

export const addressOf = ({name, isNew, view, samples, reject, step}: Place): string => formatLocation({path: ['kinds', name], query: {
  new: isNew ? 'true' : undefined,
  view: view === 'text' ? view : undefined,
  samples: samples === (reject ? 'rejects' : 'stored') ? undefined : samples,
  reject,
  step: step?.toString(),
}});

/// Every look at a step need not be gone back to.
export const show = (place: Place): void => navigate(addressOf(place), {replace: true});
