import { patientQuery } from './patient-query.ts';

test.each([
  ['bell', '', { name: 'bell' }],
  ['  ann   bell ', '', { name: 'ann bell' }],
  ['52280050134', '', { identifier: '52280050134' }],
  ['', '1988-11-21', { birthdate: '1988-11-21' }],
  ['bell, ann', '', { name: 'bell\\, ann' }],
])('%s born %s', (text, birthDate, asked) => {
  const { name, identifier, birthdate } = patientQuery(text, birthDate);
  expect({ name, identifier, birthdate }).toEqual({
    name: undefined,
    identifier: undefined,
    birthdate: undefined,
    ...asked,
  });
});
