/** What the server answers (docs/api.md), and asking for it. */

import { decodeBase64, type Comparison, type Data, type Num, type FleeCase } from '../data.ts';

export interface RunInfo {
  id: string; name: string; folder: string; n_replicate: number; seed: number | string; digest: string; what_ifs: string[]; from_job: string | null;
}
export interface Info {
  version: string; cores: number; base: string;
  scenario: { name: string; title: string; from: string; until: string; digest: string };
  runs: RunInfo[]; flee: boolean;
}
export interface Field { name: string; label: string; unit: string; definition: string; values: Float32Array }
export interface Fields { days: number[]; n_replicate: number; fields: Field[] }
export interface Measure { name: string; places: 'districts' | 'neighbours'; mean: Float32Array }
export interface Flows { days: number[]; neighbours: string[]; measures: Measure[] }
export interface Banded { mean: Num[]; q05: Num[]; q95: Num[] }
export interface Fall { to: string; n_fell: number; q05: Num; q25: Num; q50: Num; q75: Num; q95: Num; by_mode: Record<string, number> }
export interface DistrictDetail {
  district: number; n_replicate: number; start?: Record<string, number>; falls: Fall[]; never: number;
  fields: { days: number[] } & Record<string, Banded | number[]>;
  people: { days: number[] } & Record<string, Banded | number[]>;
}
/** Bloc numbers; the names of blocs are accepted as well. */
export type BlocRef = number | string;
export interface Replicate {
  replicate: number; n_replicate: number; changes: [number, number, BlocRef, BlocRef, string][]; start: BlocRef[];
  told: { day: number; text: string }[]; series: Record<string, Num[]>;
}
interface LeverBase { id: string; group: string; label: string; help: string }
export type Lever = LeverBase & (
  { kind: 'number'; value: number; min: number; max: number; step: number; unit: string } |
  { kind: 'date'; value: string; min: string; max: string } |
  { kind: 'choice'; value: string; choices: string[] } |
  { kind: 'switch'; value: boolean });
export type LeverValue = number | string | boolean;
export interface WhatIf { name: string; title: string; why: string; changes: string | string[] | number }
export interface Levers { groups: string[]; levers: Lever[]; what_ifs: WhatIf[] }
export interface Job {
  id: string; state: 'waiting' | 'running' | 'done' | 'failed' | 'stopped'; done: number; n: number; eta_s: Num; error: string | null;
  run: string | null; digest: string | null; command: string | null; wall_s: Num; comparison?: Comparison | null;
}
export interface JobAsked { levers: Record<string, LeverValue>; what_ifs: string[]; n_replicate: number }
export interface Score { value: Num; difference: Num; low: Num; high: Num }
export interface Scores {
  origin?: string; note?: string; replicates?: number;
  targets: { target: string; what: string; cases: number; units: number; forecasters: { name: string; given: boolean; note: string | null; scores: Record<string, Score> }[] }[];
}
/** An answer other than 2xx, in the server's sentence. */
export class ApiError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new ApiError(0, 'The server does not answer. Is holdout serve still running?');
  }
  const body: unknown = await response.json().catch(() => null);
  if (response.ok && body !== null) return body as T;
  const said = (body ?? {}) as { error?: string; problems?: string[] };
  throw new ApiError(response.status, said.problems?.join(' ') || (said.error ?? `The server answered ${response.status}.`));
}

/** Numbers in base64, little-endian as every browser's machine is. */
function floats(text: string): Float32Array {
  const bytes = decodeBase64(text);
  return new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / 4));
}

const id = encodeURIComponent;

export const api = {
  info: (): Promise<Info> => ask('/api/info'),
  data: (run: string): Promise<Data> => ask(`/api/runs/${id(run)}/data`),
  fields: async (run: string): Promise<Fields> => {
    const raw = await ask<{ days: number[]; n_replicate: number; fields: (Omit<Field, 'values'> & { values: string })[] }>(`/api/runs/${id(run)}/fields`);
    return { ...raw, fields: raw.fields.map((f) => ({ ...f, values: floats(f.values) })) };
  },
  flows: async (run: string): Promise<Flows> => {
    const raw = await ask<{ days: number[]; neighbours: string[]; measures: (Omit<Measure, 'mean'> & { mean: string })[] }>(`/api/runs/${id(run)}/flows`);
    return { ...raw, measures: raw.measures.map((m) => ({ ...m, mean: floats(m.mean) })) };
  },
  district: (run: string, district: number): Promise<DistrictDetail> => ask(`/api/runs/${id(run)}/districts/${district}`),
  replicate: (run: string, k: number): Promise<Replicate> => ask(`/api/runs/${id(run)}/replicates/${k}`),
  scores: (run: string): Promise<Scores> => ask(`/api/runs/${id(run)}/scores`),
  compare: (a: string, b: string): Promise<Comparison | { comparison: Comparison }> => ask(`/api/compare?a=${id(a)}&b=${id(b)}`),
  levers: (): Promise<Levers> => ask('/api/levers'),
  start: (asked: JobAsked): Promise<Job> => ask('/api/jobs', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(asked) }),
  job: (job: string): Promise<Job> => ask(`/api/jobs/${id(job)}`),
  stop: (job: string): Promise<unknown> => ask(`/api/jobs/${id(job)}`, { method: 'DELETE' }),
  overlay: (job: string): string => `/api/jobs/${id(job)}/overlay`,
  control: (run: string, n: number): Promise<{ n_replicate: number; control: string }> => ask(`/api/runs/${id(run)}/control/${n}`),
  flee: (): Promise<FleeCase> => ask('/api/flee'),
};

/** Follows a job to its end: server-sent events, and asking again if they break off. Returns what stops following. */
export function follow(job: string, onProgress: (job: Job) => void, onEnd: (job: Job) => void, onError: (error: Error) => void): () => void {
  const events = new EventSource(`/api/jobs/${id(job)}/events`);
  let over = false;
  const finish = (f: () => void): void => {
    if (over) return;
    over = true;
    events.close();
    f();
  };
  events.addEventListener('progress', (e) => { if (!over) onProgress(JSON.parse(e.data as string) as Job); });
  events.addEventListener('end', (e) => finish(() => onEnd(JSON.parse(e.data as string) as Job)));
  events.addEventListener('error', () => {
    events.close();
    const again = (): void => {
      if (over) return;
      api.job(job).then((j) => {
        if (j.state === 'waiting' || j.state === 'running') {
          onProgress(j);
          setTimeout(again, 500);
        } else finish(() => onEnd(j));
      }, (error: Error) => finish(() => onError(error)));
    };
    again();
  });
  return () => finish(() => undefined);
}
