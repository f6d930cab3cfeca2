import type {Json, JsonObject} from '../json/parse';

// What the API answers: see docs/openapi/dropzone.yaml.

export type Role = 'read' | 'write' | 'delete' | 'admin';

export interface WhoAmI {
  principal: string;
  credential: 'password' | 'api_key' | 'access_token' | 'provider_token';
  roles: Role[];
  kinds: Record<string, Role[]>;
}

export interface TokenPair {
  access_token: string;
  refresh_token?: string;  ///< A provider need not give one.
  expires_in?: number;
}

export interface Kind {
  name: string;
  description?: string;
  version: number;
  pipeline: JsonObject[];
  fields: Record<string, string>;
  indexes: (string | string[])[];
  managedBy: 'file' | 'api';
  history?: number | string;  ///< How many replaced originals it keeps, or for how long; without it, none.
  examples?: JsonObject[];
  records: number;
  rejects: number;
}

export interface RecordPage {
  records: JsonObject[];
  nextCursor: string | null;
}

export interface Meta {
  createdAt: string;
  updatedAt: string;
  version: string;
  pipeline: string;
  sha256: string;
}

export interface HistoryEntry {
  number: number;
  change: 'replaced' | 'deleted';
  changedAt: string;
  changedBy: string;
  _original: string;
  _meta: Meta;
}

export interface HistoryPage {
  history: HistoryEntry[];
  nextCursor: string | null;
}

export interface Fault {
  code: string;
  step?: string;
  pointer?: string;
  detail: string;
}

export interface Reject extends Fault {
  rejectId: string;
  kind: string;
  stepIndex?: number;
  stepPath?: string;
  value?: string;
  errors?: {pointer?: string; detail: string; value?: string}[];
  errorCount?: number;
  times?: number;
  receivedAt: string;
  firstReceivedAt: string;
  original?: string;
  originalBase64?: string;
}

export interface RejectPage {
  rejects: Reject[];
  nextCursor: string | null;
}

export interface ReplayResult {
  rejectId: string;
  status: 'stored' | 'alreadyStored' | 'refused' | 'missing';
  kind?: string;
  _id?: string;
  error?: Fault;
}

export interface ReplayReport {
  stored: number;
  alreadyStored: number;
  refused: number;
  missing: number;
  results: ReplayResult[];
}

export type JobState = 'waiting' | 'running' | 'succeeded' | 'failed' | 'cancelled';

export interface Job {
  jobId: string;
  type: string;
  kind?: string;
  state: JobState;
  dryRun: boolean;
  createdAt: string;
  createdBy: string;
  startedAt: string | null;
  finishedAt: string | null;
  progress: {done: number; total: number | null; [outcome: string]: number | null};
  perSecond: number;
  secondsLeft: number | null;
  report: JsonObject;
  error?: Fault;
}

export interface StoreResult {
  index: number;
  line?: number;
  status: 'stored' | 'replaced' | 'skipped' | 'rejected' | 'aborted';
  _id?: string;
  rejectId?: string | null;
  error?: Fault;
}

export interface StoreReport {
  stored: number;
  replaced: number;
  skipped: number;
  rejected: number;
  results: StoreResult[];
}

export interface TransformResult {
  index: number;
  record?: JsonObject;
  error?: Fault;
  trace?: {step: string; skipped?: boolean; error?: Fault; record: Json}[];
}
