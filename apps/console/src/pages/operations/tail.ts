import type {Client} from '../../api/client';
import {Problem, asProblem} from '../../api/problem';
import {newestFirst, sortable} from '../../api/times';
import type {Kind, RecordPage, RejectPage} from '../../api/types';
import {brief} from '../../json/brief';
import {type JsonObject, isObject} from '../../json/parse';
import {formatLocation} from '../../router/location';
import {madeTimes} from '../records/plot/plot';
import {type Refused, refusedOf} from '../rejects/groups';

/// Something that has come.
export interface Line {
  key: string;    ///< Another one if it comes again.
  time: string;
  title: string;
  href: string;
  text: string;
  fresh: boolean;  ///< It was not there at the last look.
}

const shown = 50;

/// Looks at the newest again and again.
export abstract class Tail {
  private known: Set<string> | undefined;

  /// The newest of them, the newest first.
  async look(signal: AbortSignal): Promise<Line[]> {
    const {known} = this;
    const found = await this.read(signal);
    this.known = new Set(found.map(({key}) => key));
    return found.map(line => ({...line, fresh: known !== undefined && !known.has(line.key)}));
  }

  /// What orders them, if that is not when they came.
  by: string | undefined;

  protected abstract read(signal: AbortSignal): Promise<Omit<Line, 'fresh'>[]>;
}

const stored = '_meta.updatedAt';

/// The records of a kind that were stored or changed last. A store that cannot order them so shows those with the
/// latest time in a field.
export class RecordTail extends Tail {
  private order: string | undefined = stored;

  constructor(private readonly client: Client, private readonly kind: string) { super(); }

  protected async read(signal: AbortSignal) {
    try {
      return await this.newest(signal);
    } catch (thrown) {
      if (asProblem(thrown).code !== 'unsupported_query' || this.order !== stored) throw thrown;
      const kind = await this.client.json<Kind>(`kinds/${this.kind}`, {signal});
      this.order = this.by = Object.entries(kind.fields).find(([, type]) => type === 'timestamp')?.[0] ?? madeTimes(kind)[0];
      return this.newest(signal);
    }
  }

  private async newest(signal: AbortSignal) {
    if (this.order === undefined) {
      throw new Problem(400, 'unsupported_query', 'This store cannot tell which records were stored last. It can follow kinds whose records have a time, such as one that the step parse_time makes.');
    }
    const body = {kind: this.kind, orderBy: [`-${this.order}`], limit: shown, meta: true};
    const {records} = await this.client.json<RecordPage>('filter', {method: 'POST', body, signal});
    return records.map(record => this.lineOf(record));
  }

  private lineOf({_id, _meta, ...data}: JsonObject) {
    const meta = isObject(_meta) ? _meta : {};
    const id = String(_id);
    return {
      key: String(meta['version']), time: String(meta['updatedAt']), title: id, text: brief(data, 300),
      href: formatLocation({path: ['records', this.kind], query: {record: id}}),
    };
  }
}

const spans = [86_400_000, 3_600_000, 60_000];  // ms; how far the first look goes back, until it sees all that came since
const most = 200;

/// The rejects of a kind that arrived last.
export class RejectTail extends Tail {
  private since: string | undefined;
  private rejects: Refused[] = [];

  constructor(private readonly client: Client, private readonly kind: string) { super(); }

  protected async read(signal: AbortSignal) {
    const found = this.since === undefined ? await this.first(signal) : (await this.after(this.since, signal)).rejects;
    const again = new Set(found.map(({id}) => id));
    this.rejects = [...found, ...this.rejects.filter(({id}) => !again.has(id))].sort(newestFirst).slice(0, shown);
    const [newest] = this.rejects;
    if (newest && sortable(newest.receivedAt) > sortable(this.since!)) this.since = newest.receivedAt;
    return this.rejects.map(({id, receivedAt, code, step, pointer, detail}) => ({
      key: `${id} ${receivedAt}`, time: receivedAt, title: code, text: `${step && `${step} `}${pointer && `at ${pointer}: `}${detail}`,
      href: formatLocation({path: ['rejects', this.kind], query: {reject: id}}),
    }));
  }

  /// Goes back as far as it sees all that came since.
  private async first(signal: AbortSignal): Promise<Refused[]> {
    for (const span of spans) {
      const since = new Date(Date.now() - span).toISOString();
      const narrowest = span === spans.at(-1);
      try {
        const {rejects, complete} = await this.after(since, signal);
        if (!complete && !narrowest) continue;
        this.since = since;
        return rejects;
      } catch (thrown) {
        // A store may have to read them all to put them in order.
        if (narrowest || asProblem(thrown).status !== 400) throw thrown;
      }
    }
    return [];
  }

  private async after(time: string, signal: AbortSignal) {
    const query = {kind: this.kind, receivedAfter: time, limit: most};
    const {rejects, nextCursor} = await this.client.json<RejectPage>('rejects', {query, signal});
    return {rejects: rejects.map(refusedOf), complete: nextCursor === null};
  }
}
