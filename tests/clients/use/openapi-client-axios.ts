import {isAxiosError} from 'axios';
import {OpenAPIClientAxios} from 'openapi-client-axios';
import type {Client, Problem} from '../openapi-client-axios/api.js';
import {kind, lines, must, records, type Outcome} from './outcome.js';

export async function run(url: string, user: string, password: string): Promise<Outcome> {
  const api = new OpenAPIClientAxios({
    definition: `${url}/openapi.json`, axiosConfigDefaults: {baseURL: url, auth: {username: user, password}}});
  const client = await api.init<Client>();
  const report = (await client.storeRecords({kind}, records)).data;
  const first = must(report.results[0]);
  const read = (await client.getRecord({id: 'a', kind})).data;
  const ndjson = (await client.storeNdjson({kind}, lines, {headers: {'Content-Type': 'application/x-ndjson'}})).data;
  const page = (await client.filterRecords({kind}, {field: 'mean', operator: '>', value: 3, limit: 5})).data;
  const problem = await client.getRecord({id: 'none', kind}).then(
      () => undefined, error => isAxiosError<Problem>(error) ? error.response?.data : undefined);
  const patched = (await client.patchRecord({id: 'a', kind}, {data: [2, 4]}, {headers: {'Content-Type': 'application/merge-patch+json'}})).data;
  const ids: string[] = records.map(record => record._id);
  const gone = (await client.deleteMany({kind, _id: ids})).data;
  return {
    stored: report.stored, mean: first.status === 'stored' ? read.mean : first.status,
    lines: ndjson.results.map(result => result.status === 'rejected' ? result.error.code : result._id),
    found: 'records' in page ? page.records.map(record => record._id) : [], missing: must(problem).code, patched: patched.mean,
    deleted: gone.deletedRecords,
  };
}
