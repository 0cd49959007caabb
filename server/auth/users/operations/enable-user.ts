import { enableAccount } from '../account-state.ts';
import { accountOfTenant, type UserOperation } from './user-operation.ts';

export const enableUser: UserOperation = {
  code: 'user-enable',
  text: 'lets a disabled account sign in again. Takes login.',
  parameters: ['login'],
  affectsState: true,
  async run(call) {
    await enableAccount(call.users, await accountOfTenant(call), call.actor);
    return [];
  },
};
