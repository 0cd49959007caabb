import { CONTRAINDICATION_RULE, DOSE_RULE, INTERACTION_RULE } from '../names.ts';
import type { FactResource } from './knowledge.ts';

const PROFILES: Readonly<Record<string, string>> = {
  MedicinalProductInteraction: INTERACTION_RULE,
  MedicinalProductContraindication: CONTRAINDICATION_RULE,
  MedicationKnowledge: DOSE_RULE,
};

/** Whether a resource says that it is a rule: by its profile. Others are anybody's. */
export function isFactResource(resource: {
  readonly resourceType: string;
  readonly meta?: { readonly profile?: readonly string[] | undefined } | undefined;
}): resource is FactResource {
  const profile = PROFILES[resource.resourceType];
  return profile !== undefined && resource.meta?.profile?.some((each) => each.split('|')[0] === profile) === true;
}
