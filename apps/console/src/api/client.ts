import {ask} from './base';
import {Problem, problemOf} from './problem';
import {type Json, parseJson, toText} from '../json/parse';

export interface CallOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Record<string, string | number | boolean | undefined>;
  headers?: Record<string, string>;
  /// Text goes as it is; anything else as JSON.
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/// Says who asks: the headers that prove it. Rejects with a Problem if nobody is signed in.
export type Authorise = () => Promise<Record<string, string>>;

/// Path and query; parameters that are undefined are left out, true ones have no value.
export function target(path: string, query: CallOptions['query'] = {}): string {
  const parts = Object.entries(query).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    return [value === true ? name : `${name}=${encodeURIComponent(value)}`];
  });
  return parts.length ? `${path}?${parts.join('&')}` : path;
}

/// Calls of the API. The browser adds no credentials of its own, and never asks for any.
export class Client {
  constructor(private readonly authorise: Authorise, private readonly onRefused: () => void) {}

  /// The answer to a call that succeeded. Throws a Problem for one that failed.
  async send(path: string, options: CallOptions = {}): Promise<Response> {
    const {method = 'GET', query, headers = {}, body, signal} = options;
    const own = await this.authorise();
    const text = body === undefined || typeof body === 'string' || body instanceof Blob ? body : toText(body as Json);
    const type: Record<string, string> = body === undefined ? {} : {'Content-Type': 'application/json'};
    const answer = await ask(target(path, query), {
      method,
      headers: {...type, ...own, ...headers},
      ...(text === undefined ? {} : {body: text as BodyInit}),
      ...(signal ? {signal} : {}),
    });
    if (answer.ok) return answer;
    if (answer.status === 401) this.onRefused();
    throw await problemOf(answer);
  }

  async text(path: string, options?: CallOptions): Promise<string> {
    return (await this.send(path, options)).text();
  }

  async json<T>(path: string, options?: CallOptions): Promise<T> {
    const text = await this.text(path, options);
    try {
      return parseJson(text) as T;
    } catch {
      throw new Problem(0, 'broken_answer', 'The answer ended too early. Try again.');
    }
  }
}
