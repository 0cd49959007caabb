import type { JsonObject } from '../kernel/json.ts';
import type { BotDescription, BotTrigger } from './bot.ts';
import type { BotSource } from './bot-code.ts';
import {
  BOT_NAMES,
  BOT_PROFILE,
  CALLER,
  CLIENT,
  HOST,
  JAVASCRIPT,
  LIMITS,
  SECRET,
  TRIGGER,
  TYPESCRIPT,
} from './library-form.ts';

/** The Library of a bot: what {@link readBot} reads. */
export function libraryOf(bot: BotDescription, { language, text }: BotSource): JsonObject {
  const { client, limits } = bot;
  const parts = Object.entries({ cpu: limits.cpu, wall: limits.wall, 'host-calls': limits.hostCalls }).flatMap(
    ([url, value]) => (value === undefined ? [] : [{ url, valuePositiveInt: value }]),
  );
  return {
    resourceType: 'Library',
    meta: { profile: [BOT_PROFILE] },
    extension: [
      ...bot.triggers.map((trigger) => ({ url: TRIGGER, extension: partsOf(trigger) })),
      ...bot.callers.map((role) => ({ url: CALLER, valueCode: role })),
      ...(client === undefined ? [] : [{ url: CLIENT, valueString: client }]),
      ...bot.hosts.map((host) => ({ url: HOST, valueString: host })),
      ...bot.secrets.map((name) => ({ url: SECRET, valueString: name })),
      ...(parts.length === 0 ? [] : [{ url: LIMITS, extension: parts }]),
    ],
    identifier: [{ system: BOT_NAMES, value: bot.name }],
    name: bot.name.replace(/(?:^|-)([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase()),
    title: bot.title,
    status: 'active',
    type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/library-type', code: 'logic-library' }] },
    content: [
      {
        contentType: language === 'typescript' ? TYPESCRIPT : JAVASCRIPT,
        data: Buffer.from(text, 'utf8').toString('base64'),
      },
    ],
  };
}

function partsOf(trigger: BotTrigger): JsonObject[] {
  switch (trigger.kind) {
    case 'subscription':
      return [
        { url: 'criteria', valueString: trigger.criteria },
        ...trigger.interactions.map((each) => ({ url: 'interaction', valueCode: each })),
      ];
    case 'schedule':
      return [
        { url: 'cron', valueString: trigger.cron },
        { url: 'zone', valueCode: trigger.zone },
      ];
    case 'hl7':
      return [{ url: 'hl7-event', valueString: trigger.event }];
    case 'execute':
      return [{ url: 'execute', valueBoolean: true }];
  }
}
