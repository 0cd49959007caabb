import { parseEcl } from './parse-ecl.ts';

test.each([
  ['', 'Character 1 of the expression: expected a concept identifier, "*" or "(", found the end.'],
  ['<', 'Character 2 of the expression: expected a concept identifier, "*" or "(", found the end.'],
  ['< 123456 |unclosed', 'Character 10 of the expression: expected a term that ends with "|", found "|unclosed".'],
  ['12345', 'expected an identifier of 6 to 18 digits before this, not "12345", found the end.'],
  ['< 123456 AND', 'Character 13 of the expression: expected a concept identifier, "*" or "(", found the end.'],
  [
    '123456 AND 234567 OR 345678',
    'Character 22 of the expression: expected parentheses around parts that are joined by AND and by OR, found "345678".',
  ],
  ['(123456', 'Character 8 of the expression: expected AND, OR, MINUS, ":", "." or ")", found the end.'],
  ['123456)', 'Character 7 of the expression: expected AND, OR, MINUS, ":", "." or the end, found ")".'],
  ['123456 : ', 'Character 10 of the expression: expected a concept identifier, "*" or "(", found the end.'],
  ['123456 : 234567', 'Character 16 of the expression: expected =, !=, <, <=, > or >=, found the end.'],
  ['123456 : { 234567 = 345678', 'Character 27 of the expression: expected AND, OR or "}", found the end.'],
  ['123456 : 234567 < 345678', 'expected "#" and a number, because only numbers have an order, found "345678".'],
  ['123456 : 234567 = #x', 'Character 20 of the expression: expected a number, found "x".'],
  ['123456 : [3..1] 234567 = *', 'expected a maximum before this that is not below the minimum'],
  [
    '123456 : [x] 234567 = *',
    'Character 11 of the expression: expected a number of at most 6 digits, found "x] 234567 = *".',
  ],
  [
    '123456 : 234567 = "a',
    'Character 19 of the expression: expected a text that ends with a double quote, found ""a".',
  ],
  [
    '123456 {{ D colour = "a" }}',
    'expected term, language, type, typeId, dialect, dialectId or active, found "colour = "a" }}".',
  ],
  ['123456 {{ C colour = "a" }}', 'expected definitionStatus, definitionStatusId, moduleId, effectiveTime or active'],
  ['123456 {{ term = "" }}', 'expected a text that is not empty before this'],
  ['123456 {{ type = long }}', 'expected syn, fsn or def, found "long }}".'],
  ['123456 {{ dialect = en-xx }}', 'expected an identifier or one of da-dk, en-au'],
  ['123456 {{ + HISTORY-SOME }}', 'expected HISTORY, HISTORY-MIN, HISTORY-MOD or HISTORY-MAX'],
  ['123456 {{ C effectiveTime = "2024" }}', 'expected a date as "YYYYMMDD"'],
  [
    '^ [colour] 123456',
    'Character 4 of the expression: expected referencedComponentId or targetComponentId, found "colour] 123456".',
  ],
  ['LOINC#1234-5', 'Alternate identifiers (SCHEME#code) are not supported; write the SNOMED CT identifier.'],
  ['/* never closed', 'Character 1 of the expression: expected a concept identifier'],
  [`${'('.repeat(200)}123456${')'.repeat(200)}`, 'expected at most 100 levels of nesting'],
  [
    Array.from({ length: 3000 }, () => '123456').join(' OR '),
    'The expression has 29996 characters; at most 20000 are accepted.',
  ],
  [Array.from({ length: 1500 }, () => '123456').join(' OR '), 'expected at most 1000 parts'],
])('%.60s', (text, message) => {
  expect(() => parseEcl(text)).toThrow(message);
  expect(() => parseEcl(text)).toThrow(expect.objectContaining({ code: 'terminology.ecl', status: 400 }) as Error);
});

test('parentheses that could be many things take no time', () => {
  const started = performance.now();
  expect(() => parseEcl(`123456 : ${'('.repeat(45)}234567${') = 1'.repeat(45)}`)).toThrow('expression');
  expect(performance.now() - started).toBeLessThan(5000);
});

test('brief and long syntax are the same', () => {
  expect(
    parseEcl('descendantOrSelfOf 123456 |a| : reverseOf 345678 = any, [1..*] 456789 != (memberOf 567890)'),
  ).toEqual(parseEcl('<<123456:R 345678=*,[1..*]456789<>(^567890)'));
  expect(parseEcl('123456 MINUS (childOf 234567)')).toEqual(parseEcl('123456 minus(<!234567)'));
});
