import { defineRule, type AnyResource } from '#sdk';
import { faults } from '../faults.ts';
import { isLeftBehind } from '../merge/left-behind.ts';
import { survivorOf, unmergedFrom } from '../merge/link.ts';
import { basesOf, withMoved } from '../merge/references.ts';

/**
 * A patient who was merged into another one has nothing any more, and is not used. Who comes from elsewhere as a replaced
 * one is taken as they are.
 */
export const replacedPatient = defineRule<'Patient'>({
  name: 'replaced-patient',
  on: 'Patient',
  async check({ id, before, after }, context) {
    if (before === undefined || after === undefined) return;
    const [was, is] = [survivorOf(before), survivorOf(after)];
    const apart = unmergedFrom(after).filter((each) => !unmergedFrom(before).includes(each));
    if (was === undefined && is === undefined && apart.length === 0) return;
    if (is !== undefined && after.active === true) throw faults.replacedActive();
    if (apart.some((each) => each !== was)) throw faults.notMerged();
    if (was !== undefined && is === undefined && !apart.includes(was)) throw faults.replacedActive();
    if (was !== undefined || is === undefined) return;
    const self = `Patient/${id}`;
    for (const each of await context.referrers('Patient', id)) {
      const name = `${each.resourceType}/${each.id ?? ''}`;
      if (name !== self && name !== is && !isLeftBehind(each) && refersTo(each, self)) throw faults.replacedInUse();
    }
  },
});

/** To the patient as they are now: a version is of what was. */
function refersTo(resource: AnyResource, name: string): boolean {
  return withMoved(resource, { from: name, to: name }, { bases: basesOf(resource, name) }).paths.length > 0;
}
