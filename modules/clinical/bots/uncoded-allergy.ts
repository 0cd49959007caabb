import { defineBot } from '#sdk';
import { isAllergy, isInForce, isUncoded } from '../record/allergies.ts';
import { CLINICAL_TASK } from '../terms.ts';

/** Somebody is asked to code an allergy that is in words only, once; the Task is done when it is coded or over. */
export const uncodedAllergy = defineBot<'AllergyIntolerance'>({
  name: 'uncoded-allergy',
  title: 'Asks for codes of allergies that are in words only',
  on: { criteria: 'AllergyIntolerance', interactions: ['create', 'update', 'delete'] },
  async run({ resourceId, resource }, clinic) {
    const key = `code-allergy/${resourceId}`;
    const isOpen = resource !== undefined && isInForce(resource) && isAllergy(resource) && isUncoded(resource);
    const known = await clinic.search(
      'Task',
      new URLSearchParams({ 'group-identifier': `${CLINICAL_TASK}|${key}` }).toString(),
    );
    if (known.length === 0 && !isOpen) return;
    const task = await clinic.createOnce(key, {
      resourceType: 'Task',
      status: 'requested',
      intent: 'order',
      groupIdentifier: { system: CLINICAL_TASK, value: key },
      code: { coding: [{ system: CLINICAL_TASK, code: 'code-allergy' }] },
      description: 'Please code the substance of this allergy, so that it can be checked.',
      focus: { reference: `AllergyIntolerance/${resourceId}` },
      ...(resource === undefined ? {} : { for: resource.patient }),
    });
    const status = isOpen ? 'requested' : 'completed';
    if (task.status !== status) await clinic.change('Task', task.id, (before) => ({ ...before, status }));
  },
});
