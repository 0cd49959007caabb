import { useState, type SubmitEvent } from 'react';
import { Failure } from '../parts/failure.tsx';
import { Field } from '../parts/field.tsx';
import { useClinic } from '../shell/clinic.ts';
import { useDeed } from '../shell/deed.ts';
import { EditPanel } from './edit-panel.tsx';
import { workOn, type Message } from './messages.ts';
import { PreviewPanel } from './preview-panel.tsx';

export interface MessageActionsProps {
  readonly message: Message;
  /** Something was done with it. */
  onDone(): void;
}

const WAITS: ReadonlySet<string> = new Set(['parked', 'dead']);
const EDITABLE: ReadonlySet<string> = new Set(['parked', 'dead', 'ignored']);

/** What can be done with a message as it is now; whether its user may is for the server to say. */
export function MessageActions({ message, onDone }: MessageActionsProps) {
  const { server } = useClinic();
  const { id, direction, state, text } = message;
  const [open, setOpen] = useState<'nothing' | 'preview' | 'edit' | 'dismiss'>('nothing');
  const working = useDeed<string>();
  const start = (operation: '$hl7-replay' | '$hl7-dismiss', reason = ''): void =>
    working.start(async (key) => {
      const words = await workOn(server, operation, id, reason, key);
      setOpen('nothing');
      onDone();
      return words;
    });
  const dismiss = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    start('$hl7-dismiss', String(new FormData(event.currentTarget).get('reason') ?? '').trim());
  };
  const isOut = direction === 'out';
  const canEnd = WAITS.has(state) || (isOut && ['queued', 'sending', 'rejected'].includes(state));
  return (
    <section className="panel" aria-labelledby="doing">
      <h2 id="doing">What to do with it</h2>
      <div className="actions">
        <button type="button" disabled={working.isRunning} onClick={() => start('$hl7-replay')}>
          {isOut ? 'Send once more' : 'Work on it once more'}
        </button>
        {!isOut && (
          <button type="button" onClick={() => setOpen('preview')}>
            See what it would change
          </button>
        )}
        {!isOut && EDITABLE.has(state) && text !== undefined && (
          <button type="button" onClick={() => setOpen('edit')}>
            Correct it
          </button>
        )}
        {canEnd && (
          <button type="button" onClick={() => setOpen('dismiss')}>
            {isOut ? 'Let it go' : 'Dismiss it'}
          </button>
        )}
      </div>
      <Failure error={working.error} />
      <p role="status">{working.result ?? ''}</p>
      {open === 'preview' && <PreviewPanel id={id} other={{}} />}
      {open === 'dismiss' && (
        <form onSubmit={dismiss}>
          <Field label="Why" name="reason" required hint="For others who look at it; nothing of what is in it." />
          <button className="main" disabled={working.isRunning}>
            End it
          </button>
        </form>
      )}
      {open === 'edit' && text !== undefined && (
        <EditPanel
          id={id}
          text={text}
          onLeave={() => setOpen('nothing')}
          onDone={() => {
            setOpen('nothing');
            onDone();
          }}
        />
      )}
    </section>
  );
}
