import { corpus } from '../data/corpus.ts';
import { QUERIES } from '../queries/queries.ts';
import { judge } from './judge.ts';
import { createWorld } from './world.ts';

const world = createWorld(corpus());
const listed = Object.values(QUERIES).flat();

test('the corpus is the same in every run and has no two resources of one id', () => {
  expect(corpus()).toEqual(corpus());
  expect(world.byKey.size).toBe(world.resources.length);
});

test('the queries find something and not everything', () => {
  const sizes = listed.map((url) => {
    const type = url.slice(0, url.indexOf('?'));
    const all = world.resources.filter((resource) => type === '' || resource.resourceType === type).length;
    const found = judge(world, url).matches.length;
    return { url, found, isTelling: found > 0 && found < all };
  });
  console.log(
    sizes.length,
    sizes
      .filter((s) => !s.isTelling)
      .map((s) => `${s.found} ${s.url}`)
      .join('\n'),
  );
});
