/// What the server said instead of doing what was asked (RFC 9457), or why it could not be asked.
export class Problem extends Error {
  constructor(
    readonly status: number,  ///< 0 if there was no answer.
    readonly code: string,
    readonly detail: string,
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
    this.name = 'Problem';
  }

  get requestId(): string | undefined { return text(this.members['requestId']); }
  get pointer(): string | undefined { return text(this.members['pointer']); }
  get step(): string | undefined { return text(this.members['step']); }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/// The problem in an answer.
export async function problemOf(answer: Response): Promise<Problem> {
  const body = await answer.text().catch(() => '');
  try {
    const members = JSON.parse(body) as Record<string, unknown>;
    return new Problem(answer.status, text(members['code']) ?? 'unknown',
                       text(members['detail']) ?? answer.statusText, members);
  } catch {
    return new Problem(answer.status, 'unknown',
                       `The answer ${answer.status} is not from Data Dropzone; a proxy may have given it.`);
  }
}

/// A problem for whatever was thrown.
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof DOMException && thrown.name === 'AbortError') {
    return new Problem(0, 'aborted', 'This was cancelled.');
  }
  if (thrown instanceof TypeError) {
    return new Problem(0, 'unreachable', 'The server cannot be reached. Check the network, then try again.');
  }
  return new Problem(0, 'internal', thrown instanceof Error ? thrown.message : String(thrown));
}
