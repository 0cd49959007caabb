import { useState, type SubmitEvent } from 'react';
import type { Parameters } from '@medplum/fhirtypes';
import { Failure } from '../parts/failure.tsx';
import { Field } from '../parts/field.tsx';
import { LongField } from '../parts/long-field.tsx';
import { useClinic } from '../shell/clinic.ts';
import { useDeed } from '../shell/deed.ts';
import { PreviewPanel } from './preview-panel.tsx';

export interface EditPanelProps {
  readonly id: string;
  readonly text: string;
  /** It is proposed. */
  onDone(): void;
  onLeave(): void;
}

/** Proposes a corrected text; another person has to agree before it is applied. */
export function EditPanel({ id, text, onDone, onLeave }: EditPanelProps) {
  const { server } = useClinic();
  const [changed, setChanged] = useState(text);
  const [tried, setTried] = useState<string>();
  const proposing = useDeed<Parameters>();
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const explanation = String(new FormData(event.currentTarget).get('explanation') ?? '').trim();
    proposing.start(async (key) => {
      const input = [
        { name: 'message', valueId: id },
        { name: 'text', valueString: changed },
        { name: 'explanation', valueString: explanation },
      ];
      const answer = await server.call<Parameters>('$hl7-edit', input, key);
      onDone();
      return answer;
    });
  };
  return (
    <form className="panel" onSubmit={submit} aria-labelledby="editing">
      <h2 id="editing">Corrected text</h2>
      <LongField
        label="Text"
        rows={12}
        required
        value={changed}
        onChange={({ target }) => setChanged(target.value)}
        hint="A segment on each line. What came stays as it is."
      />
      <Field
        label="What is wrong, and how it is known"
        name="explanation"
        required
        hint="For the person who has to agree."
      />
      {tried !== undefined && <PreviewPanel id={id} other={{ text: tried }} />}
      <Failure error={proposing.error} />
      <div className="actions">
        <button className="main" disabled={proposing.isRunning || changed === text}>
          Propose
        </button>
        <button type="button" onClick={() => setTried(changed)}>
          Try it
        </button>
        <button type="button" onClick={onLeave}>
          Leave it
        </button>
      </div>
    </form>
  );
}
