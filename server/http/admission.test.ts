import { createAdmission } from './admission.ts';

const limits = { running: 2, waiting: 1, patience: 30 };

test('requests within the limit do not wait', () => {
  const admission = createAdmission(limits);
  expect([admission.enter(), admission.enter()]).toEqual([undefined, undefined]);
  expect(admission.running()).toBe(2);
});

test('the next one starts when another one leaves, and takes its place', async () => {
  const admission = createAdmission(limits);
  void admission.enter();
  void admission.enter();
  const turn = admission.enter();
  expect(admission.waiting()).toBe(1);
  admission.leave();
  await turn;
  expect([admission.running(), admission.waiting()]).toEqual([2, 0]);
  admission.leave();
  admission.leave();
  expect(admission.running()).toBe(0);
});

test('who waits too long is told when to come back', async () => {
  const admission = createAdmission({ ...limits, running: 0 });
  await expect(admission.enter()).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
  expect(admission.waiting()).toBe(0);
});

test('beyond the queue the refusal is immediate', async () => {
  const admission = createAdmission({ ...limits, running: 0 });
  const first = admission.enter();
  expect(() => admission.enter()).toThrow(/overloaded/);
  await expect(first).rejects.toThrow(/overloaded/);
});
