import fc from 'fast-check';
import { draftOf } from './draft.fixture.ts';

const unread = (
  read: (draft: ReturnType<typeof draftOf>) => void,
  ...segments: readonly string[]
): readonly string[] => {
  const draft = draftOf(...segments);
  for (const msh of draft.all('MSH')) msh.skip(3, 4, 5, 6, 7, 9, 10, 11, 12);
  read(draft);
  return draft.finish().unread;
};

test.each<readonly [string, string, (draft: ReturnType<typeof draftOf>) => void, readonly string[]]>([
  ['a segment that nobody reads', 'ZPD|1|A', () => undefined, ['ZPD[1]']],
  ['nothing in it', 'ZPD|||', () => undefined, []],
  ['a field', 'ZPD|1|A', (draft) => draft.first('ZPD')?.text(1), ['ZPD[1]-2']],
  ['a component', 'ZPD|a^b^c', (draft) => draft.first('ZPD')?.value(1)?.text(2), ['ZPD[1]-1.1', 'ZPD[1]-1.3']],
  [
    'a subcomponent',
    'ZPD|a&b^c',
    (draft) => draft.first('ZPD')?.value(1)?.part(1).text(1),
    ['ZPD[1]-1.1.2', 'ZPD[1]-1.2'],
  ],
  ['a repetition', 'ZPD|a~b^c', (draft) => draft.first('ZPD')?.text(1), ['ZPD[1]-1[2]']],
  ['the whole component', 'ZPD|a&b', (draft) => draft.first('ZPD')?.text(1), []],
  ['all of it', 'ZPD|a^b&c', (draft) => draft.first('ZPD')?.value(1)?.whole(), []],
  ['what is skipped', 'ZPD|1|A~B', (draft) => draft.first('ZPD')?.skip(1, 2), []],
  ['what is only looked at', 'ZPD|1', (draft) => draft.first('ZPD')?.value(1)?.peek(), ['ZPD[1]']],
  ['an order to delete', 'ZPD|""', (draft) => draft.first('ZPD')?.isNull(1), []],
])('%s', (_name, segment, read, expected) => {
  expect(unread(read, segment)).toEqual(expected);
});

test('segments of one name are numbered', () => {
  expect(unread((draft) => draft.first('ZPD')?.text(1), 'ZPD|1', 'ZPD|2')).toEqual(['ZPD[2]']);
});

test('whatever stands in a segment, reading it all leaves nothing, and reading nothing leaves the segment', () => {
  const content = fc.stringMatching(/^[a-c^~&|" ]{1,30}$/);
  fc.assert(
    fc.property(content, (fields) => {
      const all = unread((draft) => {
        const [segment] = draft.all('ZPD');
        for (let field = 1; field <= (segment?.source.fields ?? 0); field += 1) segment?.skip(field);
      }, `ZPD|${fields}`);
      expect(all).toEqual([]);
      const none = unread(() => undefined, `ZPD|${fields}`);
      expect(none.length).toBe(/[^|]/.test(fields) && none.length > 0 ? 1 : 0);
    }),
  );
});
