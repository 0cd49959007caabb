import { Fault, type Issue } from '../../kernel/fault.ts';
import { textOf } from '../../search/index/values.ts';
import { buildOverlay } from '../../validation/profile/overlay.ts';
import type { Engine } from '../engine.ts';
import type { PlannedResource } from './plan-package.ts';
import { firstOf } from './report.ts';

/** What of installed resources is not in force: profiles that say what cannot be applied, value sets that cannot be expanded. */
export async function notUsable(engine: Engine, resources: readonly PlannedResource[]): Promise<Issue[]> {
  const issues: Issue[] = [];
  for (const planned of resources) {
    const reasons = await reasonsOf(engine, planned);
    issues.push(
      ...reasons.map(({ code, text }): Issue => ({ severity: 'warning', code, text: `${planned.path}: ${text}` })),
    );
  }
  return firstOf(issues, 'more problems of this kind');
}

async function reasonsOf(engine: Engine, { type, resource }: PlannedResource): Promise<readonly Issue[]> {
  if (type === 'StructureDefinition') {
    const [url = '', version] = [textOf(resource, 'url'), textOf(resource, 'version')];
    const canonical = version === undefined ? url : `${url}|${version}`;
    return buildOverlay(canonical, engine.definitions, engine.canonicals)?.issues ?? [];
  }
  return type === 'ValueSet' ? expansionIssues(engine, resource) : [];
}

async function expansionIssues(engine: Engine, instance: PlannedResource['resource']): Promise<readonly Issue[]> {
  try {
    await engine.terminology.expand({ instance, parameters: [{ name: 'count', valueInteger: 0 }] });
    return [];
  } catch (error) {
    if (error instanceof Fault) return error.issues;
    throw error;
  }
}
