import { useState } from 'react';
import type { Parameters } from '@medplum/fhirtypes';
import { dateText } from '../fhir/dates.ts';
import { Failure } from '../parts/failure.tsx';
import { useClinic } from '../shell/clinic.ts';
import { useDeed } from '../shell/deed.ts';
import { changedLines } from './changed-lines.ts';
import type { Proposal } from './messages.ts';
import { PreviewPanel } from './preview-panel.tsx';

export interface ProposalPanelProps {
  /** Id of the message. */
  readonly id: string;
  /** Of the message as it came. */
  readonly text: string;
  readonly proposal: Proposal;
  /** It was decided. */
  onDone(): void;
}

/** A corrected text, for somebody else than its author to decide about. */
export function ProposalPanel({ id, text, proposal, onDone }: ProposalPanelProps) {
  const { server, user } = useClinic();
  const [isTried, setTried] = useState(false);
  const deciding = useDeed<Parameters>();
  const decide = (decision: string): void =>
    deciding.start(async (key) => {
      const input = [
        { name: 'message', valueId: id },
        { name: 'proposal', valueId: proposal.id },
        { name: 'decision', valueCode: decision },
      ];
      const answer = await server.call<Parameters>('$hl7-edit', input, key);
      onDone();
      return answer;
    });
  const heading = `proposal-${proposal.id}`;
  return (
    <section className="panel" aria-labelledby={heading}>
      <h2 id={heading}>Proposed text of {dateText(proposal.at)}</h2>
      <p>
        {proposal.authorName}: {proposal.explanation}
      </p>
      <ul className="plain">
        {changedLines(text, proposal.text).map(({ line, before, after }) => (
          <li key={line}>
            Line {line}
            <p className="code">
              <del>{before}</del>
            </p>
            <p className="code">
              <ins>{after}</ins>
            </p>
          </li>
        ))}
      </ul>
      {isTried && <PreviewPanel id={id} other={{ proposal: proposal.id }} />}
      <Failure error={deciding.error} />
      {proposal.state === 'proposed' ? (
        <div className="actions">
          {proposal.author !== user && (
            <button type="button" className="main" disabled={deciding.isRunning} onClick={() => decide('approve')}>
              Agree, and apply it
            </button>
          )}
          <button type="button" disabled={deciding.isRunning} onClick={() => decide('refuse')}>
            Refuse
          </button>
          <button type="button" onClick={() => setTried(true)}>
            Try it
          </button>
        </div>
      ) : (
        <p>
          {proposal.state} by {proposal.decidedBy}
        </p>
      )}
    </section>
  );
}
