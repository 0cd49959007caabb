import { ROLE_VERBS } from '../../auth/users/command/role-verbs.ts';
import { runOnAccounts } from './accounts.ts';

/** `athanor role …`; resolves to the exit code. */
export function roleCommand(argv: readonly string[]): Promise<number> {
  return runOnAccounts('role', ROLE_VERBS, argv);
}
