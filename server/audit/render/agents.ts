import { DCM, type Coding } from '../kinds.ts';
import type { AuditRecord } from './render-event.ts';

const SOURCE: Coding = { system: DCM, code: '110153', display: 'Source Role ID' };
const DESTINATION: Coding = { system: DCM, code: '110152', display: 'Destination Role ID' };
const APPLICATION: Coding = { system: DCM, code: '110150', display: 'Application' };
const CUSTODIAN: Coding = {
  system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type',
  code: 'custodian',
  display: 'Custodian',
};
const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';
const RECIPIENT: Coding = { system: PARTICIPATION, code: 'IRCP', display: 'information recipient' };
const AUTHOR: Coding = { system: PARTICIPATION, code: 'AUT', display: 'author (originator)' };
const ROLE = 'https://athanor.health/fhir/CodeSystem/role';
const PURPOSE = 'http://terminology.hl7.org/CodeSystem/v3-ActReason';
const IP_ADDRESS = '2';
const URI = '5';

/** Client, server, and the person if there is one. Data flow to whoever reads: then the client is the destination. */
export function agentsOf(record: AuditRecord, baseUrl: string): readonly object[] {
  const { who, ip, action, kind } = record;
  const [client, server] = rolesOf(kind, action ?? 'E');
  const isPerson = who.user !== undefined || who.account !== undefined;
  return [
    {
      type: concept(client),
      who: clientOf(record),
      requestor: !isPerson && who.kind !== 'server',
      ...(isPerson ? {} : tokenOf(record)),
      ...(ip === null ? {} : { network: { address: ip, type: IP_ADDRESS } }),
    },
    {
      type: concept(server),
      who: { display: 'Athanor' },
      requestor: who.kind === 'server',
      network: { address: baseUrl, type: URI },
    },
    ...(isPerson ? [person(record)] : []),
  ];
}

function rolesOf(kind: string, action: string): readonly [Coding, Coding] {
  if (kind === 'rest' && action === 'D') return [APPLICATION, CUSTODIAN];
  if (action === 'R') return [DESTINATION, SOURCE];
  return [SOURCE, DESTINATION];
}

function clientOf({ who }: AuditRecord): object {
  if (who.client === undefined) return { display: who.kind === 'server' ? 'Athanor' : 'unknown client' };
  return { identifier: { system: 'https://athanor.health/fhir/sid/client', value: who.client } };
}

function person(record: AuditRecord): object {
  const { who, action } = record;
  const isWrite = action === 'C' || action === 'U' || action === 'D';
  return {
    type: concept(isWrite ? AUTHOR : RECIPIENT),
    ...(who.roles === undefined ? {} : { role: who.roles.map((code) => concept({ system: ROLE, code })) }),
    who:
      who.user === undefined
        ? { identifier: { system: 'https://athanor.health/fhir/sid/account', value: who.account } }
        : { reference: who.user },
    ...(who.account === undefined ? {} : { altId: who.account }),
    requestor: true,
    ...tokenOf(record),
    ...(who.purposes === undefined
      ? {}
      : { purposeOfUse: who.purposes.map((code) => concept({ system: PURPOSE, code })) }),
  };
}

/** The token by its hash, as an authorisation that the agent acted under. */
function tokenOf({ who }: AuditRecord): object {
  return who.token === undefined ? {} : { policy: [`urn:athanor:token-hash:${encodeURIComponent(who.token)}`] };
}

function concept(coding: Coding): object {
  return { coding: [coding] };
}
