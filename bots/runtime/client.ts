/**
 * The bot's side of the server, in JavaScript for the bot's own virtual machine: `athanor` (see bot.d.ts) over the few
 * functions of `host`, to which only texts go. It is evaluated before the bot, so that nothing that a bot changes about
 * the language's objects reaches the server: it would only mislead the bot itself.
 *
 * Decimals keep their digits: where a number's text is not what JavaScript would print, it crosses beside the JSON as
 * [path, text], and stands at its parent under a symbol, which copies by spreading carry along.
 */
export const CLIENT = String.raw`(host => {
  'use strict';
  const { parse, stringify } = JSON;
  const { entries, freeze } = Object;
  const EXACT = Symbol('exact');
  const waiting = new Map();

  class Fault extends Error {
    constructor({ code, status, text }) {
      super(text);
      this.name = 'Fault';
      this.code = code;
      this.status = status;
    }
  }

  function decode(text) {
    if (text === '') return undefined;
    const { value, exact } = parse(text);
    for (const [path, digits] of exact ?? []) {
      const key = path.pop();
      let parent = value;
      for (const step of path) parent = parent[step];
      parent[EXACT] = { ...parent[EXACT], [key]: digits };
    }
    return value;
  }

  function exactIn(value, path, found) {
    const kept = value[EXACT] ?? {};
    for (const [key, child] of entries(value)) {
      path.push(key);
      if (typeof child === 'object' && child !== null) exactIn(child, path, found);
      else if (typeof child === 'number' && Number(kept[key]) === child) found.push([[...path], kept[key]]);
      path.pop();
    }
    return found;
  }

  function encode(value) {
    const plain = stringify({ value });
    if (typeof value !== 'object' || value === null) return plain;
    const exact = exactIn(value, [], []);
    return exact.length === 0 ? plain : stringify({ value, exact });
  }

  function call(name, ...args) {
    return new Promise((resolve, reject) => {
      waiting.set(host.call(name, encode(args)), { resolve, reject });
    });
  }

  function line(values) {
    return values.map(value => (typeof value === 'string' ? value : stringify(value) ?? String(value))).join(' ');
  }

  const log = (level, ...values) => host.log(level, line(values));
  const read = async (type, id) => (await call('read', type, id)) ?? undefined;

  async function change(type, id, revise) {
    for (let attempt = 1; ; attempt += 1) {
      const before = await read(type, id);
      if (before === undefined) {
        throw new Fault({ code: 'bot.noResource', status: 404, text: 'There is no such resource that the bot may see.' });
      }
      const after = await revise(before);
      try {
        return await call('update', { ...after, id, meta: { ...after.meta, versionId: before.meta.versionId } });
      } catch (error) {
        if (error.code !== 'rest.versionConflict' || attempt === 5) throw error;
      }
    }
  }

  async function fetch(url, init = {}) {
    const { status, headers, body } = await call('fetch', String(url), init);
    return { status, ok: status >= 200 && status < 300, headers, text: async () => body, json: async () => parse(body) };
  }

  Math.random = { random: () => host.random() }.random;
  globalThis.athanor = freeze({
    read,
    search: (type, query = '', limit = 100) => call('search', type, query, limit),
    create: resource => call('create', resource),
    createOnce: (key, resource) => call('createOnce', key, resource),
    update: resource => call('update', resource),
    change,
    remove: async (type, id) => void (await call('remove', type, id)),
    transaction: requests => call('transaction', requests),
    secret: name => call('secret', name),
    fetch,
    log: (...values) => log('info', ...values),
    now: () => new Date(host.now()),
    newId: () => host.newId(),
    decimalText: (parent, name) => {
      const value = parent?.[name];
      if (typeof value !== 'number') return undefined;
      const text = parent[EXACT]?.[name];
      return Number(text) === value ? text : String(value);
    },
    setDecimal: (parent, name, text) => ({
      ...parent,
      [name]: Number(text),
      [EXACT]: { ...parent[EXACT], [name]: String(text) },
    }),
  });
  globalThis.console = freeze({
    log: athanor.log,
    info: athanor.log,
    warn: (...values) => log('warn', ...values),
    error: (...values) => log('error', ...values),
  });

  function textOf(read) {
    try {
      return String(read() ?? '');
    } catch {
      return '';
    }
  }

  function fail(error) {
    host.fail(textOf(() => error.name), textOf(() => error.message ?? error), textOf(() => error.stack), textOf(() => error.code));
  }

  return {
    start(main, event) {
      if (typeof main !== 'function') return false;
      if (event !== undefined) {
        (async () => main(decode(event)))()
          .then(value => host.done(value === undefined ? '' : encode(value)))
          .catch(fail);
      }
      return true;
    },
    settle(id, isError, text) {
      const { resolve, reject } = waiting.get(id);
      waiting.delete(id);
      if (isError) reject(new Fault(parse(text)));
      else resolve(decode(text));
    },
  };
})`;
