/**
 * Whether a message is here already is found by its control id. As long as statistics say that there are hardly any messages, an index that
 * begins with the partner looks as good to the planner, and every arrival would read all that its partner ever sent. The index of a
 * condition that arrivals do not name cannot be chosen for them.
 */
export const partnerIndex = {
  version: 5,
  name: 'partner-index',
  sql: `
drop index message_partner;
create index message_partner on message (partner, seq) where partner <> '';
`,
} as const;
