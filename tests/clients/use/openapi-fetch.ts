import createClient from 'openapi-fetch';
import type {paths} from '../openapi-typescript/api.js';
import {basic, kind, lines, must, records, type Outcome} from './outcome.js';

export async function run(baseUrl: string, user: string, password: string): Promise<Outcome> {
  const client = createClient<paths>({baseUrl, headers: {Authorization: basic(user, password)}});
  const query = {kind};
  const report = must((await client.POST('/store', {params: {query}, body: records})).data);
  const first = must(report.results[0]);
  const read = must((await client.GET('/records/{id}', {params: {path: {id: 'a'}, query}})).data);
  const ndjson = await client.POST('/store/ndjson', {
    params: {query}, body: lines, bodySerializer: text => text, headers: {'Content-Type': 'application/x-ndjson'}});
  const page = must((await client.POST('/filter', {params: {query}, body: {field: 'mean', operator: '>', value: 3, limit: 5}})).data);
  const {error} = await client.GET('/records/{id}', {params: {path: {id: 'none'}, query}});
  const patched = must((await client.PATCH('/records/{id}', {
    params: {path: {id: 'a'}, query}, body: {data: [2, 4]}, headers: {'Content-Type': 'application/merge-patch+json'}})).data);
  const ids: string[] = records.map(record => record._id);
  const gone = must((await client.DELETE('/delete', {params: {query: {kind, _id: ids}}, querySerializer: {array: {style: 'form', explode: false}}})).data);
  return {
    stored: report.stored, mean: first.status === 'stored' ? read.mean : first.status,
    lines: must(ndjson.data).results.map(result => result.status === 'rejected' ? result.error.code : result._id),
    found: 'records' in page ? page.records.map(record => record._id) : [], missing: must(error).code, patched: patched.mean,
    deleted: gone.deletedRecords,
  };
}
