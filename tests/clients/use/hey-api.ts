import {createClient} from '../hey-api/client/index.js';
import {deleteMany, filterRecords, getRecord, patchRecord, storeNdjson, storeRecords} from '../hey-api/sdk.gen.js';
import {kind, lines, must, records, type Outcome} from './outcome.js';

export async function run(baseUrl: string, user: string, password: string): Promise<Outcome> {
  const client = createClient({baseUrl, auth: ({scheme}) => scheme === 'basic' ? `${user}:${password}` : undefined});
  const query = {kind};
  const report = must((await storeRecords({client, query, body: records})).data);
  const first = must(report.results[0]);
  const read = must((await getRecord({client, query, path: {id: 'a'}})).data);
  const ndjson = must((await storeNdjson({client, query, body: lines, bodySerializer: null})).data);
  const page = must((await filterRecords({client, query, body: {field: 'mean', operator: '>', value: 3, limit: 5}})).data);
  const {error} = await getRecord({client, query, path: {id: 'none'}});
  const patched = must((await patchRecord({client, query, path: {id: 'a'}, body: {data: [2, 4]}})).data);
  const ids: string[] = records.map(record => record._id);
  const gone = must((await deleteMany({client, query: {kind, _id: ids}})).data);
  return {
    stored: report.stored, mean: first.status === 'stored' ? read.mean : first.status,
    lines: ndjson.results.map(result => result.status === 'rejected' ? result.error.code : result._id),
    found: 'records' in page ? page.records.map(record => record._id) : [], missing: must(error).code, patched: patched.mean,
    deleted: gone.deletedRecords,
  };
}
