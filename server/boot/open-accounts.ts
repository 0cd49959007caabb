import { recordSignIn } from '../audit/from-sign-in.ts';
import type { Audit } from '../audit/open-audit.ts';
import { openUsers } from '../auth/users/open-users.ts';
import type { UserContext } from '../auth/users/user-context.ts';
import type { Sealer } from '../protection/sealer.ts';
import type { Config } from './config.ts';
import type { OpenEngine } from './open-engine.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface AccountsOptions {
  readonly config: Config;
  readonly opened: OpenEngine;
  /** Undefined while audit is off. */
  readonly audit: Audit | undefined;
  now(): number;
  onError(error: unknown): void;
}

/** People's accounts, for the pages and for the command line. */
export function openAccounts({ config, opened, audit, now, onError }: AccountsOptions): UserContext {
  const { engine } = opened;
  const { origin } = new URL(engine.settings.baseUrl);
  return openUsers({
    engine,
    sealer: sealerOf(opened),
    settings: {
      idle: config.sessionIdle * MINUTE,
      absolute: config.sessionAbsolute * HOUR,
      secondFactor: config.secondFactor,
      passwordHistory: config.passwordHistory,
      passwordAge: config.passwordAge * DAY,
    },
    mail: mailSettings(config, engine.settings.baseUrl),
    origin,
    onEvent: audit === undefined ? () => Promise.resolve() : recordSignIn(audit.log),
    now,
    onError,
  });
}

/** How mails are sent; undefined: this server sends none. */
export function mailSettings(
  { smtpUrl, mailFrom }: Config,
  baseUrl: string,
): { readonly url: string; readonly from: string } | undefined {
  if (smtpUrl === undefined) return undefined;
  return { url: smtpUrl, from: mailFrom ?? `Athanor <no-reply@${new URL(baseUrl).hostname}>` };
}

export function sealerOf({ protection }: OpenEngine): Sealer {
  if (protection === undefined) throw new Error('sign-in and audit need a master key');
  return protection.sealer;
}
