import { testClinic } from '#sdk/testing';

const clinic = testClinic(import.meta.dirname);

function place(id: string, parent?: string): { resourceType: 'Location'; id: string } {
  const partOf = parent === undefined ? {} : { partOf: { reference: `Location/${parent}` } };
  return { resourceType: 'Location', id, ...partOf };
}

test('no path makes a place a part of its own parts', async () => {
  await clinic.store(place('house'));
  await clinic.store(place('floor', 'house'));
  const { status, body } = await clinic.send('PUT', 'Location/house', place('house', 'floor'));
  expect([status, body.issue?.[0]?.details.text]).toEqual([422, expect.stringContaining('partOf')]);
  const entry = [place('x', 'y'), place('y', 'x')].map((resource) => ({
    resource,
    request: { method: 'PUT', url: `Location/${resource.id}` },
  }));
  const bundle = await clinic.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
  expect([bundle.status, (await clinic.get('Location/x')).status]).toEqual([422, 404]);
});

test('two who hang one below the other at once: one does', async () => {
  await clinic.store(place('a'));
  await clinic.store(place('b'));
  const answers = await Promise.all([
    clinic.send('PUT', 'Location/a', place('a', 'b')),
    clinic.send('PUT', 'Location/b', place('b', 'a')),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
});

test('a tree that is too deep is refused', async () => {
  await clinic.store(place('level-0'));
  for (let level = 1; level < 20; level += 1) await clinic.store(place(`level-${level}`, `level-${level - 1}`));
  expect((await clinic.send('PUT', 'Location/level-20', place('level-20', 'level-19'))).status).toBe(422);
});
