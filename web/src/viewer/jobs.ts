/** Runs the what-if that the view asks for: starts it, follows it, keeps what came out. */

import type { Comparison, Run } from '../data.ts';
import { api, follow, type Job, type JobAsked } from './api.ts';
import type { App } from './app.ts';
import type { View } from './state.ts';

export type Phase = 'none' | 'asked' | 'running' | 'done' | 'failed';
export interface Outcome { job: Job; comparison: Comparison; run: Run | null }

const WAIT_MS = 450; // after the last change
const N_PAIRS = [100, 200, 500, 1000, 2000];
const USUAL_PAIRS = 200;

export class Runner {
  phase: Phase = 'none';
  job: Job | null = null;
  error = '';
  outcome: Outcome | null = null;
  n_replicate: number;
  private key = '';
  private timer: ReturnType<typeof setTimeout> | null = null;
  private unfollow: (() => void) | null = null;
  private readonly kept = new Map<string, Outcome>();
  private listeners: (() => void)[] = [];

  constructor(private readonly app: App) {
    this.n_replicate = this.pairs.includes(USUAL_PAIRS) ? USUAL_PAIRS : Math.max(...this.pairs);
  }

  /** How many pairs may be asked for: the base has no more. */
  get pairs(): number[] {
    const most = this.app.info.runs.find((r) => r.id === this.app.info.base)?.n_replicate ?? USUAL_PAIRS;
    const fit = N_PAIRS.filter((n) => n <= most);
    return fit.length ? fit : [most];
  }

  listen(f: () => void): () => void {
    this.listeners.push(f);
    return () => { this.listeners = this.listeners.filter((g) => g !== f); };
  }

  private tell(phase: Phase): void {
    this.phase = phase;
    for (const f of this.listeners) f();
  }

  private asked(view: View): JobAsked {
    const levers = Object.fromEntries(Object.entries(view.levers).sort(([a], [b]) => a.localeCompare(b)));
    return { levers, what_ifs: view.what_ifs, n_replicate: this.n_replicate };
  }

  /** Brings the runner to the view; asks the server after a pause in which nothing changes. */
  update(view: View): void {
    const asked = this.asked(view);
    const nothing = !Object.keys(asked.levers).length && !asked.what_ifs.length;
    const key = nothing ? '' : JSON.stringify(asked);
    if (key === this.key) return;
    this.key = key;
    if (this.timer !== null) clearTimeout(this.timer);
    this.drop();
    const kept = this.kept.get(key);
    if (nothing || kept) {
      this.outcome = kept ?? null;
      this.job = kept?.job ?? null;
      this.tell(kept ? 'done' : 'none');
      return;
    }
    this.tell('asked');
    this.timer = setTimeout(() => void this.start(asked, key), WAIT_MS);
  }

  /** Stops what runs; its result is no longer wanted. */
  private drop(): void {
    this.unfollow?.();
    this.unfollow = null;
    if (this.job && (this.phase === 'running' || this.phase === 'asked') && this.job.state !== 'done') void api.stop(this.job.id).catch(() => undefined);
    this.job = null;
  }

  stop(): void {
    this.drop();
    if (this.timer !== null) clearTimeout(this.timer);
    this.error = 'Stopped.';
    this.outcome = null;
    this.tell('failed');
  }

  /** Runs the same again, for instance after a failure or with another number of replicates. */
  again(): void {
    this.key = '';
    this.update(this.app.store.view);
  }

  private async start(asked: JobAsked, key: string): Promise<void> {
    try {
      const job = await api.start(asked);
      if (key !== this.key) { void api.stop(job.id).catch(() => undefined); return; }
      this.job = job;
      this.tell('running');
      this.unfollow = follow(job.id, (j) => { this.job = j; this.tell('running'); }, (j) => void this.end(j, asked, key), (e) => { if (key === this.key) this.fail(e); });
    } catch (error) {
      if (key === this.key) this.fail(error as Error);
    }
  }

  private fail(error: Error): void {
    this.error = error.message;
    this.outcome = null;
    this.tell('failed');
  }

  private async end(ended: Job, asked: JobAsked, key: string): Promise<void> {
    if (key !== this.key) return;
    this.job = ended;
    if (ended.state !== 'done') return this.fail(new Error(ended.error ?? `The job ended as ${ended.state}.`));
    try {
      const job = ended.comparison ? ended : await api.job(ended.id);
      if (!job.comparison) throw new Error('The server gave no comparison.');
      if (key !== this.key) return;
      this.outcome = { job, comparison: job.comparison, run: null }; // numbers first, the map when its run is there
      this.tell('done');
      const run = job.run ? await this.app.load(job.run) : null;
      if (job.run && !this.app.made.some((r) => r.id === job.run)) {
        this.app.made.push({ id: job.run, name: Object.keys(asked.levers).join(', '), folder: '', n_replicate: job.n, seed: '', digest: job.digest ?? '', what_ifs: asked.what_ifs, from_job: job.id });
      }
      const whole = { job, comparison: job.comparison, run };
      this.kept.set(key, whole);
      if (key !== this.key) return;
      this.outcome = whole;
      this.tell('done');
    } catch (error) {
      if (key === this.key) this.fail(error as Error);
    }
  }
}
