import { defineHl7Map } from '#sdk';

/** MFN^M05: the master file of locations. */
export const roomMoved = defineHl7Map('MFN^M05', ({ segments }) =>
  segments
    .filter(({ name }) => name === 'LOC')
    .map((segment) => ({
      resource: { resourceType: 'Location', name: segment.get(2) },
      request: { method: 'POST', url: 'Location', ifNoneExist: `name:exact=${segment.get(2)}` },
    })),
);
