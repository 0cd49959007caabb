import { setImmediate } from 'node:timers/promises';
import { Fault, type Issue } from '../../kernel/fault.ts';
import type { Engine } from '../engine.ts';
import type { PlannedResource } from './plan-package.ts';
import { firstOf, MAX_NAMED } from './report.ts';

interface Checked {
  readonly resources: readonly PlannedResource[];
  readonly issues: readonly Issue[];
}

interface Verdict {
  /** As it can be stored; undefined: it cannot. */
  readonly accepted: PlannedResource | undefined;
  readonly errors: readonly Issue[];
}

/**
 * What can be stored of the resources of a package. Their structure must be right; whatever else is wrong with them is
 * told, since publishers do not always keep to the rules of FHIR themselves.
 * @throws Fault 422 with the errors of all files when the structure of one is wrong
 */
export async function checkResources(engine: Engine, resources: readonly PlannedResource[]): Promise<Checked> {
  const { checked, refused } = await checkAll(engine, resources);
  const errors = refused.flatMap(({ planned, errors: found }) =>
    found.map((issue): Issue => ({ ...issue, text: `${planned.path}: ${issue.text}` })),
  );
  if (errors.length > 0) throw new Fault('package.invalid', 422, errors.slice(0, MAX_NAMED));
  return checked;
}

/** Examples whose structure is right; the issues say why others are left out. */
export async function checkExamples(engine: Engine, examples: readonly PlannedResource[]): Promise<Checked> {
  const { checked, refused } = await checkAll(engine, examples);
  const leftOut = refused.flatMap(({ planned, errors }) => warnings(planned, 'is left out', errors));
  return { resources: checked.resources, issues: [...firstOf(leftOut, 'more examples'), ...checked.issues] };
}

interface Refused {
  readonly planned: PlannedResource;
  readonly errors: readonly Issue[];
}

async function checkAll(
  engine: Engine,
  resources: readonly PlannedResource[],
): Promise<{ readonly checked: Checked; readonly refused: readonly Refused[] }> {
  const accepted: PlannedResource[] = [];
  const refused: Refused[] = [];
  const drafts: Issue[] = [];
  const invalid: Issue[] = [];
  for (const planned of resources) {
    const { accepted: stored, errors } = await judge(engine, planned);
    if (stored === undefined) refused.push({ planned, errors });
    else accepted.push(stored);
    if (stored === planned) invalid.push(...warnings(planned, 'is not valid', errors));
    else if (stored !== undefined)
      drafts.push(...warnings(planned, 'is stored as a draft, since it cannot run here', errors));
  }
  const issues = [...drafts, ...firstOf(invalid, 'more files are not valid')];
  return { checked: { resources: accepted, issues }, refused };
}

/** A SearchParameter that cannot run here is accepted as a draft, which only documents. */
async function judge(engine: Engine, planned: PlannedResource): Promise<Verdict> {
  const errors = await errorsOf(engine, planned);
  if (errors.length === 0) return { accepted: planned, errors };
  const structural = await errorsOf(engine, planned, 'structure');
  if (structural.length === 0) return { accepted: planned, errors };
  const draft = asDraft(planned);
  const isAcceptable = draft !== undefined && (await errorsOf(engine, draft, 'structure')).length === 0;
  return { accepted: isAcceptable ? draft : undefined, errors: structural };
}

async function errorsOf(engine: Engine, { resource }: PlannedResource, level?: 'structure'): Promise<readonly Issue[]> {
  // A large package must not hold up everybody else's requests.
  await setImmediate();
  const issues = await engine.validate(resource, level);
  return issues.filter(({ severity }) => severity === 'error' || severity === 'fatal');
}

function asDraft(planned: PlannedResource): PlannedResource | undefined {
  const { type, resource } = planned;
  if (type !== 'SearchParameter' || resource.status !== 'active') return undefined;
  return { ...planned, resource: { ...resource, status: 'draft' } };
}

/** At most one line for a file: what became of it, the first reason, and how many there are. */
function warnings({ path }: PlannedResource, outcome: string, found: readonly Issue[]): Issue[] {
  const more = found.length > 1 ? ` And ${found.length - 1} more.` : '';
  return found.slice(0, 1).map(({ code, text, expression = [] }) => {
    const place = expression.map((each) => ` (${each})`).join('');
    return { severity: 'warning', code, text: `${path} ${outcome}: ${text.slice(0, 300)}${place}${more}` };
  });
}
