import { openTestEngine } from '../harness/test-engine.ts';
import { extendWithRules } from './ruled-server.ts';
import { stock } from './stock.fixture.ts';
import { take } from './stock-history.ts';

/** A process that rebuilds a projection again and again, or writes, until it is killed: `rebuild|write URL`. */
const [, , kind, url] = process.argv;
const open = await openTestEngine({ validation: 'structure', referentialIntegrity: false }, url);
const projections = extendWithRules(open, { projections: [stock] });
process.stdout.write('ready\n');
for (let round = 1; ; round += 1) {
  if (kind === 'rebuild') {
    await projections.rebuild('sample.stock');
  } else {
    const random = (limit: number): number => Math.floor(Math.random() * limit);
    const kinds = ['put', 'put', 'delete', 'transfer'] as const;
    await take(open, {
      kind: kinds[random(4)] ?? 'put',
      id: random(40),
      from: random(4),
      to: random(4),
      quantity: 1 + random(9),
    });
  }
  process.stdout.write(`${round}\n`);
}
