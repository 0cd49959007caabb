import { canonicalText, defineRule, type RuleContext } from '#sdk';
import { personOf } from '../actors.ts';
import { isGiven, isWitness, type Administration } from '../administration.ts';
import { controlledSchedule } from '../controlled-schedule.ts';
import { faults } from '../faults.ts';
import { isInpatient } from '../order.ts';
import { isGivenHere } from '../ward-order.ts';

/** A dose of a controlled drug is given by two people: one gives it, another one sees it. */
export const doseWitness = defineRule<'MedicationAdministration'>({
  name: 'dose-witness',
  on: 'MedicationAdministration',
  async check({ before, after }, context) {
    if (after === undefined || !isGiven(after)) return;
    if (before !== undefined && isGiven(before) && samePerformers(before, after)) return;
    const performers = after.performer ?? [];
    const witnesses = await people(performers.filter(isWitness), context);
    const givers = await people([...performers.filter((each) => !isWitness(each)), ...self(context)], context);
    if (witnesses.some((witness) => givers.includes(witness))) throw faults.witnessSelf();
    const order = await context.resolve(after.request, 'MedicationRequest');
    if (order === undefined || !isInpatient(order) || !(await isGivenHere(order, context))) return;
    for (const witness of witnesses) await checkFit(witness, context);
    if (witnesses.length > 0) return;
    const schedule = await controlledSchedule(context, order);
    if (schedule !== undefined && context.setting('witness-schedules').split(' ').includes(schedule)) {
      throw faults.witnessNeeded(schedule);
    }
  },
});

type Performers = NonNullable<Administration['performer']>;

function samePerformers(before: Administration, after: Administration): boolean {
  return canonicalText(before.performer) === canonicalText(after.performer);
}

function self({ actor }: RuleContext): readonly { readonly actor: { readonly reference: string } }[] {
  return actor.kind === 'user' && actor.reference !== undefined ? [{ actor: { reference: actor.reference } }] : [];
}

async function people(
  performers: readonly Pick<Performers[number], 'actor'>[],
  context: RuleContext,
): Promise<readonly string[]> {
  const found = await Promise.all(performers.map(({ actor }) => personOf(actor, context)));
  return found.filter((each) => each !== undefined);
}

async function checkFit(witness: string, context: RuleContext): Promise<void> {
  const roles = context.setting('witness-roles').split(' ');
  const held = witness.startsWith('Practitioner/')
    ? await context.search('PractitionerRole', `practitioner=${encodeURIComponent(witness)}&active=true`)
    : [];
  const codes = held.flatMap(({ code = [] }) => code.flatMap(({ coding = [] }) => coding.map((each) => each.code)));
  if (!codes.some((code) => code !== undefined && roles.includes(code))) throw faults.witnessUnfit(roles);
}
