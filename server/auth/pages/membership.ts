import type { Visitor } from '../sessions/browser.ts';
import { visitorOf } from '../sessions/browser.ts';
import { chooseMembership } from '../sessions/stored-session.ts';
import { membershipOf } from '../users/account-of.ts';
import type { StoredMembership } from '../users/stored-account.ts';
import { nameOf } from './acting-as.ts';
import { entered, redirect, showPage, type Exchange, type Reply } from './exchange.ts';
import { csrfField, hidden, leaveForm, problem } from './field.ts';
import { goOn } from './go-on.ts';
import { html, type Html } from './html.ts';

/** `GET /auth/membership`: whoever has several ways to act chooses one. */
export async function showMembership(exchange: Exchange, visitor: Visitor): Promise<Reply> {
  return form(exchange, visitor, 200);
}

/** `POST /auth/membership` */
export async function submitMembership(exchange: Exchange, visitor: Visitor): Promise<Reply> {
  const { users, request, origin } = exchange;
  const wanted = entered(request, 'membership');
  const membership = visitor.account.memberships.find((known) => valueOf(known) === wanted);
  if (membership === undefined) return form(exchange, visitor, 400);
  await chooseMembership(users.db, visitor.session.id, await membershipOf(users.staff, membership));
  const changed = await visitorOf(users, request, origin);
  return changed === undefined ? redirect('/auth/sign-in') : goOn(exchange, changed);
}

async function form({ users, csrfToken, returnTo }: Exchange, { account }: Visitor, status: number): Promise<Reply> {
  const title = 'How do you want to act?';
  if (account.memberships.length === 0) {
    const text = 'Your account belongs to no clinic at this moment. Ask an administrator for a membership.';
    return showPage({ title, body: html`${problem(text)}${leaveForm(csrfToken)}` }, 403);
  }
  const choices: Html[] = [];
  for (const [index, membership] of account.memberships.entries()) {
    const id = `membership-${index}`;
    choices.push(
      html`<p class="choice">
        <input type="radio" id="${id}" name="membership" value="${valueOf(membership)}" required />
        <label for="${id}">${await nameOf(users, membership)}</label>
      </p>`,
    );
  }
  const body = html`<form method="post" action="/auth/membership">
      ${csrfField(csrfToken)} ${hidden('return_to', returnTo)}
      <fieldset>
        <legend>Act as</legend>
        ${choices}
      </fieldset>
      <button>Continue</button>
    </form>
    ${leaveForm(csrfToken)}`;
  return showPage({ title, body }, status);
}

function valueOf({ tenant, fhirUser }: StoredMembership): string {
  return `${tenant}/${fhirUser}`;
}
