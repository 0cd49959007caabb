import { createHash, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createFhirClient, type FhirClient } from '../../../hl7-gateway/client/fhir-client.ts';
import { openHttpCaller } from '../../../hl7-gateway/client/http-call.ts';
import { apply, type Outcome } from '../../../hl7-gateway/deliver/deliver.ts';
import type { DeliverableMessage } from '../../../hl7-gateway/deliver/delivered.ts';
import type { MappedEntry, MappedMessage } from '../../../hl7-gateway/map/mapped-message.ts';
import type { Partner } from '../../../hl7-gateway/partner/partner.ts';
import { openModuleClinic, type ModuleClinic } from '../../harness/module-clinic.ts';
import type { Body } from '../../flows/fhir-server.ts';

const MODULES = fileURLToPath(new URL('../../../modules', import.meta.url));

/** A server with the rules of patient administration, and a client as the gateway has it. */
export interface DeliveryClinic extends ModuleClinic {
  readonly client: FhirClient;
  /** Errors of the gateway itself fail the test that closes it. */
  onError(error: unknown): void;
  /** Resources that a search finds. */
  search(query: string): Promise<readonly Body[]>;
  /** Messages of different patients, as the gateway applies them together. */
  deliver(...messages: readonly DeliverableMessage[]): Promise<readonly Outcome[]>;
  /** How many requests the client has sent. */
  requests(): number;
}

/** @param folder where modules are @param selection as in the setting MODULES */
export async function openDeliveryClinic(folder = MODULES, selection = 'administration'): Promise<DeliveryClinic> {
  const clinic = await openModuleClinic(folder, selection);
  const http = openHttpCaller({ timeout: 60_000, answerBytes: 64 * 1024 * 1024, connections: 20 });
  const sent = createFhirClient(clinic.base, http);
  let requests = 0;
  const errors: unknown[] = [];
  const client: FhirClient = {
    send(call) {
      requests += 1;
      return sent.send(call);
    },
  };
  const onError = (error: unknown): void => void errors.push(error);
  return {
    ...clinic,
    client,
    onError,
    deliver: (...messages) => apply({ client, onError }, messages),
    requests: () => requests,
    async search(query) {
      const { body, status, text } = await clinic.get(query);
      if (status !== 200) throw new Error(text);
      return (body.entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource]));
    },
    async close() {
      http.close();
      await clinic.close();
      if (errors.length > 0) throw new AggregateError(errors, 'errors of the gateway');
    },
  };
}

export const LAB: Partner = {
  id: 'lab',
  name: 'Laboratory',
  isActive: true,
  recognition: { application: 'LAB' },
  reading: { fallbackCharset: 'windows-1252', isStrict: false, processingIds: ['P'] },
  replies: { replyWhen: 'stored', hasUniqueControlIds: false, usesSequenceNumbers: false },
  patients: { mayCreate: true, mayQuery: false, trustedSystems: [] },
  systems: [],
  timeZone: 'UTC',
};

let sent = 0;

export function messageOf(
  entries: readonly MappedEntry[],
  more: Partial<Omit<DeliverableMessage, 'mapped'>> & { readonly mapped?: Partial<MappedMessage> } = {},
): DeliverableMessage {
  sent += 1;
  const { mapped, ...rest } = more;
  return {
    id: randomUUID(),
    controlId: `MSG${sent}`,
    event: 'ADT^A08',
    receivedAt: new Date().toISOString(),
    partner: LAB,
    ...rest,
    mapped: { entries, merges: [], patients: [], unmappedCodes: [], unread: [], ...mapped },
  };
}

export const MRN = 'urn:oid:1.2.3';
export const ORDERS = 'urn:oid:1.2.4';

/** The same for the same text. */
export function urn(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex');
  return `urn:uuid:${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

export function patientEntry(
  values: readonly string[],
  more: Partial<MappedEntry> & { said?: object } = {},
): MappedEntry {
  const { said, ...rest } = more;
  return {
    fullUrl: urn(`patient ${values.join()}`),
    mode: 'patient',
    match: values.map((value) => `identifier=${MRN}|${value}`),
    adds: ['identifier'],
    ...rest,
    resource: { resourceType: 'Patient', identifier: values.map((value) => ({ system: MRN, value })), ...said },
  };
}

export function observationEntry(
  number: string,
  patient: MappedEntry,
  said: object,
  more: Partial<MappedEntry> = {},
): MappedEntry {
  return {
    fullUrl: urn(`observation ${number}`),
    mode: 'upsert',
    match: [`identifier=${ORDERS}|${number}`],
    order: 'result',
    ...more,
    resource: {
      resourceType: 'Observation',
      identifier: [{ system: ORDERS, value: number }],
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '2345-7' }], text: 'Glucose' },
      subject: { reference: patient.fullUrl },
      ...said,
    },
  };
}
