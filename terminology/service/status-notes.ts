import type { JsonObject } from '../../server/kernel/json.ts';
import { canonicalOf, extensionsOf, textAt } from '../resource/elements.ts';
import { STANDARDS_STATUS } from '../resource/concept-standing.ts';
import type { Scope } from './scope.ts';

/** What to know about a resource that an answer rests on. */
interface StatusNote {
  readonly status: 'deprecated' | 'withdrawn' | 'retired' | 'experimental' | 'draft';
  readonly type: string;
  readonly canonical: string;
}

/** @param asked the value set of the question, when there is one: what is a draft itself may rest on drafts */
export function statusNotes({ usage }: Scope, asked: JsonObject | undefined): readonly StatusNote[] {
  const resources = new Set([
    ...usage.systems.values(),
    ...usage.valueSets.values(),
    ...(asked === undefined ? [] : [asked]),
  ]);
  return [...resources].flatMap((resource): StatusNote[] => {
    const status = statusOf(resource, asked);
    const url = textAt(resource, 'url');
    if (status === undefined || url === undefined) return [];
    return [
      {
        status,
        type: textAt(resource, 'resourceType') ?? '',
        canonical: canonicalOf(url, textAt(resource, 'version')),
      },
    ];
  });
}

function statusOf(resource: JsonObject, asked: JsonObject | undefined): StatusNote['status'] | undefined {
  const standards = standardsStatus(resource);
  if (standards === 'deprecated' || standards === 'withdrawn') return standards;
  if (resource.status === 'retired') return 'retired';
  if (asked === resource) return undefined;
  if (resource.experimental === true && asked?.experimental !== true) return 'experimental';
  return isDraft(resource) && (asked === undefined || !isDraft(asked)) ? 'draft' : undefined;
}

function isDraft(resource: JsonObject): boolean {
  return standardsStatus(resource) === 'draft' || resource.status === 'draft';
}

function standardsStatus(resource: JsonObject): string | undefined {
  return textAt(extensionsOf(resource, STANDARDS_STATUS)[0], 'valueCode');
}
