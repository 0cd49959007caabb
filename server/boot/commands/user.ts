import { ACCOUNT_VERBS } from '../../auth/users/command/account-verbs.ts';
import { PROVIDER_VERBS } from '../../auth/users/command/provider-verbs.ts';
import { runOnAccounts } from './accounts.ts';

/** `athanor user …`; resolves to the exit code. */
export function userCommand(argv: readonly string[]): Promise<number> {
  return runOnAccounts('user', [...ACCOUNT_VERBS, ...PROVIDER_VERBS], argv);
}
