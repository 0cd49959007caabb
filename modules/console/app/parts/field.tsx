import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes } from 'react';

interface Labelled {
  readonly label: string;
  readonly hint?: string;
}

type InputProps = Labelled & InputHTMLAttributes<HTMLInputElement>;

/** An input with its label and, where there is one, a word of advice. */
export function Field({ label, hint, ...input }: InputProps) {
  const id = useId();
  const hintId = hint === undefined ? undefined : `${id}-hint`;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} aria-describedby={hintId} autoComplete="off" spellCheck={false} {...input} />
      {hint !== undefined && (
        <p className="hint" id={hintId}>
          {hint}
        </p>
      )}
    </div>
  );
}

type ChoiceProps = Labelled & SelectHTMLAttributes<HTMLSelectElement> & { readonly children: ReactNode };

/** A choice of few. */
export function Choice({ label, hint, children, ...select }: ChoiceProps) {
  const id = useId();
  const hintId = hint === undefined ? undefined : `${id}-hint`;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} aria-describedby={hintId} {...select}>
        {children}
      </select>
      {hint !== undefined && (
        <p className="hint" id={hintId}>
          {hint}
        </p>
      )}
    </div>
  );
}
