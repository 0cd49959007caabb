import { observationStatus, reportStatus } from './result-status.ts';

test.each([
  ['F', true, '', 'final'],
  ['P', true, 'F', 'preliminary'],
  ['C', true, '', 'corrected'],
  ['A', true, '', 'amended'],
  ['B', true, '', 'amended'],
  ['D', false, '', 'entered-in-error'],
  ['W', false, '', 'entered-in-error'],
  ['X', false, '', 'cancelled'],
  ['I', false, '', 'registered'],
  ['R', true, '', 'preliminary'],
  ['S', true, '', 'preliminary'],
  ['U', false, '', 'final'],
  ['V', true, '', 'final'],
  ['O', true, '', 'final'],
  ['O', false, '', 'registered'],
  ['', true, 'F', 'final'],
  ['', true, 'A', 'unknown'],
  ['', true, '', 'unknown'],
  ['?', true, 'F', 'unknown'],
  ['constructor', true, '', 'unknown'],
])('OBX-11 %p (value: %p, OBR-25 %p) is %s', (status, hasValue, report, expected) => {
  expect(observationStatus(status, hasValue, report)).toBe(expected);
});

test.each([
  ['F', ['final'], 'final'],
  ['F', ['final', 'amended'], 'appended'],
  ['C', ['corrected'], 'corrected'],
  ['P', [], 'preliminary'],
  ['A', ['final'], 'partial'],
  ['X', [], 'cancelled'],
  ['Y', ['final'], 'unknown'],
  ['', ['final', 'final'], 'final'],
  ['', ['final', 'preliminary'], 'preliminary'],
  ['', ['final', 'registered'], 'partial'],
  ['', ['registered'], 'registered'],
  ['', ['final', 'corrected'], 'corrected'],
  ['', ['cancelled'], 'cancelled'],
  ['', ['unknown'], 'unknown'],
  ['', [], 'unknown'],
])('OBR-25 %p with %p is %s', (status, observations, expected) => {
  expect(reportStatus(status, observations)).toBe(expected);
});
