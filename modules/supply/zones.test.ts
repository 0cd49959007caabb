import { testClinic } from '#sdk/testing';
import { localDay } from './local-day.ts';
import { structure } from './names.ts';
import { enter, lot, place, product, tried } from './supply.fixture.ts';

const clinic = testClinic(import.meta.dirname);

test('a lot can be used through its last day by the clocks of the place, which it has from the site around it', async () => {
  // Their days are never the same: 25 hours lie between them.
  const [early, late] = ['Pacific/Kiritimati', 'Pacific/Pago_Pago'];
  const today = localDay(new Date(), late);
  const knowledge = (await clinic.store(product('zoned'))).id;
  const { id } = await clinic.store(lot({ product: knowledge, number: 'Z1', expires: today }));
  const answers: unknown[] = [];
  for (const zone of [early, late]) {
    const site = await clinic.store(place('site', { extension: [{ url: structure('time-zone'), valueCode: zone }] }));
    const room = await clinic.store(place('room', { partOf: { reference: `Location/${site.id}` } }));
    await enter(clinic, { type: 'receipt', lot: id, quantity: 3, destination: room.id });
    answers.push(await tried(clinic, { type: 'issue', lot: id, quantity: 1, origin: room.id }));
    const plan = await clinic.get(`Location/${room.id}/$availability?product=zoned`);
    answers.push(plan.body.parameter?.at(-1));
  }
  expect(answers).toEqual([
    [422, 'supply.lotExpired'],
    { name: 'missing', valueInteger: 1 },
    [201, undefined],
    { name: 'missing', valueInteger: 0 },
  ]);
});

test('nothing is given from quarantine', async () => {
  const knowledge = (await clinic.store(product('held'))).id;
  const { id } = await clinic.store(lot({ product: knowledge, number: 'Z1' }));
  const held = await clinic.store(
    place('held', { extension: [{ url: structure('stock-kind'), valueCode: 'quarantine' }] }),
  );
  await enter(clinic, { type: 'receipt', lot: id, quantity: 3, destination: held.id });
  expect(await tried(clinic, { type: 'issue', lot: id, quantity: 1, origin: held.id })).toEqual([
    422,
    'supply.placeNotIssuing',
  ]);
});
