import { isObject, type JsonObject } from '../../kernel/json.ts';
import { addIssue, addIssueAt, type Walk } from '../walk.ts';
import type { BundleEntry, BundleIndex } from './bundle-index.ts';

/** What a server answers a search with. https://hl7.org/fhir/R4/bundle.html#searchset */
export function checkSearchset(bundle: JsonObject, { entries }: BundleIndex, walk: Walk): void {
  const self = selfUrl(bundle);
  if (self === undefined) {
    const text = 'A searchset should say what was searched for. Expected is a link with the relation self.';
    addIssue(walk, 'required', text, 'warning');
  }
  if (entries.some((entry) => modeOf(entry) === undefined)) {
    const text =
      'Entries of a searchset should say why they are there. Expected is search.mode: match, include or outcome.';
    addIssue(walk, 'required', text, 'warning');
  }
  const type = self === undefined ? undefined : searchedType(self, walk);
  for (const entry of entries) checkEntry(entry, type, walk);
}

function checkEntry(entry: BundleEntry, searched: string | undefined, walk: Walk): void {
  const { index, resource } = entry;
  if (resource === undefined) return;
  const mode = modeOf(entry);
  const type = String(resource.resourceType);
  const isOutcome = type === 'OperationOutcome';
  if (mode === 'outcome' && !isOutcome) {
    addIssueAt(
      walk,
      ['entry', index, 'resource'],
      'value',
      `An outcome of a search is no ${type}. Expected is an OperationOutcome.`,
    );
  }
  if (isOutcome) return;
  if (resource.id === undefined) {
    const text = 'What a search finds has an id. Expected is the id of the resource.';
    addIssueAt(walk, ['entry', index, 'resource'], 'required', text);
  }
  if (searched === undefined || type === searched || mode === 'include') return;
  const text = `The search was for ${searched}, this is a ${type}. Expected is search.mode include, or a ${searched}.`;
  addIssueAt(walk, ['entry', index, 'resource'], 'value', text, mode === 'match' ? 'error' : 'warning');
}

function modeOf({ entry }: BundleEntry): string | undefined {
  return isObject(entry.search) && typeof entry.search.mode === 'string' ? entry.search.mode : undefined;
}

function selfUrl({ link }: JsonObject): string | undefined {
  const self = (Array.isArray(link) ? link : []).find((item) => isObject(item) && item.relation === 'self');
  return isObject(self) && typeof self.url === 'string' ? self.url : undefined;
}

/** `…/Observation?code=…`; undefined for searches of all types and for operations. */
function searchedType(self: string, walk: Walk): string | undefined {
  const type = self.split('?', 1)[0]?.split('/').at(-1);
  return type !== undefined && walk.env.definitions.isResourceType(type) ? type : undefined;
}
