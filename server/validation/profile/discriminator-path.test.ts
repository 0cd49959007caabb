import { parseDiscriminatorPath, type PathStep } from './discriminator-path.ts';

const child = (name: string): PathStep => ({ kind: 'child', name });

test.each<[string, readonly PathStep[]]>([
  ['$this', []],
  ['code', [child('code')]],
  ['$this.code.coding', [child('code'), child('coding')]],
  ['value[x]', [child('value')]],
  ['value.ofType(Quantity).code', [child('value'), { kind: 'ofType', type: 'Quantity' }, child('code')]],
  ['value.as(FHIR.string)', [child('value'), { kind: 'ofType', type: 'string' }]],
  ['resolve()', [{ kind: 'resolve' }]],
  ['item.resolve().code', [child('item'), { kind: 'resolve' }, child('code')]],
  [
    "extension('https://clinic.example.org/a.b').value",
    [{ kind: 'extension', url: 'https://clinic.example.org/a.b' }, child('value')],
  ],
  ['extension("x").value', [{ kind: 'extension', url: 'x' }, child('value')]],
])('%s', (path, steps) => {
  expect(parseDiscriminatorPath(path)).toEqual(steps);
});

test.each(['code..text', 'where(code = 1)', "extension('x", 'a b', '%resource'])('not allowed: %s', (path) => {
  expect(parseDiscriminatorPath(path)).toBeUndefined();
});
