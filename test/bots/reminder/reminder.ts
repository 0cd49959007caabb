export function reminderOf(appointment: Stored<'Appointment'>, isSent: boolean): ResourceOf<'Task'> {
  return {
    resourceType: 'Task',
    status: isSent ? 'completed' : 'failed',
    intent: 'order',
    focus: { reference: `Appointment/${appointment.id}` },
  };
}
