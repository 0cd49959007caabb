import { defineBot } from '#sdk';

/** Somebody is told to look after a room that was closed. */
export const closedRoom = defineBot<'Location'>({
  name: 'closed-room',
  title: 'Tasks for rooms that are closed',
  on: { criteria: 'Location?status=suspended&room-number:missing=false' },
  async run({ resourceId, version }, clinic) {
    await clinic.createOnce(`closed-room|${resourceId}|${version}`, {
      resourceType: 'Task',
      status: 'requested',
      intent: 'order',
      focus: { reference: `Location/${resourceId}` },
    });
  },
});
