import { reminderOf } from './reminder.ts';

export default async (event: BotEvent<'Appointment'>): Promise<string> => {
  if (event.trigger !== 'subscription' || event.resource === undefined) return 'nothing to do';
  const key = await athanor.secret('sms-key');
  const sent = await athanor.fetch('https://sms.example.org/send', {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}` },
    body: JSON.stringify({ text: 'Your appointment' }),
  });
  const task = await athanor.createOnce(`reminder ${event.resource.id}`, reminderOf(event.resource, sent.ok));
  console.log('reminded', task.status);
  return task.status ?? '';
};
