import { disableAccount } from '../account-state.ts';
import { accountOfTenant, type UserOperation } from './user-operation.ts';

export const disableUser: UserOperation = {
  code: 'user-disable',
  text: 'ends everything that is open of an account; nobody signs in with it until it is enabled. Takes login.',
  parameters: ['login'],
  affectsState: true,
  async run(call) {
    await disableAccount(call.users, await accountOfTenant(call), call.actor);
    return [];
  },
};
