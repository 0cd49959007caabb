import type { JsonObject } from '../../../server/kernel/json.ts';
import { accountEvent } from './account.ts';
import { appointmentEvent } from './appointment.ts';
import { documentEvents } from './document.ts';
import { encounterEvents } from './encounter.ts';
import { kindOf, orderControl } from './order.ts';
import { prescriptionControl } from './prescription.ts';
import { placeChange } from './place.ts';
import { staffChange } from './staff.ts';

const change = (resource: JsonObject, before?: JsonObject) => ({ resource, before });

test.each([
  [undefined, 'active', 'NW'],
  [undefined, 'draft', undefined],
  [undefined, 'completed', undefined],
  [undefined, 'revoked', undefined],
  [undefined, 'on-hold', undefined],
  ['draft', 'active', 'NW'],
  ['draft', 'revoked', undefined],
  ['active', 'active', undefined],
  ['active', 'on-hold', 'HD'],
  ['on-hold', 'active', 'RL'],
  ['active', 'revoked', 'CA'],
  ['on-hold', 'revoked', 'CA'],
  ['active', 'completed', undefined],
  ['active', 'entered-in-error', 'CA'],
  ['completed', 'entered-in-error', 'CA'],
  ['revoked', 'entered-in-error', undefined],
  ['revoked', 'active', 'NW'],
])('an order that was %s and is %s: %s', (was, is, expected) => {
  const before = was === undefined ? undefined : { intent: 'order', status: was };
  expect(orderControl(change({ intent: 'order', status: is }, before))).toBe(expected);
});

test('a changed order is told as XO, one whose numbers changed is not', () => {
  const before = { intent: 'order', status: 'active', priority: 'routine' };
  expect(orderControl(change({ ...before, priority: 'stat' }, before))).toBe('XO');
  expect(orderControl(change({ ...before, identifier: [{ value: 'F' }] }, before))).toBeUndefined();
  expect(orderControl(change({ ...before, intent: 'plan' }))).toBeUndefined();
});

test.each([
  ['108252007', 'laboratory'],
  ['LAB', 'laboratory'],
  ['363679005', 'imaging'],
  ['RAD', 'imaging'],
  ['387713003', 'other'],
])('an order of category %s is %s', (code, kind) => {
  expect(kindOf({ category: [{ coding: [{ code }] }] })).toBe(kind);
});

const AMB = { class: { code: 'AMB' } };
const IMP = { class: { code: 'IMP' } };

test.each([
  [undefined, { ...IMP, status: 'planned' }, 'ADT^A05'],
  [undefined, { ...IMP, status: 'in-progress' }, 'ADT^A01'],
  [undefined, { ...AMB, status: 'arrived' }, 'ADT^A04'],
  [undefined, { ...AMB, status: 'finished' }, undefined],
  ['planned', { ...IMP, status: 'in-progress' }, 'ADT^A01'],
  ['planned', { ...IMP, status: 'cancelled' }, 'ADT^A38'],
  ['in-progress', { ...IMP, status: 'onleave' }, undefined],
  ['in-progress', { ...IMP, status: 'planned' }, 'ADT^A11'],
  ['in-progress', { ...IMP, status: 'cancelled' }, 'ADT^A11'],
  ['in-progress', { ...IMP, status: 'finished' }, 'ADT^A03'],
  ['finished', { ...IMP, status: 'in-progress' }, 'ADT^A13'],
  ['finished', { ...IMP, status: 'finished' }, undefined],
  ['cancelled', { ...IMP, status: 'entered-in-error' }, undefined],
])('a visit that was %s and is %p: %s', (was, resource, expected) => {
  const before = was === undefined ? undefined : { ...resource, status: was };
  expect(encounterEvents(change(resource, before))?.[0]).toBe(expected);
});

test.each([
  [undefined, 'booked', 'SIU^S12'],
  [undefined, 'proposed', undefined],
  ['pending', 'booked', 'SIU^S12'],
  ['booked', 'booked', undefined],
  ['booked', 'arrived', 'SIU^S14'],
  ['booked', 'cancelled', 'SIU^S15'],
  ['pending', 'cancelled', undefined],
  ['booked', 'noshow', 'SIU^S26'],
  ['booked', 'entered-in-error', 'SIU^S17'],
  ['cancelled', 'booked', 'SIU^S12'],
])('an appointment that was %s and is %s: %s', (was, is, expected) => {
  expect(appointmentEvent(change({ status: is }, was === undefined ? undefined : { status: was }))).toBe(expected);
});

test.each([
  [{ status: 'current' }, undefined, true, 'MDM^T02'],
  [{ status: 'current' }, undefined, false, 'MDM^T01'],
  [{ status: 'current', relatesTo: [{ code: 'replaces' }] }, undefined, true, 'MDM^T10'],
  [{ status: 'current', docStatus: 'final' }, { status: 'current', docStatus: 'preliminary' }, true, 'MDM^T04'],
  [{ status: 'current', description: 'b' }, { status: 'current', description: 'a' }, true, 'MDM^T08'],
  [{ status: 'superseded' }, { status: 'current' }, true, undefined],
  [{ status: 'entered-in-error' }, { status: 'current' }, true, 'MDM^T11'],
  [{ status: 'entered-in-error' }, undefined, true, undefined],
])('a document %p after %p', (resource, before, hasContent, expected) => {
  expect(documentEvents(change(resource, before), hasContent)?.[0]).toBe(expected);
});

test.each([
  [undefined, 'active', 'NW'],
  [undefined, 'draft', undefined],
  [undefined, 'completed', undefined],
  ['draft', 'active', 'NW'],
  ['active', 'active', undefined],
  ['active', 'on-hold', 'HD'],
  ['on-hold', 'active', 'RL'],
  ['active', 'stopped', 'DC'],
  ['on-hold', 'cancelled', 'CA'],
  ['draft', 'cancelled', undefined],
  ['active', 'completed', undefined],
  ['completed', 'entered-in-error', 'CA'],
  ['cancelled', 'entered-in-error', undefined],
])('a prescription that was %s and is %s: %s', (was, is, expected) => {
  const before = was === undefined ? undefined : { intent: 'order', status: was };
  expect(prescriptionControl(change({ intent: 'order', status: is }, before))).toBe(expected);
});

test('a prescription that is only proposed is not told; one with another dosage is changed', () => {
  expect(prescriptionControl(change({ intent: 'proposal', status: 'active' }))).toBeUndefined();
  const before = { intent: 'order', status: 'active', dosageInstruction: [{ text: 'one' }] };
  expect(prescriptionControl(change({ ...before, dosageInstruction: [{ text: 'two' }] }, before))).toBe('XO');
});

test.each([
  [{}, undefined, 'MAD'],
  [{ active: false }, undefined, undefined],
  [{ active: true }, {}, 'MUP'],
  [{ active: false }, {}, 'MDC'],
  [{}, { active: false }, 'MAC'],
  [{ gender: 'male' }, {}, 'MUP'],
  [{ photo: [] }, {}, undefined],
])('somebody of the staff %p after %p: %s', (resource, before, expected) => {
  expect(staffChange(change(resource, before))).toBe(expected);
});

test.each([
  [{ status: 'active' }, undefined, 'BAR^P01'],
  [{ status: 'inactive' }, undefined, undefined],
  [{ status: 'active' }, { status: 'on-hold' }, 'BAR^P01'],
  [{ status: 'active', name: 'b' }, { status: 'active', name: 'a' }, undefined],
  [{ status: 'active', subject: [{}] }, { status: 'active' }, 'BAR^P05'],
  [{ status: 'inactive' }, { status: 'active' }, 'BAR^P06'],
])('an account %p after %p: %s', (resource, before, expected) => {
  expect(accountEvent(change(resource, before))).toBe(expected);
});

test.each([
  [{ status: 'active' }, undefined, 'MAD'],
  [{ status: 'suspended' }, undefined, undefined],
  [{ status: 'active', description: 'b' }, { status: 'active' }, 'MUP'],
  [{ status: 'inactive' }, { status: 'active' }, 'MDC'],
  [{}, { status: 'inactive' }, 'MAC'],
  [{ operationalStatus: {} }, {}, undefined],
])('a place %p after %p: %s', (resource, before, expected) => {
  expect(placeChange(change(resource, before))).toBe(expected);
});
