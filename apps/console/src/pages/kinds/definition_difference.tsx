import {useMemo} from 'preact/hooks';
import {lineDifference} from '../../json/line_difference';
import {LineList} from '../../ui/line_list';
import {Notice} from '../../ui/states';
import {type Definition, sameDefinition, textOf} from './definition';

const context = 3;  // lines that are shown around those that differ

/// What differs between two definitions, line by line as they are written.
export function DefinitionDifference({before, after, same}: {before: Definition; after: Definition; same: string}) {
  const lines = useMemo(() => {
    const all = lineDifference(textOf(before), textOf(after));
    const shown = new Set(all.flatMap(({state}, index) => (state === 'same' ? [] : Array.from({length: 2 * context + 1}, (_, near) => index + near - context))));
    return all.filter((_, index) => shown.has(index));
  }, [before, after]);
  if (sameDefinition(before, after)) return <Notice>{same}</Notice>;
  return <LineList label="Difference of the definitions" lines={lines} />;
}
