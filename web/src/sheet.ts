/** What a drawing says as rows, so that it can be saved as a file as well. */

export interface SheetColumn { head: string; unit: string }
export interface Sheet {
  name: string; title: string; notes: string[];
  columns: SheetColumn[]; rows: (string | number | null)[][];
  legend: { color: string; dash?: string; text: string }[];
}

const sheets = new WeakMap<Element, () => Sheet>();

/** Says of an element that holds a drawing (an svg) what rows are behind it. */
export function offerSheet(node: HTMLElement, make: () => Sheet): void {
  sheets.set(node, make);
  node.setAttribute('data-sheet', '');
}

export const sheetOf = (node: Element): Sheet | null => sheets.get(node)?.() ?? null;
