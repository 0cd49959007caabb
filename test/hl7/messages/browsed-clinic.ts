import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { readGatewayConfig } from '../../../hl7-gateway/gateway-config.ts';
import { openGateway, type Gateway } from '../../../hl7-gateway/open-gateway.ts';
import { createLog } from '../../../server/kernel/log.ts';
import type { JsonObject } from '../../../server/kernel/json.ts';
import type { Body } from '../../flows/fhir-server.ts';
import { eventually } from '../../harness/eventually.ts';
import { freePort } from '../../harness/free-port.ts';
import { openModuleClinic, type ModuleClinic } from '../../harness/module-clinic.ts';
import { createTestDatabase } from '../../harness/test-database.ts';
import { PRINCIPAL } from '../../harness/test-principal.ts';

const MODULES = fileURLToPath(new URL('../../../modules', import.meta.url));
const PROFILE = 'https://athanor.health/fhir/StructureDefinition/';

/** A part of a Parameters resource. */
export interface Part {
  readonly name: string;
  readonly part?: readonly Part[];
  readonly [value: `value${string}`]: unknown;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  /** Parameters of the answer. */
  readonly parts: readonly Part[];
}

/** A server and the gateway whose messages its users see, over HTTP; who asks is said by a header. */
export interface BrowsedClinic extends ModuleClinic {
  readonly gateway: Gateway;
  readonly gatewayUrl: string;
  readonly secret: string;
  /** Where it takes messages: `mllp://…`. */
  readonly mllpUrl: string;
  /** @param who claims; undefined: the server itself */
  call(who: object | undefined, operation: string, input?: Readonly<Record<string, unknown>>): Promise<Answered>;
  /** Sends a message as a partner does. @returns its id, once it is in that state */
  receive(message: string, state: string): Promise<string>;
  stopGateway(): Promise<void>;
}

export const LAB_ONE = { account: 'a1', fhirUser: 'Practitioner/one', roles: ['lab'], purposes: ['TREAT'] };
export const LAB_TWO = { account: 'a2', fhirUser: 'Practitioner/two', roles: ['lab'], purposes: ['TREAT'] };
/** The first person with another account. */
export const LAB_ONE_AGAIN = { ...LAB_ONE, account: 'a3' };
export const ADMINISTRATOR = { account: 'a4', fhirUser: 'Practitioner/admin', roles: ['administrator'] };
export const NURSE = { account: 'a5', fhirUser: 'Practitioner/nurse', roles: ['nurse'] };

export async function openBrowsedClinic(env: Readonly<Record<string, string>> = {}): Promise<BrowsedClinic> {
  const secret = randomUUID() + randomUUID();
  const [http, mllp] = [await freePort(), await freePort()];
  const gatewayUrl = `http://127.0.0.1:${http}`;
  const mllpUrl = `mllp://127.0.0.1:${mllp}`;
  const clinic = await openModuleClinic(MODULES, 'administration,diagnostics', {
    HL7_GATEWAY_URL: gatewayUrl,
    HL7_GATEWAY_SECRET: secret,
    AUDIT: 'on',
    MASTER_KEY: randomBytes(32).toString('base64'),
  });
  const database = await createTestDatabase();
  const config = readGatewayConfig({
    DATABASE_URL: database.connectionString,
    HL7_FHIR_URL: clinic.base,
    HL7_LISTEN: mllpUrl,
    HL7_HTTP: gatewayUrl,
    HL7_GATEWAY_SECRET: secret,
    ...env,
  });
  for (const each of [partnerOf('lab', true), partnerOf('strict', false)]) {
    const { status, text } = await clinic.send('PUT', `Endpoint/${each.id}`, each);
    if (status !== 201) throw new Error(text);
  }
  const gateway = await openGateway(config, createLog('silent', 'test'), () => Date.now());
  let isOpen = true;
  const stopGateway = async (): Promise<void> => {
    if (isOpen) await gateway.close();
    isOpen = false;
  };
  await eventually(
    () => gateway.partners.isReady(),
    (isReady) => isReady,
  );
  const call: BrowsedClinic['call'] = async (who, operation, input = {}) => {
    const headers: Record<string, string> = who === undefined ? {} : { [PRINCIPAL]: JSON.stringify(who) };
    const parameter = Object.entries(input).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((each: unknown) => parameterOf(name, each)),
    );
    const body = { resourceType: 'Parameters', ...(parameter.length === 0 ? {} : { parameter }) };
    const answer = await clinic.send('POST', `$${operation}`, body, headers);
    return { status: answer.status, text: answer.text, parts: partsOf(answer.body) };
  };
  return {
    ...clinic,
    ...{ gateway, gatewayUrl, mllpUrl, secret, call, stopGateway },
    async receive(message, state) {
      const link = { localPort: mllp, remoteAddress: '127.0.0.1' };
      const reply = await gateway.inbox.accept(Buffer.from(message), link);
      if (reply === undefined) throw new Error('there was no reply');
      const controlId = message.split('|')[9] ?? '';
      const found = await eventually(
        async () => (await call(undefined, 'hl7-messages', { 'control-id': controlId })).parts[0],
        (each) => valueIn(each, 'state') === state,
      );
      if (valueIn(found, 'state') !== state) throw new Error(`the message is ${JSON.stringify(found)}`);
      return String(valueIn(found, 'id'));
    },
    async close() {
      await stopGateway();
      await clinic.close();
      await database.drop();
    },
  };
}

/** Value of the first part with that name. */
export function valueIn(parent: Part | readonly Part[] | undefined, name: string): unknown {
  return valuesIn(parent, name)[0];
}

export function valuesIn(parent: Part | readonly Part[] | undefined, name: string): readonly unknown[] {
  const parts = parent === undefined ? [] : 'name' in parent ? (parent.part ?? []) : parent;
  return parts
    .filter((each) => each.name === name)
    .map((each): unknown => Object.entries(each).find(([key]) => key.startsWith('value'))?.[1]);
}

function partsOf(body: Body): readonly Part[] {
  return body.parameter ?? [];
}

const CODES: ReadonlySet<string> = new Set(['state', 'direction', 'decision', 'action']);
const IDS: ReadonlySet<string> = new Set(['message', 'proposal', 'partner']);

function parameterOf(name: string, value: unknown): Part {
  if (typeof value === 'number') return { name, valuePositiveInt: value };
  const type = CODES.has(name)
    ? 'Code'
    : IDS.has(name)
      ? 'Id'
      : ['since', 'until'].includes(name)
        ? 'DateTime'
        : 'String';
  return { name, [`value${type}`]: value };
}

/** The Endpoint of a partner that sends, by its id in capital letters. */
export function partnerOf(
  id: string,
  mayCreate: boolean,
): JsonObject & { readonly resourceType: string; readonly id: string } {
  return {
    resourceType: 'Endpoint',
    id,
    meta: { profile: [`${PROFILE}hl7-partner`] },
    status: 'active',
    connectionType: { system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type', code: 'hl7v2-mllp' },
    name: id,
    payloadType: [{ text: 'HL7 v2' }],
    address: 'mllp://127.0.0.1',
    extension: [
      { url: `${PROFILE}hl7-recognition`, extension: [{ url: 'application', valueString: id.toUpperCase() }] },
      { url: `${PROFILE}hl7-patients`, extension: [{ url: 'may-create', valueBoolean: mayCreate }] },
      {
        url: `${PROFILE}hl7-system`,
        extension: [
          { url: 'kind', valueCode: 'assigner' },
          { url: 'name', valueString: 'MRN' },
          { url: 'uri', valueUri: 'https://lab.example/patients' },
        ],
      },
    ],
  };
}

/** A result with one value. @param from MSH-3 */
export function result(from: string, controlId: string, patient: string, value = '5.10'): string {
  return [
    `MSH|^~\\&|${from}|F|ATHANOR|CLINIC|20260101080000||ORU^R01^ORU_R01|${controlId}|P|2.5.1`,
    `PID|1||${patient}^^^MRN^MR||Doe^Jané||19800101|F`,
    `ORC|RE|${controlId}^HIS|${controlId}^LAB`,
    `OBR|1|${controlId}^HIS|${controlId}^LAB|24323-8^Metabolic panel^LN|||20260101070000|||||||||||||||20260101080000||LAB|F`,
    `OBX|1|NM|2345-7^Glucose^LN||${value}|mmol/L^^UCUM|3.9-5.8|N|||F|||20260101070000`,
    'ZXX|1|what nobody reads',
    '',
  ].join('\r');
}

/** What registration says of a patient on the next day. */
export function registration(controlId: string, patient: string, name: string): string {
  return [
    `MSH|^~\\&|STRICT|F|ATHANOR|CLINIC|20260102080000||ADT^A08^ADT_A01|${controlId}|P|2.5.1`,
    'EVN|A08|20260102080000',
    `PID|1||${patient}^^^MRN^MR||${name}||19800101|F`,
    '',
  ].join('\r');
}
