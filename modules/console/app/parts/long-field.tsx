import { useId, type TextareaHTMLAttributes } from 'react';

type LongFieldProps = {
  readonly label: string;
  readonly hint?: string;
} & TextareaHTMLAttributes<HTMLTextAreaElement>;

/** A text of several lines, whose signs count. */
export function LongField({ label, hint, ...area }: LongFieldProps) {
  const id = useId();
  const hintId = hint === undefined ? undefined : `${id}-hint`;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea id={id} aria-describedby={hintId} autoComplete="off" spellCheck={false} {...area} />
      {hint !== undefined && (
        <p className="hint" id={hintId}>
          {hint}
        </p>
      )}
    </div>
  );
}
