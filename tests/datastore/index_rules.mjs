// Which composite index a query of Datastore's needs, by Google's rules
// (https://cloud.google.com/datastore/docs/concepts/indexes), for an emulator that demands none.
import {parse} from 'yaml';
import {saying} from './fault_proxy.mjs';

const both = (left, right) => left.flatMap(one => right.map(other => [...one, ...other]));

/// The filter as alternatives, each a list of conditions that must all hold.
function alternativesOf(filter) {
  if (!filter) return [[]];
  if (filter.propertyFilter) {
    const {property, op} = filter.propertyFilter;
    return [[{name: property.name, isEqual: op === 'EQUAL' || op === 'IN'}]];
  }
  const parts = filter.compositeFilter.filters.map(alternativesOf);
  return filter.compositeFilter.op === 'OR' ? parts.flat() : parts.reduce(both);
}

/// What an index for this alternative must have: first the equalities in any order, then the rest.
function needOf(conditions, order) {
  const ranges = [...new Set(conditions.filter(({isEqual}) => !isEqual).map(({name}) => name))];
  const equalities = [...new Set(conditions.map(({name}) => name))].filter(name => !ranges.includes(name));
  const sorts = order.map(({property, direction}) => ({name: property.name, direction: direction === 'DESCENDING' ? 'desc' : 'asc'}))
      .filter(({name}) => !equalities.includes(name));
  const last = sorts.at(-1)?.direction ?? 'asc';
  for (const name of ranges) if (!sorts.some(sort => sort.name === name)) sorts.push({name, direction: last});
  const endsByKey = sorts.at(-1)?.name === '__key__' && sorts.at(-1).direction === 'asc';
  return {equalities, sorts: endsByKey ? sorts.slice(0, -1) : sorts};
}

/// Indexes of single properties are built in, and joined for equalities.
const isBuiltIn = ({equalities, sorts}) => sorts.length === 0 || (equalities.length === 0 && sorts.length === 1);

function serves(index, kind, {equalities, sorts}) {
  const properties = index.properties.map(({name, direction = 'asc'}) => ({name, direction}));
  const rest = properties.splice(equalities.length);
  return index.kind === kind && equalities.every(name => properties.some(property => property.name === name)) &&
      JSON.stringify(rest) === JSON.stringify(sorts);
}

const definitionOf = (kind, {equalities, sorts}) => [`- kind: ${kind}`, '  properties:',
  ...equalities.map(name => `  - name: ${name}`),
  ...sorts.flatMap(({name, direction}) => [`  - name: ${name}`, ...(direction === 'desc' ? ['    direction: desc'] : [])])].join('\n');

/// What a call queries, and what each alternative of that needs of an index.
function needsOf(method, body) {
  const query = body.query ?? body.aggregationQuery?.nestedQuery;
  if (!['runQuery', 'runAggregationQuery'].includes(method) || !query) return {needs: []};
  return {kind: query.kind[0].name, needs: alternativesOf(query.filter).map(conditions => needOf(conditions, query.order ?? []))};
}

/// For a proxy's `fault`: refuses, as Datastore does, queries whose index the YAML does not define.
/// `refused` gathers the definitions, `asked` what all queries needed.
export function demandIndexes(yaml, {refused = [], asked = []} = {}) {
  const {indexes} = parse(yaml);
  return (method, body) => {
    const {kind, needs} = needsOf(method, body);
    asked.push(...needs.map(need => ({kind, need})));
    const missing = needs.find(need => !isBuiltIn(need) && !indexes.some(index => serves(index, kind, need)));
    if (!missing) return undefined;
    refused.push(definitionOf(kind, missing));
    return saying(400, 'FAILED_PRECONDITION', `no matching index found. recommended index is:\n${refused.at(-1)}\n`);
  };
}
