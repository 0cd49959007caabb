import type { Fault } from '../kernel/fault.ts';

const CODES: ReadonlySet<string> = new Set(['bundle.referenceNotFound', 'rest.missingReference']);

/** Whether a write failed only because something it refers to is not there, and may come later. */
export function isMissingReference({ code }: Fault): boolean {
  return CODES.has(code);
}
