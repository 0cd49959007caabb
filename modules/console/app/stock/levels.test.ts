import { warningOf } from './levels.ts';

const TODAY = '2026-11-25';

test.each([
  ['active', '2027-11-25', 'done', 'usable'],
  ['active', undefined, 'done', 'usable'],
  ['active', '2027-02-23', 'info', 'expires in 90 days'],
  ['active', '2026-12-25', 'warning', 'expires in 30 days'],
  ['active', '2026-11-26', 'warning', 'expires in 1 day'],
  // It is good through its last day.
  ['active', '2026-11-25', 'warning', 'expires today'],
  ['active', '2026-11-24', 'critical', 'expired'],
  ['recalled', '2030-01-01', 'critical', 'recalled'],
])('%s until %s: %s', (status, expiry, look, text) => {
  expect(warningOf({ status, expiry }, TODAY)).toEqual({ look, text });
});
