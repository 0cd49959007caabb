import { defineOperation } from '#sdk';
import { parameters } from '../answer.ts';
import { flagExpiring } from '../expiry/flag-expiring.ts';
import { visibleOf } from '../visible.ts';
import { addDays, lastDay, localDay } from '../local-day.ts';

export const expiryRun = defineOperation({
  code: 'expiry-run',
  title: 'Flag what expires soon',
  text: 'Does what happens each night: a Flag for each lot that is there and expires within 90 days, which escalates at 60 and 30.',
  levels: ['system'],
  affectsState: true,
  input: { on: { type: 'date', text: 'As of this day, to look ahead; default today.' } },
  output: { return: { type: 'Resource', min: 1, text: 'Parameters: "flag", those that are new or escalated.' } },
  async run(context, { input }) {
    const now = context.now();
    const day = input.on === undefined ? localDay(now, undefined) : addDays(lastDay(input.on), 0);
    const flags = await context.asServer((clinic) => flagExpiring(clinic, day, now));
    return parameters((await visibleOf(context, flags)).map((resource) => ({ name: 'flag', resource })));
  },
});
