import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One step of a case: validation against the base specification, or against a profile too. */
interface StepJson {
  /** A file under `outcomes`, the outcome itself, or the number of errors. */
  readonly java?: string | OutcomeJson;
  readonly supporting?: readonly string[];
  readonly profiles?: readonly string[];
}

interface ProfileStepJson extends StepJson {
  readonly source: string;
}

interface OutcomeJson {
  readonly errorCount?: number;
  readonly outcome?: OutcomeJson;
  readonly issue?: readonly { readonly severity: string; readonly details?: { readonly text?: string } }[];
}

export interface CaseJson extends StepJson {
  readonly name: string;
  readonly file: string;
  readonly version?: string;
  readonly module?: string;
  readonly packages?: readonly string[];
  readonly profile?: ProfileStepJson;
  readonly 'use-test'?: boolean;
  readonly 'security-checks'?: boolean;
  readonly noHtmlInMarkdown?: boolean;
  readonly 'best-practice'?: string;
}

/** What the reference validator said: whether there was an error, and the texts of the errors for a reader. */
export interface Recorded {
  readonly hasError: boolean;
  readonly errors: readonly string[];
}

/** Cases of R4 in JSON or XML; other formats and versions are not what this server takes. */
export function readManifest(folder: string): readonly CaseJson[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    readonly 'test-cases': readonly CaseJson[];
  };
  return manifest['test-cases'].filter(
    ({ version, file, 'use-test': isUsed }) =>
      version?.startsWith('4.0') === true && isUsed !== false && /\.(json|xml)$/.test(file),
  );
}

/** Whether the files that a step cannot do without are in the folder. */
export function hasFiles(folder: string, { file, profile }: CaseJson, step: 'base' | 'profile'): boolean {
  const needed = step === 'profile' && profile !== undefined ? [file, profile.source] : [file];
  return needed.every((name) => existsSync(join(folder, name)));
}

/** Undefined when the outcome was not recorded. */
export function recordedOutcome(folder: string, { java }: StepJson): Recorded | undefined {
  if (java === undefined) return undefined;
  if (typeof java !== 'string') return recorded(java);
  const file = join(folder, 'outcomes', java);
  return existsSync(file) ? recorded(JSON.parse(readFileSync(file, 'utf8')) as OutcomeJson) : undefined;
}

function recorded({ errorCount, outcome, issue = [] }: OutcomeJson): Recorded {
  if (errorCount !== undefined) return { hasError: errorCount > 0, errors: [] };
  if (outcome !== undefined) return recorded(outcome);
  const errors = issue.filter(({ severity }) => severity === 'error' || severity === 'fatal');
  return { hasError: errors.length > 0, errors: errors.map(({ details }) => details?.text ?? '') };
}
