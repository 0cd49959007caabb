import type { ClinicReader, Stored } from '#sdk';
import { faults } from '../faults.ts';

type Account = Stored<'Account'>;

/** Accounts that an Encounter names. */
export async function accountsOf(
  stay: Stored<'Encounter'> | undefined,
  reader: ClinicReader,
): Promise<readonly Account[]> {
  const found: Account[] = [];
  for (const reference of stay?.account ?? []) {
    const account = await reader.resolve(reference, 'Account');
    if (account !== undefined && !found.some(({ id }) => id === account.id)) found.push(account);
  }
  return found;
}

/** Whether the account is of a patient. */
export async function isOf(
  { subject = [] }: Account,
  patient: string | undefined,
  reader: ClinicReader,
): Promise<boolean> {
  for (const each of subject) {
    const found = await reader.resolve(each, 'Patient');
    if (found !== undefined && found.id === patient) return true;
  }
  return false;
}

/** The account to which is charged what happens during a stay. @throws Fault 422 when there is none, or no single one */
export async function accountOf(
  stay: Stored<'Encounter'>,
  patient: string | undefined,
  reader: ClinicReader,
): Promise<Account> {
  const usable: Account[] = [];
  for (const account of await accountsOf(stay, reader)) {
    if (account.status === 'active' && (await isOf(account, patient, reader))) usable.push(account);
  }
  const [only, ...others] = usable;
  if (only === undefined) throw faults.noAccount();
  if (others.length > 0) throw faults.severalAccounts();
  return only;
}
