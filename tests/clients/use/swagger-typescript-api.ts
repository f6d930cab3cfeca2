import {Api, type HttpResponse, type NewRecord, type Problem} from '../swagger-typescript-api/api.js';
import {basic, kind, lines, must, records, type Outcome} from './outcome.js';

export async function run(baseUrl: string, user: string, password: string): Promise<Outcome> {
  const api = new Api({
    baseUrl, securityWorker: () => ({headers: {Authorization: basic(user, password)}})});
  const report = (await api.store.storeRecords(records, {kind})).data;
  const first = must(report.results[0]);
  const read = (await api.records.getRecord('a', {kind})).data;
  // It knows no media type but JSON, text and forms, so the lines go as an array.
  const more: NewRecord[] = lines.trim().split('\n').map(line => JSON.parse(line));
  const ndjson = await api.store.storeRecords(more, {kind}).then(({data}) => data);
  const page = (await api.filter.filterRecords({field: 'mean', operator: '>', value: 3, limit: 5}, {kind})).data;
  const problem = await api.records.getRecord('none', {kind}).then(
      () => undefined, (answer: HttpResponse<unknown, Problem>) => answer.error);
  const patched = (await api.records.patchRecord('a', {data: [2, 4]}, {kind}, {
    type: undefined, headers: {'Content-Type': 'application/merge-patch+json'}})).data;
  const ids: string[] = records.map(record => record._id);
  const gone = (await api.delete.deleteMany({kind, _id: ids})).data;
  return {
    stored: report.stored, mean: first.status === 'stored' ? read.mean : first.status,
    lines: ndjson.results.map(result => result.status === 'rejected' ? result.error.code : result._id),
    found: 'records' in page ? page.records.map(record => record._id) : [], missing: must(problem).code, patched: patched.mean,
    deleted: gone.deletedRecords,
  };
}
