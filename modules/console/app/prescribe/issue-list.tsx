import { Choice } from '../parts/field.tsx';
import type { Checked, DrugIssue, Reason } from './drug-issues.ts';

export interface IssueListProps {
  readonly checked: Checked;
  readonly reasons: readonly Reason[];
  onReason(key: string, reason: Reason | undefined): void;
}

const LOOKS: Readonly<Record<string, readonly [look: string, word: string]>> = {
  contraindicated: ['critical', 'Contraindicated'],
  major: ['warning', 'Major'],
  moderate: ['info', 'Moderate'],
  minor: ['info', 'Minor'],
};

/** What is known against an order. Who orders it against a contraindication says why. */
export function IssueList({ checked: { issues, notChecked }, reasons, onReason }: IssueListProps) {
  return (
    <>
      {issues.length === 0 && <p>The check found nothing against it.</p>}
      {issues.map((issue) => {
        const [look, word] = LOOKS[issue.severity] ?? ['info', issue.severity];
        return (
          <section key={issue.key} className={look}>
            <h3>
              {word}: {issue.title}
            </h3>
            <p>{issue.text}</p>
            {issue.severity === 'contraindicated' && (
              <ReasonChoice issue={issue} reasons={reasons} onReason={onReason} />
            )}
          </section>
        );
      })}
      {notChecked.length > 0 && (
        <section className="warning">
          <h3>Not checked</h3>
          <ul>
            {notChecked.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

interface ReasonChoiceProps extends Pick<IssueListProps, 'reasons' | 'onReason'> {
  readonly issue: DrugIssue;
}

function ReasonChoice({ issue, reasons, onReason }: ReasonChoiceProps) {
  return (
    <Choice
      label={`Reason to order it in spite of “${issue.title}”`}
      defaultValue=""
      onChange={({ target }) =>
        onReason(
          issue.key,
          reasons.find(({ code }) => code === target.value),
        )
      }
    >
      <option value="">None: do not order it</option>
      {reasons.map(({ code, display }) => (
        <option key={code} value={code}>
          {display}
        </option>
      ))}
    </Choice>
  );
}
