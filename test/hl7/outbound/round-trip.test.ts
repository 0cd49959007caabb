import fc from 'fast-check';
import { parseMessage } from '../../../hl7-gateway/hl7/parse-message.ts';
import type { MapContext } from '../../../hl7-gateway/map/map-context.ts';
import type { MappedResource } from '../../../hl7-gateway/map/mapped-message.ts';
import { mapOf } from '../../../hl7-gateway/map/message-maps.ts';
import { systemsOf } from '../../../hl7-gateway/partner/systems.ts';
import { isObject, numberText, parseJson, type JsonObject, type JsonValue } from '../../../server/kernel/json.ts';
import { peerOf, toldText, VERSIONS } from './golden.ts';
import {
  ACCOUNT,
  APPOINTMENT,
  CHARGE,
  DISPENSE,
  DOCUMENT,
  DOSAGES,
  ORDER,
  PATIENT,
  PRESCRIPTION,
  REPORT,
  STAFF,
  VACCINATION,
  WARD_ROOM,
} from './told-clinic.ts';

/** What the inbound maps make of a message that is told to a partner: it says the same. */
function heard(
  resource: JsonObject,
  version: string,
  more?: ReadonlyMap<string, JsonObject>,
): readonly MappedResource[] {
  const text = toldText({ name: '', resource }, version, more) ?? '';
  const message = parseMessage(text);
  const partner = peerOf(version);
  const context: MapContext = {
    partner: partner.id,
    receivedAt: '2026-03-01T00:00:00Z',
    timeZone: 'UTC',
    systems: systemsOf(partner),
    translate: () => undefined,
  };
  return (
    mapOf(message.event)
      ?.map(message, context)
      .entries.map((entry) => ({ ...entry.defaults, ...entry.resource })) ?? []
  );
}

function only(resources: readonly MappedResource[], type: string): JsonObject {
  return resources.find(({ resourceType }) => resourceType === type) ?? {};
}

const texts = (value: JsonValue | undefined, name: string): readonly JsonValue[] =>
  (Array.isArray(value) ? value : []).filter(isObject).map((each) => each[name] ?? null);

/** Words as people type them, delimiters of HL7 and all. */
const word = fc
  .array(fc.constantFrom(...'aZ09 |^~\\&#é中Ω"\'.-'), { minLength: 1, maxLength: 12 })
  .map((characters) => characters.join('').trim())
  .filter((text) => text !== '' && text !== '""');

describe.each(VERSIONS)('version %s', (version) => {
  test('a patient', () => {
    fc.assert(
      fc.property(
        word,
        word,
        word,
        fc.constantFrom('male', 'female', 'other', 'unknown'),
        (family, given, id, gender) => {
          const identifier = [
            { system: 'urn:oid:1.2.3', value: id },
            { system: 'https://x.example/a?b=c&d', value: id },
            { system: 'https://athanor.health/fhir/hl7/lab/OLD', value: id },
          ];
          const name = [{ use: 'official', family, given: [given] }];
          const patient = only(heard({ ...PATIENT, identifier, name, gender }, version), 'Patient');
          expect(patient.gender).toBe(gender);
          expect(patient.birthDate).toBe('1980-02-03');
          expect(texts(patient.name, 'family')).toEqual([family]);
          expect(texts(patient.name, 'given')).toEqual([[given]]);
          expect(texts(patient.identifier, 'value')).toEqual([id, id, id]);
          expect(texts(patient.identifier, 'system')).toEqual(identifier.map(({ system }) => system));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('an order', () => {
    fc.assert(
      fc.property(word, word, fc.constantFrom('routine', 'urgent', 'asap', 'stat'), (code, note, priority) => {
        const coding = { system: 'http://loinc.org', code, display: note };
        const said = { ...ORDER, code: { coding: [coding] }, priority, note: [{ text: `${note}\n${note}` }] };
        const order = only(heard(said, version), 'ServiceRequest');
        expect(order).toMatchObject({
          status: 'active',
          priority,
          authoredOn: '2026-01-02T05:00:00+01:00',
          occurrenceDateTime: '2026-01-03T08:00:00+01:00',
          code: { coding: [coding] },
          note: [{ text: `${note}\n${note}` }],
        });
        expect(order.identifier).toMatchObject([
          { system: 'https://athanor.health/fhir/hl7/placer', value: 'ORD000000001' },
        ]);
      }),
      { numRuns: 100 },
    );
  });

  test('a document', () => {
    const document = only(heard(DOCUMENT, version), 'DocumentReference');
    const { masterIdentifier, docStatus, description } = DOCUMENT;
    expect(document).toMatchObject({ masterIdentifier, status: 'current', docStatus, description });
    expect(document.content).toMatchObject([{ attachment: { contentType: 'application/pdf', data: 'JVBERi0xLjQK' } }]);
  });

  test('a vaccination', () => {
    const dose = only(heard(VACCINATION, version), 'Immunization');
    expect(dose).toMatchObject({
      status: 'completed',
      primarySource: true,
      lotNumber: 'L|1',
      expirationDate: '2026-12-31',
    });
    expect(isObject(dose.doseQuantity) && numberText(dose.doseQuantity, 'value')).toBe('0.50');
    expect(dose.vaccineCode).toMatchObject({ coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code: '141' }] });
  });

  test('a prescription', () => {
    const request = only(heard(PRESCRIPTION, version), 'MedicationRequest');
    const { identifier, status, intent, priority, authoredOn, note } = PRESCRIPTION;
    expect(request).toMatchObject({ identifier, status, intent, priority, authoredOn, note });
    expect(request.dispenseRequest).toMatchObject({ numberOfRepeatsAllowed: 2, quantity: { value: 42 } });
    expect(request.dosageInstruction).toMatchObject([
      {
        text: 'with water | after meals',
        timing: {
          repeat: { boundsPeriod: { start: '2026-01-05', end: '2026-01-12' } },
          code: { coding: [{ code: 'TID' }] },
        },
        doseAndRate: [{ doseQuantity: { value: 500, code: 'mg' } }],
        maxDosePerPeriod: { numerator: { value: 2000, code: 'mg' } },
      },
    ]);
    expect(request.contained).toMatchObject([
      {
        code: { coding: [{ code: '308182' }] },
        form: { text: 'capsule' },
        ingredient: [{ strength: { numerator: { value: 250, code: 'mg' } } }],
      },
    ]);
  });

  test('a dispense of it', () => {
    const dispense = only(heard(DISPENSE, version), 'MedicationDispense');
    const { status, whenHandedOver, note } = DISPENSE;
    expect(dispense).toMatchObject({ status, whenHandedOver, note, quantity: { value: 21, unit: 'capsules' } });
    expect(dispense.contained).toMatchObject([{ batch: { lotNumber: 'AMX-1', expirationDate: '2027-06-30' } }]);
    const prescription = only(heard(DISPENSE, version), 'MedicationRequest');
    expect(prescription.identifier).toMatchObject(PRESCRIPTION.identifier as JsonObject[]);
  });

  test('a charge and its account', () => {
    const resources = heard(CHARGE, version);
    const charge = only(resources, 'ChargeItem');
    const { code, priceOverride, reason } = CHARGE;
    const [occurrenceDateTime, enteredDate] = ['2026-01-06T07:30:00+00:00', '2026-01-06T08:00:00+00:00'];
    expect(charge).toMatchObject({ code, occurrenceDateTime, enteredDate, priceOverride, reason });
    expect(isObject(charge.quantity) && numberText(charge.quantity, 'value')).toBe('2.0');
    expect(only(resources, 'Account')).toMatchObject({ identifier: ACCOUNT.identifier });
    expect(only(heard(ACCOUNT, version), 'Account')).toMatchObject({
      identifier: ACCOUNT.identifier,
      status: 'active',
    });
  });

  test('somebody of the staff', () => {
    const person = only(heard(STAFF, version), 'Practitioner');
    const { name, gender, birthDate, active } = STAFF;
    expect(person).toMatchObject({ name, gender, birthDate, active });
    expect(texts(person.identifier, 'value')).toEqual(expect.arrayContaining(['1234567893', 'L-77']));
    expect(texts(person.telecom, 'value')).toEqual(['555-1', 'welby@example.org']);
  });

  test('a place', () => {
    const found = heard(WARD_ROOM, version).find(({ description }) => description === 'Room with a view');
    expect(found).toMatchObject({ resourceType: 'Location', status: 'active', telecom: [{ value: '555-101' }] });
  });

  test('an appointment', () => {
    const appointment = only(heard(APPOINTMENT, version), 'Appointment');
    const { status, start, end, minutesDuration, identifier } = APPOINTMENT;
    expect(appointment).toMatchObject({ status, start, end, minutesDuration, identifier });
  });

  test('results keep their digits', () => {
    const digits = fc.tuple(
      fc.integer({ min: -9999, max: 9999 }),
      fc.nat({ max: 999 }),
      fc.integer({ min: 0, max: 3 }),
    );
    fc.assert(
      fc.property(digits, fc.constantFrom('', '<', '>='), ([whole, fraction, zeros], comparator) => {
        const value = `${whole}.${String(fraction).padEnd(3, '1')}${'0'.repeat(zeros)}`;
        const observation = parseJson(`{
          "resourceType": "Observation", "id": "r1", "status": "final",
          "code": { "coding": [{ "system": "http://loinc.org", "code": "2345-7" }] },
          "valueQuantity": { "value": ${value}, "system": "http://unitsofmeasure.org", "code": "mg/dL" }
        }`);
        if (!isObject(observation) || !isObject(observation.valueQuantity)) throw new Error('no observation');
        if (comparator !== '') observation.valueQuantity.comparator = comparator;
        const more = new Map([['Observation/r1', observation]]);
        const said = { ...REPORT, result: [{ reference: 'Observation/r1' }], conclusion: '', presentedForm: [] };
        const { valueQuantity: quantity } = only(heard(said, version, more), 'Observation');
        if (!isObject(quantity)) throw new Error('no quantity');
        expect(numberText(quantity, 'value')).toBe(value.replace(/^-0(?=\.0+$)/, '-0'));
        expect(quantity).toMatchObject({ code: 'mg/dL', ...(comparator === '' ? {} : { comparator }) });
      }),
      { numRuns: 100 },
    );
  });
});

test('each of several dosages has its own timing, dose and instruction', () => {
  const request = only(heard({ ...PRESCRIPTION, dosageInstruction: DOSAGES }, '2.5.1'), 'MedicationRequest');
  expect(request.dosageInstruction).toMatchObject([
    {
      text: 'one in the morning',
      timing: { repeat: { dayOfWeek: ['mon', 'wed'], timeOfDay: ['08:00:00'], count: 4 } },
      doseAndRate: [{ doseQuantity: { value: 1, unit: 'tablet' } }],
    },
    {
      text: 'up to 2 tablet',
      asNeededBoolean: true,
      timing: { repeat: { when: ['AC'], offset: 30 } },
      additionalInstruction: [{ text: 'pain' }],
    },
    { timing: { code: { text: '2 to 3 times in 8 h' } } },
  ]);
});
