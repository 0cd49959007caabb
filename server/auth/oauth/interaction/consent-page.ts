import type { Session } from '../../account.ts';
import { csrfField, problem } from '../../pages/field.ts';
import { html, type Html } from '../../pages/html.ts';
import { scopeLabel } from '../../smart/scope-label.ts';
import { scopeParts } from '../../smart/scope-parts.ts';
import { subScopesOf } from '../../smart/sub-scopes.ts';
import type { Client } from '../clients/client.ts';

export interface ConsentQuestion {
  readonly action: string;
  readonly session: Session;
  readonly client: Client;
  readonly asked: readonly string[];
  /** Name of the patient in context. */
  readonly patient: string | undefined;
  readonly problem?: string;
}

/** Asks what of it a client shall have: each scope on its own, parts of a type in its place, and whether it may stay. */
export function consentPage({ action, session, client, asked, patient, problem: text }: ConsentQuestion): Html {
  const clinical = asked.filter((scope) => scopeParts(scope) !== undefined);
  const others = asked.filter((scope) => scopeParts(scope) === undefined);
  return html`${problem(text)}
    <p><strong>${client.name}</strong> asks for access as ${session.account.login}.</p>
    ${patient !== undefined && html`<p>Patient: <strong>${patient}</strong></p>`}
    <form method="post" action="${action}">
      ${csrfField(session.csrfToken)}
      ${
        others.length > 0 &&
        html`<fieldset>
          <legend>It wants to</legend>
          ${others.map((scope) => choice(scope, scopeLabel(scope), asked.indexOf(scope), true))}
        </fieldset>`
      }
      ${
        clinical.length > 0 &&
        html`<fieldset>
          <legend>Data it wants to use</legend>
          <p class="hint">
            Untick what it shall not have. Instead of all records of a kind you can allow only some sorts.
          </p>
          ${clinical.map((scope) => clinicalChoice(scope, asked.indexOf(scope)))}
        </fieldset>`
      }
      <button name="decision" value="allow">Allow</button>
      <button name="decision" value="deny" class="plain">Refuse</button>
    </form>
    <p class="hint">You can take this back at any time: <a href="/auth/apps">my apps</a>.</p>`;
}

function clinicalChoice(scope: string, index: number): Html {
  const parts = subScopesOf(scope);
  return html`${choice(scope, scopeLabel(scope), index, true)}
  ${
    parts.length > 0 &&
    html`<fieldset>
      <legend>Only some of it, instead of “${scopeLabel(scope)}”</legend>
      ${parts.map((part, at) => choice(part.scope, part.label, `${index}-${at}`, false))}
    </fieldset>`
  }`;
}

function choice(scope: string, label: string, id: number | string, isTicked: boolean): Html {
  return html`<div class="choice">
    <input type="checkbox" id="scope-${id}" name="scope" value="${scope}" ${isTicked && html` checked`} />
    <label for="scope-${id}">${label}</label>
  </div>`;
}

/**
 * What was ticked, as far as it was offered. Ticked parts of a scope take its place: they narrow it, whether it is ticked
 * itself or not.
 */
export function chosenScopes(asked: readonly string[], ticked: readonly string[]): readonly string[] {
  const isTicked = new Set(ticked);
  return asked.flatMap((scope) => {
    const parts = subScopesOf(scope)
      .map((part) => part.scope)
      .filter((part) => isTicked.has(part));
    if (parts.length > 0) return parts;
    return isTicked.has(scope) ? [scope] : [];
  });
}
