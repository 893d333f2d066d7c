/** What is behind a number: the recorded row, or the definition of an observable, in a box over the page. */

import type { Run } from '../data.ts';
import { el, sourceNode, type Child } from '../dom.ts';
import { recordId, recordValue, rescaledText, spanText, title, unitText } from '../facts.ts';
import { limits } from '../facts.ts';

function box(heading: string, content: Child[]): void {
  const close = el('button', { type: 'button' }, 'Close');
  const dialog = el('dialog', { 'aria-labelledby': 'dialog-title' }, el('div', { class: 'bar' }, el('h2', { id: 'dialog-title' }, heading), close), content);
  const before = document.activeElement;
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (e) => { if (e.target === dialog) dialog.close(); });
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (before instanceof HTMLElement) before.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function list(rows: [string, Child][]): HTMLElement {
  return el('dl', {}, rows.filter(([, v]) => v).flatMap(([k, v]) => [el('dt', {}, k), el('dd', {}, v)]));
}

function showRecord(run: Run, id: string): boolean {
  const r = run.data.record.find((x) => recordId(x) === id);
  if (!r) return false;
  box('What is recorded', [list([
    ['what', r.district >= 0 ? `${title(run, r.observable)}, ${run.districtName(r.district)}` : title(run, r.observable)], ['date', spanText(r, run)],
    ['value', recordValue(r)], [`as a share of ${run.n} districts`, r.denominator === null ? '' : rescaledText(r, run)], ['who', r.who],
    ['source', r.source ? sourceNode(r.source) : 'not named'], ['known on', r.known_on], ['confidence', r.confidence], ['mode', r.mode.replaceAll('_', ' ')], ['definition', r.definition], ['note', r.note],
  ])]);
  return true;
}

function showDefinition(run: Run, name: string): boolean {
  const o = run.data.observables.find((x) => x.name === name);
  if (!o) return false;
  box(title(run, name), [list([['what is counted', o.definition], ['unit', unitText(o.unit)], ['name', el('code', {}, o.name)]])]);
  return true;
}

/** Follows a link inside a run's page; false if it leads to nothing here. */
export function followLink(run: Run, hash: string): boolean {
  const id = decodeURIComponent(hash.slice(1));
  if (id.startsWith('r-')) return showRecord(run, id);
  if (id.startsWith('o-')) return showDefinition(run, id.slice(2));
  return false;
}

export function showAbout(run: Run): void {
  const { data } = run;
  const [, ...text] = limits();
  box('Intended use and limits', [...text,
    el('p', {}, 'Casualties are floors. Districts without a recorded date are shown as unknown, not guessed. The shipped defaults may be informed by the outcome they are compared with: ' +
      'agreement with the national count is no evidence by itself.'),
    data.scenario.notes ? el('p', {}, `Notes of the scenario: ${data.scenario.notes}`) : null,
    list([['version', data.version], ['digest of the run', el('code', { class: 'break' }, data.meta['digest'] ?? '')], ['digest of the scenario', el('code', { class: 'break' }, data.scenario.digest)], ['seed', data.meta['seed'] ?? ''],
      ['replicates', String(data.n_replicate)]])]);
}
