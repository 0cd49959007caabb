/** The parts of a searchset Bundle that the bench looks at. */
export interface SearchBundle {
  readonly total?: number;
  readonly entry?: readonly { readonly resource?: { readonly resourceType?: string; readonly id?: string } }[];
  readonly link?: readonly { readonly relation?: string; readonly url?: string }[];
}

export function idsOf(bundle: SearchBundle): string[] {
  return (bundle.entry ?? []).map(({ resource }) => `${resource?.resourceType ?? '?'}/${resource?.id ?? '?'}`);
}

/** @throws Error that names what was asked, found and expected */
export function expectEqual(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) {
    throw new Error(`Wrong answer (${what}):\n  found    ${String(found)}\n  expected ${String(expected)}`);
  }
}
