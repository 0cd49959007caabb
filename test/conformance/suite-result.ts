/** How one suite of public conformance cases went. */
export interface SuiteResult {
  readonly name: string;
  readonly cases: number;
  readonly agreed: number;
  /** Least share that must agree. */
  readonly goal: number;
  /** One line for each case that went otherwise. */
  readonly differences: readonly string[];
  /** Of parts of the suite: name, cases, agreed. */
  readonly parts: readonly (readonly [string, number, number])[];
}

/** The result as people read it. */
export function describeSuite({ name, cases, agreed, goal, differences, parts }: SuiteResult): string {
  const lines = [`${name}: ${agreed} of ${cases} (${percent(agreed, cases)}; goal ${(goal * 100).toFixed(0)} %)`];
  for (const [part, count, good] of parts) lines.push(`  ${part}: ${good} of ${count}`);
  for (const difference of differences) lines.push(`  - ${difference}`);
  return lines.join('\n');
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((part * 100) / whole).toFixed(1)} %`;
}
