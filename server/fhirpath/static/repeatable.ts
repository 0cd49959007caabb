import { FUNCTIONS } from '../functions/table.ts';
import { FhirpathSyntaxError, partsOf, type Call, type Expression } from '../syntax/expression.ts';

/** Functions whose answer depends on more than the resource: the clock, the time it takes, or the server around. */
const UNREPEATABLE = new Set([
  'now',
  'today',
  'timeOfDay',
  'matches',
  'matchesFull',
  'replaceMatches',
  'memberOf',
  'conformsTo',
  'htmlChecks',
  'trace',
  'defineVariable',
]);

const VARIABLES = ['resource', 'rootResource', 'context', 'ucum', 'sct', 'loinc'];

/**
 * What is indexed or patched must come out the same whenever it is evaluated.
 * @throws FhirpathSyntaxError at a function or variable for which that is not so
 */
export function expectRepeatable(expression: Expression): void {
  if (expression.kind === 'call') expectFunction(expression);
  if (expression.kind === 'variable' && !VARIABLES.includes(expression.name) && !/^(?:vs|ext)-/.test(expression.name)) {
    const known = VARIABLES.map((name) => `%${name}`).join(', ');
    throw new FhirpathSyntaxError(`%${expression.name} is not known; known are ${known}`, expression.at);
  }
  for (const part of partsOf(expression)) expectRepeatable(part);
}

function expectFunction({ name, at }: Call): void {
  if (!UNREPEATABLE.has(name) && FUNCTIONS.has(name)) return;
  const usable = [...FUNCTIONS.keys()].filter((known) => !UNREPEATABLE.has(known)).sort();
  throw new FhirpathSyntaxError(`${name}() cannot be used here; usable are ${usable.join(', ')}`, at);
}
