import type { Session } from '../../account.ts';
import { csrfField } from '../../pages/field.ts';
import { html, type Html } from '../../pages/html.ts';
import type { Client } from '../clients/client.ts';
import type { Choice } from '../options.ts';

interface Picker {
  readonly action: string;
  readonly session: Session;
  readonly client: Client;
  readonly choices: readonly Choice[];
}

/** Which patient an app shall work with, out of those that the user may see. */
export function patientPage({ action, session, client, choices, text }: Picker & { readonly text: string }): Html {
  return html`<p><strong>${client.name}</strong> works with one patient.</p>
    <form method="post" action="${action}" role="search">
      ${csrfField(session.csrfToken)}
      <div class="field">
        <label for="text">Name or identifier</label>
        <input id="text" name="text" value="${text}" maxlength="200" autocomplete="off" />
      </div>
      <button class="plain">Search</button>
    </form>
    ${
      choices.length === 0
        ? html`<p role="status">No patient that you may see is found.</p>`
        : list({ action, session, client, choices }, 'patient', 'Choose the patient')
    }
    ${refuseForm(action, session)}`;
}

/** Which visit of the patient an app shall work with. */
export function encounterPage({ action, session, client, choices }: Picker): Html {
  const none = { id: '', text: 'No visit' };
  return html`<p><strong>${client.name}</strong> works with one visit.</p>
    ${list({ action, session, client, choices: [...choices, none] }, 'encounter', 'Choose the visit')}
    ${refuseForm(action, session)}`;
}

function list({ action, session, choices }: Picker, name: string, legend: string): Html {
  return html`<form method="post" action="${action}">
    ${csrfField(session.csrfToken)}
    <fieldset>
      <legend>${legend}</legend>
      ${choices.map(
        ({ id, text }, index) =>
          html`<div class="choice">
            <input type="radio" id="choice-${index}" name="${name}" value="${id}" required />
            <label for="choice-${index}">${text}</label>
          </div>`,
      )}
    </fieldset>
    <button>Continue</button>
  </form>`;
}

function refuseForm(action: string, session: Session): Html {
  return html`<form method="post" action="${action}">
    ${csrfField(session.csrfToken)}
    <button name="decision" value="deny" class="plain">Refuse</button>
  </form>`;
}
