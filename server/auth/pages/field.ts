import { html, type Html } from './html.ts';

export interface Field {
  readonly name: string;
  readonly label: string;
  /** Default: `text`. */
  readonly type?: 'text' | 'password' | 'email';
  readonly value?: string;
  /** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill */
  readonly autocomplete: string;
  readonly inputMode?: 'numeric' | 'email';
  readonly hint?: string;
  /** What is wrong with what was entered. */
  readonly error?: string | undefined;
  readonly hasFocus?: boolean;
}

/** A labelled input; hint and error are tied to it, so that they are read out with it. */
export function field({
  name,
  label,
  type = 'text',
  value,
  autocomplete,
  inputMode,
  hint,
  error,
  hasFocus,
}: Field): Html {
  const described = [hint !== undefined && `${name}-hint`, error !== undefined && `${name}-error`].filter(
    (id) => id !== false,
  );
  return html`<div class="field">
    <label for="${name}">${label}</label>
    ${hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>`}
    ${error !== undefined && html`<p class="error" id="${name}-error">${error}</p>`}
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      autocomplete="${autocomplete}"
      required
      maxlength="1024"
      ${value !== undefined && html` value="${value}"`}
      ${inputMode !== undefined && html` inputmode="${inputMode}"`}
      ${described.length > 0 && html` aria-describedby="${described.join(' ')}"`}
      ${error !== undefined && html` aria-invalid="true"`}
      ${hasFocus === true && html` autofocus`}
    />
  </div>`;
}

export function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}" />`;
}

/** To be in every form, see csrf.ts. */
export function csrfField(token: string): Html {
  return hidden('csrf', token);
}

/** For who is on the way in, but not the one whom the browser says. */
export function leaveForm(csrfToken: string): Html {
  return html`<form method="post" action="/auth/sign-out">
    ${csrfField(csrfToken)}
    <p><button class="plain">Sign in as somebody else</button></p>
  </form>`;
}

/** What went wrong with the whole form; first in the page and announced. */
export function problem(text: string | undefined): Html {
  return text === undefined ? html`` : html`<p class="problem" role="alert">${text}</p>`;
}

export function notice(text: string): Html {
  return html`<p class="notice" role="status">${text}</p>`;
}
