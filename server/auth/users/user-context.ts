import type { Sealer } from '../../protection/sealer.ts';
import type { Db } from '../../storage/db.ts';
import type { OnSignInEvent } from '../sign-in-event.ts';
import type { Mailer } from './mailer.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { StaffDirectory } from './staff-directory.ts';
import type { UserSettings } from './user-settings.ts';

/** Everything that sign-in and the administration of accounts need; lives as long as the process. */
export interface UserContext {
  readonly db: Db;
  readonly settings: UserSettings;
  readonly hasher: PasswordHasher;
  readonly sealer: Sealer;
  /** Practitioners and their roles, which are FHIR resources. */
  readonly staff: StaffDirectory;
  /** Undefined: there is no mail; links are handed over by administrators. */
  readonly mailer: Mailer | undefined;
  readonly onEvent: OnSignInEvent;
  /** Origin under which browsers reach this server, for links in mails: `https://clinic.example`. */
  readonly origin: string;
  now(): number;
}
