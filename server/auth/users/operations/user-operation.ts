import { requireFreshFactor } from '../../../access/step-up.ts';
import type { Ctx } from '../../../fhir/engine.ts';
import { primitiveInput } from '../../../fhir/operations/input.ts';
import type { Operation } from '../../../fhir/operations/operation.ts';
import { single, type Query } from '../../../fhir/query.ts';
import { fault } from '../../../kernel/fault.ts';
import type { Actor } from '../actor.ts';
import { accountByLogin, type StoredAccount } from '../stored-account.ts';
import type { UserContext } from '../user-context.ts';

/** An operation on accounts, for administrators of the tenant in which it is called. */
export interface UserOperation {
  readonly code: string;
  readonly text: string;
  readonly parameters: readonly string[];
  readonly affectsState: boolean;
  /** @returns parameters of the answer */
  run(call: UserCall): Promise<readonly object[]>;
}

export interface UserCall {
  readonly users: UserContext;
  readonly tenant: number;
  readonly input: Query;
  readonly actor: Actor;
}

export function toOperation(
  users: UserContext,
  { code, text, parameters, affectsState, run }: UserOperation,
): Operation {
  return {
    code,
    definition: `https://athanor.health/fhir/OperationDefinition/${code}`,
    text: `For administrators: ${text}`,
    levels: ['system'],
    affectsState,
    async run(_engine, ctx, { request }) {
      const input = primitiveInput(request, parameters);
      expectAdministrator(ctx);
      if (affectsState) requireFreshFactor(ctx.access, ctx.now());
      const parameter = await run({ users, tenant: ctx.tenant, input, actor: actorOf(ctx) });
      // An empty array is no FHIR.
      const answer = { resourceType: 'Parameters', ...(parameter.length === 0 ? {} : { parameter }) };
      return { status: 200, headers: {}, text: JSON.stringify(answer) };
    },
  };
}

/** @throws Fault 400 when it is missing or has characters that nobody types */
export function required(input: Query, name: string): string {
  const text = single(input, name)?.trim() ?? '';
  if (text === '') throw fault('operation.missingParameter', 400, 'required', `The parameter ${name} is missing.`);
  if (/\p{Cc}/u.test(text)) {
    throw fault('operation.badParameter', 400, 'value', `${name} must not have control characters.`);
  }
  return text;
}

/**
 * The account with the login that the parameter `login` names.
 * @throws Fault 404 when the tenant has none, 403 when it is other tenants' too: then it is the operator's alone
 */
export async function accountOfTenant({ users, tenant, input }: UserCall): Promise<StoredAccount> {
  const account = await accountByLogin(users.db, required(input, 'login'), users.now());
  if (account?.memberships.some((membership) => membership.tenant === tenant) !== true) {
    throw fault('account.unknown', 404, 'not-found', 'There is no account with this login; $user-list names them.');
  }
  if (account.memberships.every((membership) => membership.tenant === tenant)) return account;
  const text =
    'The account belongs to other organisations too; only the operator of the server changes it (athanor user).';
  throw fault('account.shared', 403, 'forbidden', text);
}

function expectAdministrator({ access }: Ctx): void {
  if (access.isUnrestricted || access.principal.roles.includes('administrator')) return;
  throw fault('account.administratorOnly', 403, 'forbidden', 'Only administrators manage accounts.');
}

function actorOf({ access: { principal } }: Ctx): Actor {
  return { by: principal.account ?? principal.client ?? 'server', from: { ip: undefined, userAgent: undefined } };
}
