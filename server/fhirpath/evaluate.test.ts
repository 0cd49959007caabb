import fc from 'fast-check';
import { loadDefinitions } from '../definitions/load.ts';
import { isObject, parseJson, stringifyJson, type JsonObject } from '../kernel/json.ts';
import { compileExpression } from './compile.ts';
import { resourceItem } from './model/item.ts';

const definitions = loadDefinitions();

const PATIENT = parseJson(`{
  "resourceType": "Patient", "id": "p1", "active": true, "gender": "male", "birthDate": "1974-12-25",
  "name": [{"family": "Chalmers", "given": ["Peter", "James"]}, {"given": ["Jim"], "use": "usual"}],
  "extension": [{"url": "http://x.org/weight", "valueQuantity":
    {"value": 185.50, "unit": "lbs", "system": "http://unitsofmeasure.org", "code": "[lb_av]"}}]
}`) as JsonObject;

function evaluate(expression: string): unknown[] {
  const item = resourceItem(PATIENT);
  const run = compileExpression(expression, definitions, { contextType: 'Patient' });
  const values = run({ context: [item], resource: item, now: Date.UTC(2026, 10, 25, 14, 30) });
  return values.map(({ value }) => (isObject(value) ? stringifyJson(value) : value));
}

test.each<[string, unknown[]]>([
  // Variables belong to the rest of their chain, and to one turn of a loop.
  ["defineVariable('n', name.first()).select(%n.given.count())", [2]],
  ["name.select(defineVariable('n', given).select(%n.count()))", [2, 1]],
  ["defineVariable('a', 1).select(%a) | defineVariable('a', 2).select(%a)", [1, 2]],
  ["'a,b'.split(',').select($this & $index.toString())", ['a0', 'b1']],
  ["'abcabc'.lastIndexOf('b')", [4]],
  ["'zz'.decode('hex')", []],
  ["('b' | 'a' | {}).sort()", ['a', 'b']],
  ['name.sort(family).first().use', ['usual']],
  ['name.given.aggregate($total & $this)', ['PeterJamesJim']],
  ['now()', ['2026-11-25T14:30:00.000Z']],
  ['today() - 1 month', ['2026-10-25']],
  ['birthDate.toDateTime()', ['1974-12-25']],
  ['@2020-01-01T10:00:00Z.toDate()', ['2020-01-01']],
  ['0.1 + 0.2 = 0.3', [true]],
  ['1.10 * 2', ['2.2']],
  ['10 / 3', ['3.33333333333333333333333']],
  ['7.5 mod 2', ['1.5']],
  ['2147483647 + 1', []],
  ['12345678901234567890 + 1', ['12345678901234567891']],
  ['2.power(31)', []],
  ['1 week = 7 days', [true]],
  ['1 year = 12 months', [true]],
  ["1 year = 1 'a'", []],
  ["1 'm' = 1 's'", [false]],
  ["1 'm' < 1 's'", []],
  ["20 'Cel' > 60 '[degF]'", [true]],
  ["(2 'm').toQuantity('cm')", ['{"value":"200","unit":"cm"}']],
  ["1 'kg' + 500 'g'", ['{"value":"1.5","unit":"kg"}']],
  ["2 'm' * 3", ['{"value":"6","unit":"m"}']],
  ["extension.value.ofType(Quantity) > 80 'kg'", [true]],
  ['extension.value.ofType(Quantity).value.toString()', ['185.50']],
  ["(1 'm' | 100 'cm' | 1.0 'm').count()", [1]],
  ['(@2020-01-01T10:00:00Z | @2020-01-01T11:00:00+01:00).count()', [1]],
  ['name.type().name.distinct()', ['HumanName']],
  ['name.first() is HumanName', [true]],
  ["trace('x').id", ['p1']],
  ['name.where(use.empty()).given[1]', ['James']],
  ['name[-1]', []],
  ["name.exists(given = 'Jim')", [true]],
  ["'x' in name.given", [false]],
  ['name.given contains birthDate', [false]],
  ['(1 | 2 | 3).all($this > 0)', [true]],
  ['(1 | 2 | 3).subsetOf(1 | 2 | 3 | 4)', [true]],
  ["iif(name.count() > 1, 'many', single().toString())", ['many']],
  ['@2020-01-15.lowBoundary(6)', ['2020-01']],
  ['@2020-02.highBoundary(8)', ['2020-02-29']],
  ['%context.id = %resource.id', [true]],
])('%s', (expression, expected) => {
  expect(evaluate(expression)).toEqual(expected);
});

test.each([
  ['name.birthDate', 'line: 1; column: 6; message: HumanName has no element birthDate; it has id, extension, use,'],
  ['Observation.status', 'Patient has no element Observation'],
  ['deceasedBoolean', 'write deceased.ofType(boolean)'],
  ['children().first()', 'first() needs an order'],
  ['name.startsWith("a")', '"\\"" cannot stand here'],
  ["name.startsWith('a')", 'startsWith() takes a text, not HumanName'],
  ['gender.as(nothing)', 'nothing is no type of FHIR R4'],
  ['name.lenght()', 'there is no function lenght()'],
  ['name.first(1)', 'first() takes 0 arguments, not 1'],
  ['@2020-02-30', 'there is no date 2020-02-30'],
  ["1 + 'a'", 'System.Integer + System.String cannot be computed'],
  ["active < 'a'", 'boolean and System.String cannot be compared'],
  ['name is HumanName', 'is takes one value, not 2'],
  ['%nothing', '%nothing is not known; known are %resource'],
  ["defineVariable('a').defineVariable('a')", '%a is defined already'],
  ["conformsTo('http://nowhere')", 'The profile http://nowhere is not known'],
  ["'a'.encode('rot13')", 'encode() knows base64, urlbase64, hex, not rot13'],
  ['1.round(-1)', 'round() takes 0 to 28 digits'],
])('%s is refused: %s', (expression, message) => {
  expect(() => evaluate(expression)).toThrow(message);
});

describe('hostile expressions', () => {
  test.each([
    "'ab'.repeat($this & $this)",
    "repeat('a' & $this.toString() & 'b')",
    "(1 | 2).aggregate($total & 'aaaaaaaaaaaaaaaaaaaa'.replace('', 'aaaaaaaaaaaaaaaaaaaaaaaa'))",
    'descendants().select(%resource.descendants().select(%resource.descendants().select($index)))',
    'descendants().combine(descendants()).combine(descendants()).select(%resource).distinct()',
    "'a'.replace('', 'aaaaaaaaaa').replace('', 'aaaaaaaaaa').replace('', 'aaaaaaaaaa').replace('', 'aaaaaaaaaaaaaaaa')",
    `${'9'.repeat(3000)} * ${'9'.repeat(3000)}`,
    `1.${'1'.repeat(3000)}.power(3)`,
    `'x'.matches('${'(a*)*'.repeat(100)}b')`,
    "1 'kg".padEnd(3000, 'g') + "' * 1 'm'",
  ])('%.90s ends', (expression) => {
    const started = performance.now();
    try {
      evaluate(expression);
    } catch (error) {
      expect(error).toMatchObject({ name: expect.stringMatching(/^Fhirpath/) as string });
    }
    expect(performance.now() - started).toBeLessThan(5000);
  });

  const atom = fc.constantFrom(
    ...'name given family birthDate id $this $index %resource 1 0 -3 2.50 true {} extension gender'.split(' '),
    ...["'a'", "'Peter'", '@2020', '@2020-01-01T10:00', '@T10:30', "1 'mg'", '3 days', '%context', 'Patient'],
  );
  const operator = fc.constantFrom(
    ...'+ - * / div mod & | < <= > >= = != ~ !~ and or xor implies in contains'.split(' '),
  );
  const plain = fc.constantFrom(
    ...'first last tail count distinct not exists empty children descendants toString toInteger toDecimal'.split(' '),
    ...'toQuantity toDate abs sqrt round lowBoundary highBoundary type hasValue upper length precision sort'.split(' '),
  );
  const looping = fc.constantFrom(...'where select all repeat exists aggregate'.split(' '));
  const other = fc.constantFrom(
    ...'union combine intersect skip take startsWith indexOf matches join split'.split(' '),
  );
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      atom,
      fc.tuple(tie('expression'), operator, tie('expression')).map(([a, o, b]) => `(${a}) ${o} (${b})`),
      fc.tuple(tie('expression'), plain).map(([a, f]) => `(${a}).${f}()`),
      fc.tuple(tie('expression'), fc.oneof(looping, other), tie('expression')).map(([a, f, b]) => `(${a}).${f}(${b})`),
      fc
        .tuple(tie('expression'), fc.constantFrom('is', 'as'), fc.constantFrom('Quantity', 'string', 'Integer'))
        .map(([a, o, type]) => `(${a}) ${o} ${type}`),
    ),
  }));

  test('whatever is written, the answer is a result or a reasoned refusal', () => {
    fc.assert(
      fc.property(expression, (text) => {
        try {
          evaluate(text);
        } catch (error) {
          expect(error).toMatchObject({ name: expect.stringMatching(/^Fhirpath/) as string });
        }
      }),
      { numRuns: 3000 },
    );
  });
});
