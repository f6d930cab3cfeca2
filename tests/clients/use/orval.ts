import {isAxiosError} from 'axios';
import {deleteMany, filterRecords, getRecord, patchRecord, storeNdjson, storeRecords, type ProblemResponse} from '../orval/api.js';
import {kind, lines, must, records, type Outcome} from './outcome.js';

export async function run(baseURL: string, user: string, password: string): Promise<Outcome> {
  const options = {baseURL, auth: {username: user, password}};
  const report = (await storeRecords(records, {kind}, options)).data;
  const first = must(report.results[0]);
  const read = (await getRecord('a', {kind}, options)).data;
  const ndjson = (await storeNdjson(lines, {kind}, {...options, headers: {'Content-Type': 'application/x-ndjson'}})).data;
  const page = (await filterRecords({field: 'mean', operator: '>', value: 3, limit: 5}, {kind}, options)).data;
  const problem = await getRecord('none', {kind}, options).then(
      () => undefined, error => isAxiosError<ProblemResponse>(error) ? error.response?.data : undefined);
  const patched = (await patchRecord('a', {data: [2, 4]}, {kind}, {...options, headers: {'Content-Type': 'application/merge-patch+json'}})).data;
  const ids: string[] = records.map(record => record._id);
  const gone = (await deleteMany({kind, _id: ids}, options)).data;
  return {
    stored: report.stored, mean: first.status === 'stored' ? read.mean : first.status,
    lines: ndjson.results.map(result => result.status === 'rejected' ? result.error.code : result._id),
    found: 'records' in page ? page.records.map(record => record._id) : [], missing: must(problem).code, patched: patched.mean,
    deleted: gone.deletedRecords,
  };
}
