/** Processes remember which uris are in the dictionary uri_seen; when an erasure takes some out of it, this number rises. */
export const uriDictionary = {
  version: 29,
  name: 'uri-dictionary',
  sql: `insert into setting values ('uris', '1');`,
} as const;
