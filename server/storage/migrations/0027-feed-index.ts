/** The change feed's indexes hold all rows: to decide whether a row belongs into a partial index takes a statement longer than to add it. */
export const feedIndex = {
  version: 27,
  name: 'feed-index',
  sql: `
-- What a partial index asks of a row is made ready by each statement anew: 20 to 30 us of the 200 that a write takes.
-- Contained resources (pid below 0) and rows older than the feed (tx 0) are passed over when they are read.
drop index resource_tx;
drop index history_tx;
create index resource_tx on resource (tx);
create index history_tx on history (tx);
`,
} as const;
