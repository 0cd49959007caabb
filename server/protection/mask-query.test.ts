import { maskQuery } from './mask-query.ts';

const pseudonym = (text: string): string =>
  `${Buffer.from(text.slice('identifier '.length)).toString('hex')}${'0'.repeat(16)}`;
const hash = (text: string): string => `~${pseudonym(`identifier ${text}`).slice(0, 16)}`;

test.each([
  ['', ''],
  ['name=ada&_count=3', 'name=ada&_count=3'],
  ['identifier=123', `identifier=${hash('123')}`],
  ['identifier=http://x|123', `identifier=http://x|${hash('123')}`],
  ['identifier=http%3A%2F%2Fx%7C1%2B3', `identifier=http%3A%2F%2Fx%7C${hash('1+3')}`],
  ['identifier=a|1,b|2', `identifier=a|${hash('1')},b|${hash('2')}`],
  ['identifier=a|', 'identifier=a|'],
  ['identifier:of-type=s|MR|1', `identifier:of-type=s|MR|${hash('1')}`],
  ['name=x&patient.identifier=1&name=y', `name=x&patient.identifier=${hash('1')}&name=y`],
  ['%69dentifier=1', `%69dentifier=${hash('1')}`],
  ['subject%3Aidentifier=1', `subject%3Aidentifier=${hash('1')}`],
  ['_filter=identifier eq 1', `_filter=${hash('identifier eq 1')}`],
  ['_filter=name eq x', '_filter=name eq x'],
  ['identifier', 'identifier'],
  ['identifier=%', `identifier=${hash('%')}`],
])('the query "%s" is kept as "%s"', (query, kept) => {
  expect(maskQuery(query, pseudonym)).toBe(kept);
});
