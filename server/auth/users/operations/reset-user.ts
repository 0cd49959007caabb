import { flag } from '../../../fhir/operations/input.ts';
import { removeFactors } from '../account-state.ts';
import { sendReset } from '../invite-account.ts';
import { deliveryParameter } from './delivery-parameter.ts';
import { accountOfTenant, type UserOperation } from './user-operation.ts';

export const resetUser: UserOperation = {
  code: 'user-reset',
  text: 'a link for a new password; with factors=true second factors are removed too, for somebody who lost them. Takes login, factors.',
  parameters: ['login', 'factors'],
  affectsState: true,
  async run(call) {
    const { users, actor, input } = call;
    const withFactors = flag(input, 'factors');
    const account = await accountOfTenant(call);
    if (withFactors) await removeFactors(users, account, actor);
    return [deliveryParameter(await sendReset(users, account, actor))];
  },
};
