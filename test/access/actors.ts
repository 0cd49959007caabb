import type { Principal } from '../../server/access/principal.ts';
import { ownId } from './canaries.ts';

/** Somebody of tenant 1, see canaries.ts for what there is. */
export interface Actor {
  readonly name: string;
  readonly principal: Principal;
  /** Whether they may see the record of Ann alone. */
  readonly isForAnn: boolean;
}

const ANN = `Patient/${ownId('ann', 'Patient')}`;
const PRACTITIONER = `Practitioner/${ownId('ann', 'Practitioner')}`;

const STAFF = [
  'administrator',
  'physician',
  'nurse',
  'pharmacist',
  'receptionist',
  'biller',
  'lab',
  'auditor',
] as const;

function user(fhirUser: string, role: string, more: Partial<Principal> = {}): Principal {
  return { tenant: 1, kind: 'user', account: role, fhirUser, roles: [role], purposes: [], ...more };
}

const inContext = { patient: ownId('ann', 'Patient'), client: 'app' };

/** Each shipped role, and apps with SMART scopes. */
export const ACTORS: readonly Actor[] = [
  { name: 'patient', principal: user(ANN, 'patient'), isForAnn: true },
  { name: 'proxy', principal: user(`RelatedPerson/${ownId('ann', 'RelatedPerson')}`, 'proxy'), isForAnn: true },
  {
    name: 'app of a physician in the context of a patient',
    principal: user(PRACTITIONER, 'physician', { ...inContext, scopes: ['patient/*.cruds'] }),
    isForAnn: true,
  },
  {
    name: 'app of a patient for laboratory values',
    principal: user(ANN, 'patient', { ...inContext, scopes: ['patient/Observation.rs?category=laboratory'] }),
    isForAnn: true,
  },
  ...STAFF.map((role) => ({ name: role, principal: user(PRACTITIONER, role), isForAnn: false })),
  {
    name: 'system',
    principal: {
      tenant: 1,
      kind: 'client',
      client: 'backend',
      roles: ['system'],
      scopes: ['system/*.cruds'],
      purposes: [],
    },
    isForAnn: false,
  },
  { name: 'somebody without a role', principal: { ...user(PRACTITIONER, 'physician'), roles: [] }, isForAnn: true },
];
