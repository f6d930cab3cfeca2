import type {Client} from '../../api/client';

/// One option that the server was started with. A secret has no value.
export interface Option {
  name: string;
  group: string;
  value: string;
  origin: 'default' | 'command line' | 'environment' | 'file';
}

export const readOptions = async (client: Client, signal: AbortSignal): Promise<Option[]> =>
  (await client.json<{options: Option[]}>('options', {signal})).options;
