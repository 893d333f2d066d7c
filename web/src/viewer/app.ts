/** What the parts of the viewer share: the run on the screen, the view, and what was fetched. */

import type { Chart } from '../chart.ts';
import { Run } from '../data.ts';
import { el } from '../dom.ts';
import { api, ApiError, type Fields, type Flows, type Info, type Levers, type Replicate, type RunInfo } from './api.ts';
import type { Store, View } from './state.ts';

/** One shared answer a key; failures are forgotten, so that asking again is possible. */
class Cache<T> {
  private readonly kept = new Map<string, Promise<T>>();
  get(key: string, make: () => Promise<T>): Promise<T> {
    let found = this.kept.get(key);
    if (!found) {
      found = make();
      this.kept.set(key, found);
      found.catch(() => this.kept.delete(key));
    }
    return found;
  }
}

export class App {
  private readonly runs = new Cache<Run>();
  private readonly fieldsOf = new Cache<Fields>();
  private readonly flowsOf = new Cache<Flows>();
  private readonly replicates = new Cache<Replicate>();
  private readonly firsts = new Cache<Run>();
  private readonly leverList = new Cache<Levers>();
  /** Runs that jobs of this page made. */
  made: RunInfo[] = [];

  constructor(readonly info: Info, readonly store: Store) {}

  load(id: string): Promise<Run> { return this.runs.get(id, async () => new Run(await api.data(id))); }
  /** The run as far as control over its first n replicates goes: to be set against another of n, pair by pair. */
  first(id: string, run: Run, n: number): Promise<Run> {
    return n === run.data.n_replicate ? Promise.resolve(run) : this.firsts.get(`${id} ${n}`, async () => new Run({ ...run.data, n_replicate: n, control: (await api.control(id, n)).control }));
  }

  /** Forgets a run that the server does not have any more. */
  forget(id: string): void { this.made = this.made.filter((r) => r.id !== id); }
  fields(id: string): Promise<Fields> { return this.fieldsOf.get(id, () => api.fields(id)); }
  flows(id: string): Promise<Flows> { return this.flowsOf.get(id, () => api.flows(id)); }
  replicate(id: string, k: number): Promise<Replicate> { return this.replicates.get(`${id} ${k}`, () => api.replicate(id, k)); }
  levers(): Promise<Levers> { return this.leverList.get('', () => api.levers()); }
  get runList(): RunInfo[] { return [...this.info.runs, ...this.made.filter((m) => !this.info.runs.some((r) => r.id === m.id))]; }
}

/** A run on the screen. Parts are made again when the run or the colours change; `charts` follow the day. */
export interface Bench {
  app: App; run: Run; runId: string; bloc: number; charts: Chart[];
  /** The run whose control the map sets against this one, with its name; from a what-if or a comparison. */
  other: { run: Run; id: string; name: string } | null;
}

export const dayOf = (run: Run, view: View, usual: number): number => {
  if (!view.date) return usual;
  const day = Math.round((Date.parse(`${view.date}T00:00:00Z`) - Date.parse(`${run.date(0)}T00:00:00Z`)) / 86400000);
  return Number.isFinite(day) ? Math.min(run.data.n_day - 1, Math.max(0, day)) : usual;
};

/** A part of the page that is being fetched, then what came, or the server's sentence why not. */
export function pending(what: string, promise: Promise<Node>): HTMLElement {
  const host = el('div', { 'aria-busy': 'true' }, el('p', { class: 'note' }, what));
  promise.then((node) => host.replaceChildren(node), (error: Error) => {
    host.replaceChildren(el('p', { class: 'warn', role: 'alert' }, error instanceof ApiError ? error.message : `This part could not be drawn: ${error.message}`));
  }).finally(() => host.removeAttribute('aria-busy'));
  return host;
}
