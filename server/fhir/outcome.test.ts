import type { Issue } from '../kernel/fault.ts';
import { outcomeOf } from './outcome.ts';

const BASE = { severity: 'error', code: 'value', text: 'No such day.' } as const;

describe('outcomeOf', () => {
  test.each<[string, readonly Issue[], unknown]>([
    ['nothing', [], [{ severity: 'information', code: 'informational', details: { text: 'All OK' } }]],
    ['an issue', [BASE], [{ severity: 'error', code: 'value', details: { text: 'No such day.' } }]],
    [
      'an expression',
      [{ ...BASE, expression: ['Patient.birthDate'] }],
      [{ severity: 'error', code: 'value', details: { text: 'No such day.' }, expression: ['Patient.birthDate'] }],
    ],
    [
      'no expression when the list is empty',
      [{ ...BASE, expression: [] }],
      [{ severity: 'error', code: 'value', details: { text: 'No such day.' } }],
    ],
    [
      'a place in the text',
      [{ ...BASE, line: 3, column: 7 }],
      [
        {
          extension: [
            { url: 'http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line', valueInteger: 3 },
            { url: 'http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col', valueInteger: 7 },
          ],
          severity: 'error',
          code: 'value',
          details: { text: 'No such day.' },
        },
      ],
    ],
  ])('tells %s', (_name, issues, issue) => {
    expect(outcomeOf(issues)).toEqual({ resourceType: 'OperationOutcome', issue });
  });
});
