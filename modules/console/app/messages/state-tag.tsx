const LOOKS: Readonly<Record<string, string>> = {
  parked: 'warning',
  failed: 'warning',
  dead: 'critical',
  rejected: 'critical',
  received: 'info',
  queued: 'info',
  sending: 'info',
  waiting: 'info',
  applied: 'done',
  acked: 'done',
};

const WORDS: Readonly<Record<string, string>> = {
  parked: 'waits for a person',
  failed: 'will be tried again',
  dead: 'given up',
  received: 'to be applied',
  acked: 'taken',
  superseded: 'replaced, or older',
  split: 'a batch',
};

/** How it is with a message, in words; colour only adds to them. */
export function StateTag({ state }: { readonly state: string }) {
  return <span className={`tag ${LOOKS[state] ?? ''}`}>{WORDS[state] ?? state}</span>;
}
