import { single } from '../../../fhir/query.ts';
import { fault } from '../../../kernel/fault.ts';
import { staffRole } from '../account-roles.ts';
import { createAccount, type NewAccount } from '../create-account.ts';
import { inviteAccount } from '../invite-account.ts';
import { deliveryParameter } from './delivery-parameter.ts';
import { required, type UserCall, type UserOperation } from './user-operation.ts';

export const createUser: UserOperation = {
  code: 'user-create',
  text:
    'an account, and an invitation to it by mail, or as a link to be handed over. Takes login, mail, and either user (Practitioner/1, ' +
    'Patient/1, RelatedPerson/1) or given, family and role (once each) for a new Practitioner.',
  parameters: ['login', 'mail', 'user', 'given', 'family', 'role'],
  affectsState: true,
  async run(call) {
    const { users, tenant, input, actor } = call;
    const person = personOf(call);
    const made = { login: required(input, 'login'), mail: single(input, 'mail'), tenant, person };
    const account = await createAccount(users, made, actor);
    return [
      { name: 'login', valueString: account.login },
      { name: 'user', valueString: account.memberships[0]?.fhirUser ?? '' },
      deliveryParameter(await inviteAccount(users, account, actor)),
    ];
  },
};

function personOf({ input }: UserCall): NewAccount['person'] {
  const user = single(input, 'user');
  const name = ['given', 'family', 'role'].filter((one) => input.has(one));
  if (user !== undefined && name.length > 0) {
    throw fault('account.personTwice', 400, 'value', 'Say either user, or given, family and role.');
  }
  if (user !== undefined) return { fhirUser: user };
  return {
    name: { given: required(input, 'given'), family: required(input, 'family') },
    roles: (input.get('role') ?? []).map(staffRole),
  };
}
