import { unlockAccount } from '../account-state.ts';
import { accountOfTenant, type UserOperation } from './user-operation.ts';

export const unlockUser: UserOperation = {
  code: 'user-unlock',
  text: 'forgets the failures that keep an account from signing in for a while. Takes login.',
  parameters: ['login'],
  affectsState: true,
  async run(call) {
    await unlockAccount(call.users, await accountOfTenant(call), call.actor);
    return [];
  },
};
