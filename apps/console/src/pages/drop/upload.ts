import type {Client} from '../../api/client';
import {type Problem, asProblem} from '../../api/problem';
import type {StoreReport, StoreResult} from '../../api/types';
import {type Chunk, type Source, bodyOf, chunksOf} from './source';

export type IfExists = 'fail' | 'replace' | 'skip';

/// How far storing is.
export interface Progress {
  state: 'running' | 'paused' | 'done' | 'cancelled';
  stored: number;
  replaced: number;
  skipped: number;
  rejected: number;
  read: number;     ///< Bytes of the source.
  seconds: number;  ///< Spent storing.
  problem: Problem | undefined;  ///< Why it is paused, if nobody asked for that.
  refused: Refusal[];            ///< The first of those that were not stored.
}

export interface Refusal {
  record: number;  ///< Its number in the source, from 1.
  id: string | undefined;
  code: string;
  detail: string;
}

const shown = 200;
const patience = [500, 2_000, 8_000];  // ms between tries, while the server cannot be reached

/// Stores a source, chunk by chunk, in bounded memory. What was confirmed stays, whatever happens.
export class Upload {
  progress: Progress = {state: 'running', stored: 0, replaced: 0, skipped: 0, rejected: 0, read: 0, seconds: 0, problem: undefined, refused: []};
  private readonly run = crypto.getRandomValues(new Uint32Array(4)).join('-');
  private readonly control = new AbortController();
  private resumed: (() => void) | undefined;
  private report: Blob[] = [];

  constructor(private readonly client: Client, readonly source: Source, private readonly kind: string,
              private readonly ifExists: IfExists, private readonly onChange: () => void) {}

  async start(): Promise<void> {
    let number = 0;
    try {
      for await (const chunk of chunksOf(this.source)) {
        await this.store(chunk, number);
        number += 1;
      }
      this.change({state: 'done'});
    } catch (thrown) {
      if (this.control.signal.aborted) this.change({state: 'cancelled'});
      else this.change({state: 'cancelled', problem: asProblem(thrown)});
    }
  }

  pause(): void { if (this.progress.state === 'running') this.change({state: 'paused'}); }

  resume(): void {
    this.change({state: 'running', problem: undefined});
    this.resumed?.();
  }

  cancel(): void {
    this.control.abort();
    this.resumed?.();
  }

  /// A line of JSON for each record that was not stored, after one with the sums.
  file(): Blob {
    const {stored, replaced, skipped, rejected} = this.progress;
    const sums = JSON.stringify({source: this.source.name, kind: this.kind, stored, replaced, skipped, rejected, complete: this.progress.state === 'done'});
    return new Blob([`${sums}\n`, ...this.report], {type: 'application/x-ndjson'});
  }

  /// Stores a chunk. What fails for a reason that may pass is repeated with the same key, so that
  /// the server does not do twice what it has done already.
  private async store(chunk: Chunk, number: number): Promise<void> {
    const {body, type} = bodyOf(chunk);
    const {signal} = this.control;
    for (let tries = 0; ; tries += 1) {
      await this.running();
      const begun = performance.now();
      try {
        const answer = await this.client.json<StoreReport>(chunk.lines ? 'store/ndjson' : 'store', {
          method: 'POST', query: {kind: this.kind, ifExists: this.ifExists, return: 'counts'},
          headers: {'Content-Type': type, 'Idempotency-Key': `"${this.run}-${number}"`}, body, signal,
        });
        this.add(chunk, answer, (performance.now() - begun) / 1000);
        return;
      } catch (thrown) {
        const problem = asProblem(thrown);
        if (signal.aborted) throw thrown;
        const report = problem.members as Partial<StoreReport>;
        if (report.results) {  // Nothing of it was stored: 409 and 422 have the report as well.
          this.add(chunk, report as StoreReport, (performance.now() - begun) / 1000);
          return;
        }
        if (problem.status !== 0 && problem.status !== 429 && problem.status < 500) throw thrown;
        const wait = patience[tries];
        if (wait !== undefined) {
          await new Promise(done => setTimeout(done, wait));
        } else {
          this.change({state: 'paused', problem});
          tries = -1;
        }
      }
    }
  }

  private async running(): Promise<void> {
    while (this.progress.state === 'paused' && !this.control.signal.aborted) {
      await new Promise<void>(done => { this.resumed = done; });
    }
    this.control.signal.throwIfAborted();
  }

  private add(chunk: Chunk, answer: StoreReport, seconds: number): void {
    const bad = answer.results.filter(({error}) => error);
    const lines = bad.map(result => this.refusal(chunk, result));
    if (lines.length > 0) this.report.push(new Blob(lines.map(line => `${JSON.stringify(line)}\n`)));
    const {progress} = this;
    this.change({
      stored: progress.stored + answer.stored,
      replaced: progress.replaced + answer.replaced,
      skipped: progress.skipped + answer.skipped,
      rejected: progress.rejected + answer.rejected,
      read: chunk.read,
      seconds: progress.seconds + seconds,
      refused: progress.refused.length < shown ? [...progress.refused, ...lines].slice(0, shown) : progress.refused,
    });
  }

  private refusal({first}: Chunk, {index, _id, error}: StoreResult): Refusal {
    return {record: first + index, id: _id, code: error!.code, detail: error!.detail};
  }

  private change(part: Partial<Progress>): void {
    this.progress = {...this.progress, ...part};
    this.onChange();
  }
}
