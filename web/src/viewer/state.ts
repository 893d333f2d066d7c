/** What is on the screen, kept in the address (after #), so that any view is a link. */

import type { LeverValue } from './api.ts';

export const TABS = ['district', 'counts', 'capitals', 'claims', 'scores', 'what-if', 'history', 'compare', 'flee'] as const;
export type Tab = (typeof TABS)[number];

export interface View {
  run: string;                          // '' is the base run
  date: string;                         // ISO, '' is the usual one
  layer: string;
  bloc: string;                         // id, '' is the main challenger
  tab: Tab;
  district: string;                     // p-code, '' none
  replicate: number;
  levers: Record<string, LeverValue>;
  what_ifs: string[];
  compare: string;                      // run id, '' none
  series: string;                       // observable picked among the counts
  claim: string;                        // statement opened
}
export type Key = keyof View;

export const START: View = {
  run: '', date: '', layer: 'control', bloc: '', tab: 'district', district: '', replicate: 0, levers: {}, what_ifs: [], compare: '', series: '', claim: '',
};
/** What the map shows in a tab unless something else is chosen. */
export const usualLayer = (tab: Tab): string => (tab === 'history' ? 'history' : 'control');

const LEVER = 'lever.';
const TEXTS = ['run', 'date', 'bloc', 'district', 'compare', 'series', 'claim'] as const;

/** A lever's value as it was meant: a switch, a number, or a text. */
function leverValue(text: string): LeverValue {
  if (text === 'on' || text === 'off') return text === 'on';
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

export function readView(hash: string): View {
  const q = new URLSearchParams(hash.replace(/^#/, ''));
  const view: View = { ...START, levers: {}, what_ifs: q.getAll('what-if') };
  for (const key of TEXTS) view[key] = q.get(key) ?? START[key];
  const tab = q.get('tab');
  view.tab = TABS.find((t) => t === tab) ?? START.tab;
  view.layer = q.get('layer') ?? usualLayer(view.tab);
  view.replicate = Math.max(0, Math.floor(Number(q.get('replicate')) || 0));
  for (const [key, text] of q) if (key.startsWith(LEVER)) view.levers[key.slice(LEVER.length)] = leverValue(text);
  return view;
}

export function writeView(view: View): string {
  const q = new URLSearchParams();
  for (const key of TEXTS) if (view[key] !== START[key]) q.set(key, view[key]);
  if (view.layer !== usualLayer(view.tab)) q.set('layer', view.layer);
  if (view.tab !== START.tab) q.set('tab', view.tab);
  if (view.replicate) q.set('replicate', String(view.replicate));
  for (const name of view.what_ifs) q.append('what-if', name);
  for (const [key, value] of Object.entries(view.levers)) q.set(LEVER + key, typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value));
  return q.toString();
}

type Listener = (view: View, changed: ReadonlySet<Key>) => void;
const SETTLE_MS = 250;

/** The view and who listens to it. Changes of the day and of levers replace the address, others add to the history. */
export class Store {
  view = readView(location.hash);
  private listeners: Listener[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    addEventListener('popstate', () => this.apply(readView(location.hash)));
  }

  listen(f: Listener): () => void {
    this.listeners.push(f);
    return () => { this.listeners = this.listeners.filter((g) => g !== f); };
  }

  /** Opens a tab; the map goes along where it shows what is usual there. */
  open(tab: Tab): void {
    const { view } = this;
    const follows = view.layer === usualLayer(view.tab) || usualLayer(tab) !== 'control';
    this.set(follows ? { tab, layer: usualLayer(tab) } : { tab });
  }

  /** quiet: not worth a step of its own when going back. */
  set(patch: Partial<View>, quiet = false): void {
    const push = !quiet && Object.keys(patch).some((key) => key !== 'date' && key !== 'levers' && key !== 'replicate');
    if (push) this.flush();
    if (!this.apply({ ...this.view, ...patch })) return;
    if (push) history.pushState(null, '', `#${writeView(this.view)}`);
    else {
      if (this.timer !== null) clearTimeout(this.timer);
      this.timer = setTimeout(() => this.flush(), SETTLE_MS);
    }
  }

  /** Writes the address now. */
  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const hash = `#${writeView(this.view)}`;
    if (hash !== location.hash && !(hash === '#' && location.hash === '')) history.replaceState(null, '', hash);
  }

  private apply(next: View): boolean {
    const changed = new Set<Key>();
    for (const key of Object.keys(next) as Key[]) {
      if (JSON.stringify(next[key]) !== JSON.stringify(this.view[key])) changed.add(key);
    }
    this.view = next;
    if (changed.size) for (const f of [...this.listeners]) f(next, changed);
    return changed.size > 0;
  }
}
