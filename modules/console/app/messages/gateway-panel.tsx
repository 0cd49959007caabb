import type { Parameters } from '@medplum/fhirtypes';
import { Failure } from '../parts/failure.tsx';
import { Table } from '../parts/table.tsx';
import { useClinic } from '../shell/clinic.ts';
import { useDeed } from '../shell/deed.ts';
import { spanText, type GatewayState, type PartnerState } from './gateway-state.ts';
import { StateTag } from './state-tag.tsx';

export interface GatewayPanelProps {
  readonly state: GatewayState;
  /** Something of it has changed. */
  onChange(): void;
}

/** What is open, and the queues of those that messages go to. */
export function GatewayPanel({ state: { open, partners, unmappedCodes }, onChange }: GatewayPanelProps) {
  const { server } = useClinic();
  const changing = useDeed<Parameters>();
  const change = (partner: string, action: string): void =>
    changing.start(async (key) => {
      const input = [
        { name: 'partner', valueId: partner },
        { name: 'action', valueCode: action },
      ];
      const answer = await server.call<Parameters>('$hl7-destination', input, key);
      onChange();
      return answer;
    });
  const destinations = partners.flatMap(({ queue, ...partner }) =>
    queue === undefined ? [] : [{ ...partner, queue }],
  );
  return (
    <section className="panel" aria-labelledby="gateway">
      <h2 id="gateway">What is open</h2>
      {unmappedCodes > 0 && <p>Codes without translation: {unmappedCodes}. Their Tasks take the answers.</p>}
      <Table
        caption="Messages"
        rows={open}
        keyOf={({ direction, state }) => `${direction} ${state}`}
        empty="Nothing: all messages are done."
        columns={[
          { title: 'State', cell: ({ state }) => <StateTag state={state} /> },
          { title: 'Direction', cell: ({ direction }) => (direction === 'in' ? 'came in' : 'goes out') },
          { title: 'Count', isNumber: true, cell: ({ count }) => count },
          { title: 'Oldest', isNumber: true, cell: ({ oldest }) => spanText(oldest) },
        ]}
      />
      {destinations.length > 0 && (
        <Table
          caption="Destinations"
          rows={destinations}
          keyOf={({ id }) => id}
          empty=""
          columns={[
            { title: 'Partner', cell: ({ name }) => name },
            { title: 'Queue', cell: ({ queue }) => queueText(queue) },
            {
              title: 'Do',
              cell: ({ id, name, queue }) => (
                <span className="actions">
                  <button
                    type="button"
                    disabled={changing.isRunning}
                    onClick={() => change(id, queue.isPaused ? 'resume' : 'pause')}
                    aria-label={`${queue.isPaused ? 'Go on with' : 'Hold back'} ${name}`}
                  >
                    {queue.isPaused ? 'Go on' : 'Hold back'}
                  </button>
                  <button
                    type="button"
                    disabled={changing.isRunning}
                    onClick={() => change(id, 'resend')}
                    aria-label={`Send once more to ${name} what it did not take`}
                  >
                    Send once more
                  </button>
                </span>
              ),
            },
          ]}
        />
      )}
      <Failure error={changing.error} />
    </section>
  );
}

function queueText({ isPaused, waiting, oldest }: NonNullable<PartnerState['queue']>): string {
  const words = waiting === 0 ? 'empty' : `${waiting} waiting, the oldest for ${spanText(oldest)}`;
  return isPaused ? `held back; ${words}` : words;
}
