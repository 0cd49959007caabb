import type { Issue, IssueSeverity } from '../kernel/fault.ts';

/** Issues that are alike but for the values and places in them. */
export interface FindingClass {
  readonly severity: IssueSeverity;
  readonly type: string;
  /** FHIRPath without indices. */
  readonly element: string;
  /** The first text that was met. */
  readonly text: string;
  readonly count: number;
  /** Some resources that have it: `Patient/1`. */
  readonly examples: readonly string[];
}

export interface Findings {
  add(type: string, id: string, issues: readonly Issue[]): void;
  /** Most severe first, then most frequent. */
  classes(): readonly FindingClass[];
}

const MAX_EXAMPLES = 3;
const SEVERITIES: readonly IssueSeverity[] = ['fatal', 'error', 'warning', 'information'];

export function createFindings(): Findings {
  const classes = new Map<string, { -readonly [K in keyof FindingClass]: FindingClass[K] }>();
  return {
    add(type, id, issues) {
      for (const { severity, text, expression } of issues) {
        const element = (expression?.[0] ?? type).replace(/\[\d+\]/g, '');
        const kind = text.replace(/"[^"]*"/g, '"…"').replace(/\d+/g, 'N');
        const key = `${severity} ${type} ${element} ${kind}`;
        const known = classes.get(key);
        const example = `${type}/${id}`;
        if (known === undefined) classes.set(key, { severity, type, element, text, count: 1, examples: [example] });
        else {
          known.count += 1;
          if (known.examples.length < MAX_EXAMPLES && !known.examples.includes(example)) {
            known.examples = [...known.examples, example];
          }
        }
      }
    },
    classes: () =>
      [...classes.values()].sort(
        (left, right) =>
          SEVERITIES.indexOf(left.severity) - SEVERITIES.indexOf(right.severity) || right.count - left.count,
      ),
  };
}
