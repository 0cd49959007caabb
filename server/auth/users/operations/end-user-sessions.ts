import { endAllSessions } from '../account-state.ts';
import { accountOfTenant, type UserOperation } from './user-operation.ts';

export const endUserSessions: UserOperation = {
  code: 'user-end-sessions',
  text: 'signs an account out everywhere; what its apps hold is void. Takes login.',
  parameters: ['login'],
  affectsState: true,
  async run(call) {
    await endAllSessions(call.users, await accountOfTenant(call), call.actor);
    return [];
  },
};
