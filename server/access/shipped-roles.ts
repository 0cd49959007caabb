import type { Definitions } from '../definitions/definitions.ts';
import { isObject, type JsonValue } from '../kernel/json.ts';
import type { CriteriaContext } from './criteria.ts';
import type { Role } from './grant.ts';
import { readRole } from './read-role.ts';
import administrator from './roles/administrator.json' with { type: 'json' };
import auditor from './roles/auditor.json' with { type: 'json' };
import biller from './roles/biller.json' with { type: 'json' };
import gateway from './roles/gateway.json' with { type: 'json' };
import lab from './roles/lab.json' with { type: 'json' };
import nurse from './roles/nurse.json' with { type: 'json' };
import patient from './roles/patient.json' with { type: 'json' };
import pharmacist from './roles/pharmacist.json' with { type: 'json' };
import physician from './roles/physician.json' with { type: 'json' };
import proxy from './roles/proxy.json' with { type: 'json' };
import receptionist from './roles/receptionist.json' with { type: 'json' };
import system from './roles/system.json' with { type: 'json' };

const FILES: readonly JsonValue[] = [
  administrator,
  auditor,
  biller,
  gateway,
  lab,
  nurse,
  patient,
  pharmacist,
  physician,
  proxy,
  receptionist,
  system,
];

/** What nobody else may call a role. */
export const SHIPPED_ROLE_NAMES: readonly string[] = FILES.map((file) => (isObject(file) ? String(file.name) : ''));

const known = new WeakMap<Definitions, readonly Role[]>();

/** Names of the roles that come with the server; tenants define others beside them. */
export function shippedRoles(context: CriteriaContext): readonly Role[] {
  let roles = known.get(context.definitions);
  if (roles === undefined) {
    roles = FILES.map((file) => {
      const reading = readRole(file, context);
      if ('role' in reading) return reading.role;
      throw new Error(`a shipped role is wrong: ${reading.problems.join(' ')}`);
    });
    known.set(context.definitions, roles);
  }
  return roles;
}
