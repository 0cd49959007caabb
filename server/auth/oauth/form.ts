import type { IncomingMessage } from 'node:http';
import express, { type Request } from 'express';
import type { Session } from '../account.ts';
import { isCsrfToken, isFromOwnPage } from '../sessions/genuine-post.ts';
import type { Addresses } from './options.ts';

/** Reads a form of a page; larger ones than pages make are refused. */
export const readForm = express.urlencoded({ extended: false, limit: '64kb', parameterLimit: 2000 });

export interface Form {
  /** The value of a field that comes once. */
  one(name: string): string | undefined;
  all(name: string): readonly string[];
}

/** The form that {@link readForm} read. */
export function formOf({ body }: Request): Form {
  const fields = (body ?? {}) as Readonly<Record<string, unknown>>;
  const all = (name: string): readonly string[] =>
    Object.hasOwn(fields, name) ? [fields[name]].flat().filter((value) => isText(value)) : [];
  return {
    all,
    one(name) {
      const [value, ...others] = all(name);
      return others.length === 0 ? value : undefined;
    },
  };
}

/** What no page sends is not there, such as the character that no database takes. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0');
}

/** Whether a form was sent from a page that this server gave to the session's browser. */
export function isGenuine(request: IncomingMessage, { issuer }: Addresses, session: Session, form: Form): boolean {
  return isFromOwnPage(request, new URL(issuer).origin) && isCsrfToken(session.csrfToken, form.one('csrf'));
}
