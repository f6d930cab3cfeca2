import type {RecordPage} from '../../api/types';
import type {JsonObject} from '../../json/parse';

/// Fetches the page behind a cursor, with at most so many records.
export type FetchPage = (cursor: string | null, limit: number, signal: AbortSignal) => Promise<RecordPage>;

interface Page {
  start: number;  ///< The row of its first record.
  count: number;
  limit: number;
  cursor: string | null;
  records: JsonObject[] | undefined;
}

const small = 200;
const large = 1000;
const kept = 12;

/// The rows of a query, fetched as they are looked at. A cursor leads only forwards, so a row far
/// down needs the pages before it; their cursors are kept, their records only for a while.
export class RecordPages {
  private pages: Page[] = [];
  private next: string | null | undefined;  ///< Undefined before the first page, null after the last.
  private wanted = {first: 0, last: 0};
  private working = false;
  private readonly control = new AbortController();

  constructor(private readonly fetchPage: FetchPage,
              private readonly onChange: () => void,
              private readonly onProblem: (thrown: unknown) => void) {}

  /// How many rows are known to be there.
  get known(): number {
    const last = this.pages.at(-1);
    return last ? last.start + last.count : 0;
  }
  get complete(): boolean { return this.next === null; }
  get started(): boolean { return this.next !== undefined; }

  row(index: number): JsonObject | undefined {
    const page = this.pages[this.pageOf(index)];
    return page?.records?.[index - page.start];
  }

  first(): JsonObject[] { return this.pages[0]?.records ?? []; }

  /// Fetches what is missing of these rows.
  want(first: number, last: number): void {
    this.wanted = {first, last};
    if (!this.working && !this.control.signal.aborted) void this.work();
  }

  stop(): void { this.control.abort(); }

  private async work(): Promise<void> {
    this.working = true;
    try {
      for (let page = this.missing(); page; page = this.missing()) await this.load(page);
    } catch (thrown) {
      if (!this.control.signal.aborted) this.onProblem(thrown);
    } finally {
      this.working = false;
    }
  }

  private missing(): Page | undefined {
    if (this.control.signal.aborted) return undefined;
    const {first, last} = this.wanted;
    for (const page of this.pages) {
      if (!page.records && page.start <= last && page.start + page.count > first) return page;
    }
    if (this.next === null || (this.next !== undefined && last < this.known)) return undefined;
    const limit = last - this.known > small ? large : small;
    return {start: this.known, count: 0, limit, cursor: this.next ?? null, records: undefined};
  }

  private async load(page: Page): Promise<void> {
    const {signal} = this.control;
    const {records, nextCursor} = await this.fetchPage(page.cursor, page.limit, signal);
    if (signal.aborted) return;
    page.records = records;
    if (!this.pages.includes(page)) {
      page.count = records.length;
      this.pages.push(page);
      this.next = nextCursor;
    }
    this.forget();
    this.onChange();
  }

  /// Lets go of the records that are farthest from what is looked at.
  private forget(): void {
    const middle = (this.wanted.first + this.wanted.last) / 2;
    const distance = ({start, count}: Page) => Math.abs(start + count / 2 - middle);
    const full = this.pages.slice(1).filter(({records}) => records).sort((a, b) => distance(a) - distance(b));
    for (const page of full.slice(kept)) page.records = undefined;
  }

  private pageOf(index: number): number {
    let [low, high] = [0, this.pages.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const page = this.pages[middle]!;
      if (page.start + page.count <= index) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
