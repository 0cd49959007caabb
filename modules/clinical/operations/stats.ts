import { defineOperation, type ResourceOf, type Stored } from '#sdk';
import { faults } from '../faults.ts';
import { measuredValues, observationQuery } from '../statistics/measured-values.ts';
import { STATISTICS } from '../statistics/statistics.ts';
import { statisticsObservation } from '../statistics/statistics-observation.ts';

const MOST_CODES = 20;
const COUNTS = ['count', 'total-count'];

/** Statistics over Observations of one code. https://hl7.org/fhir/R4/observation-operation-stats.html */
export const stats = defineOperation({
  code: 'stats',
  title: 'Statistics of Observations',
  text:
    'Statistics of what was measured of a subject, by code, over a duration or period: exact decimals. Values in components count ' +
    'too. All values of a code must be in one unit.',
  levels: ['type'],
  types: ['Observation'],
  affectsState: false,
  input: {
    subject: { type: 'uri', min: 1, text: 'Of whom: Patient/1.' },
    code: { type: 'string', max: '*', text: 'Codes of system, each on its own.' },
    system: { type: 'uri', text: 'Of the codes.' },
    coding: { type: 'Coding', max: '*', text: 'Or system and code together.' },
    duration: { type: 'decimal', text: 'The last hours until now.' },
    period: { type: 'Period', text: 'Or from when until when.' },
    statistic: { type: 'code', max: '*', text: 'Which.', oneOf: [...STATISTICS, ...COUNTS] },
    include: { type: 'boolean', text: 'Whether to answer the Observations too.' },
    limit: { type: 'positiveInt', text: 'At most that many of them, the newest; default all.' },
  },
  output: {
    statistics: {
      type: 'Resource',
      max: '*',
      text: 'An Observation of each code, with a component of each statistic.',
    },
    source: { type: 'Resource', max: '*', text: 'The Observations, the newest first.' },
  },
  async run(context, { input }) {
    const { subject, statistic, duration, period, include = false, limit } = input;
    if (statistic.length === 0) throw faults.statsNeedsStatistic([...STATISTICS, ...COUNTS].join(', '));
    if (duration !== undefined && period !== undefined) throw faults.statsOneTime();
    const codings = [...input.coding, ...input.code.map((code) => ({ system: input.system, code }))];
    if (codings.length === 0) throw faults.statsNeedsCode();
    if (codings.length > MOST_CODES) throw faults.statsManyCodes(MOST_CODES);
    const statistics: ResourceOf<'Observation'>[] = [];
    const sources = new Map<string, Stored<'Observation'>>();
    for (const { system, code } of codings) {
      if (system === undefined || code === undefined) throw faults.statsNeedsCode();
      const query = observationQuery({ subject, system, code, now: context.now(), duration, period });
      const found = await context.search('Observation', query, 10_000);
      for (const each of found) sources.set(each.id, each);
      const measured = measuredValues(found, { system, code });
      statistics.push(statisticsObservation({ subject, coding: { system, code }, statistics: statistic, measured }));
    }
    const newest = [...sources.values()].slice(0, limit ?? sources.size);
    return { statistics, source: include ? newest : [] };
  },
});
