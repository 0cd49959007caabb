import { inviteAccount } from '../invite-account.ts';
import { deliveryParameter } from './delivery-parameter.ts';
import { accountOfTenant, type UserOperation } from './user-operation.ts';

export const inviteUser: UserOperation = {
  code: 'user-invite',
  text: 'a new invitation in place of the one before. Takes login.',
  parameters: ['login'],
  affectsState: true,
  async run(call) {
    const account = await accountOfTenant(call);
    return [deliveryParameter(await inviteAccount(call.users, account, call.actor))];
  },
};
