import type { Engine } from '../../fhir/engine.ts';
import type { Sealer } from '../../protection/sealer.ts';
import type { OnSignInEvent } from '../sign-in-event.ts';
import { createStaffDirectory } from './fhir-staff.ts';
import { createMailer } from './mailer.ts';
import { createPasswordHasher } from './password-hasher.ts';
import type { UserContext } from './user-context.ts';
import type { UserSettings } from './user-settings.ts';

export interface UsersOptions {
  readonly engine: Engine;
  readonly sealer: Sealer;
  readonly settings: UserSettings;
  /** Undefined: no mail is sent. See MailerOptions. */
  readonly mail: { readonly url: string; readonly from: string } | undefined;
  /** `https://clinic.example`: how links in mails begin. */
  readonly origin: string;
  readonly onEvent: OnSignInEvent;
  now(): number;
  /** Failures of what runs in the background. */
  onError(error: unknown): void;
}

/** Accounts of people, for the pages and for the command line. */
export function openUsers(options: UsersOptions): UserContext {
  const { engine, sealer, settings, mail, origin, onEvent, now, onError } = options;
  return {
    db: engine.db,
    settings,
    hasher: createPasswordHasher(),
    sealer,
    staff: createStaffDirectory(engine, now),
    mailer: mail === undefined ? undefined : createMailer({ ...mail, onError }),
    onEvent,
    origin,
    now,
  };
}
