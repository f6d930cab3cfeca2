// Google's older Datastore emulator, which demands composite indexes as production does
// (--require_indexes). It knows neither `or` nor ranges on several fields, so it is asked for what
// each alternative of a query needs: its equalities and the order of its index.
import {spawnSync} from 'node:child_process';
import {existsSync, realpathSync} from 'node:fs';
import {homedir} from 'node:os';
import {dirname, join} from 'node:path';
import {freePort, spawnBeside, until} from '../server/process.mjs';

const mainClass = 'com.google.cloud.datastore.emulator.CloudDatastore';

function findJar() {
  const gcloud = spawnSync('sh', ['-c', 'command -v gcloud'], {encoding: 'utf8'}).stdout.trim();
  const roots = [...(gcloud ? [dirname(dirname(realpathSync(gcloud)))] : []), '/usr/lib/google-cloud-sdk', join(homedir(), 'google-cloud-sdk')];
  return roots.map(root => join(root, 'platform/cloud-datastore-emulator/CloudDatastore.jar')).find(existsSync);
}

/// Why tests with it are skipped, where it is not installed.
export const lacksIndexEmulator = () => !findJar() && "Google's older Datastore emulator is not installed";

function queryFor(kind, {equalities, sorts}) {
  const filters = equalities.map(name => ({propertyFilter: {property: {name}, op: 'EQUAL', value: {integerValue: '0'}}}));
  return {
    kind: [{name: kind}],
    ...(filters.length > 0 && {filter: {compositeFilter: {op: 'AND', filters}}}),
    order: sorts.map(({name, direction}) => ({property: {name}, direction: direction === 'desc' ? 'DESCENDING' : 'ASCENDING'})),
  };
}

/// Starts it with the indexes of the file. `statusFor(kind, need)` is "OK", or the status by which
/// it refuses a query with this need (see index_rules.mjs).
export async function startIndexEmulator(test, indexFile) {
  const port = await freePort();
  spawnBeside(test, 'java', ['-cp', findJar(), mainClass, 'start', '--host=127.0.0.1', `--port=${port}`, '--testing',
                             '--require_indexes', `--index_file=${indexFile}`, '--firestore_in_datastore_mode']);
  const url = `http://127.0.0.1:${port}`;
  await until(() => fetch(url).then(({ok}) => ok, () => false), 'the older emulator answers');
  return {
    async statusFor(kind, need) {
      const response = await fetch(`${url}/v1/projects/any:runQuery`, {
        method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({query: queryFor(kind, need)})});
      const {error} = await response.json();
      return error ? error.status : 'OK';
    },
  };
}
