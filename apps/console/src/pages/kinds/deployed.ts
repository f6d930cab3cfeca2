import type {Client} from '../../api/client';
import type {Kind} from '../../api/types';
import {type JsonObject, parseJson} from '../../json/parse';

/// A kind as it is deployed, and the tag of its definition.
export interface Deployed {
  kind: Kind;
  tag: string;
}

export interface KindVersion {
  version: number;
  deployedAt: string;
  deployedBy: string;
  definition: JsonObject;
}

export async function readKind(client: Client, name: string, signal?: AbortSignal): Promise<Deployed> {
  const answer = await client.send(`kinds/${name}`, {signal});
  return {kind: parseJson(await answer.text()) as unknown as Kind, tag: answer.headers.get('ETag') ?? ''};
}

/// The newest first.
export async function readVersions(client: Client, name: string, signal?: AbortSignal): Promise<KindVersion[]> {
  const {versions} = await client.json<{versions: KindVersion[]}>(`kinds/${name}/versions`, {signal});
  return versions.sort((left, right) => right.version - left.version);
}
