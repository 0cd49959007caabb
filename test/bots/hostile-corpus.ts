import type { Failure } from '../../bots/runtime/protocol.ts';

/** A bot that means harm, and how its run may end. */
export interface Hostile {
  readonly name: string;
  /** Body of its function. */
  readonly body: string;
  readonly ends: readonly (Failure | 'success')[];
}

const hostile = (name: string, body: string, ...ends: Hostile['ends']): Hostile => ({ name, body, ends });

/** What takes time, memory, stack or the server's attention. Several are known to stop sandboxes that only look at loops. */
export const BOMBS: readonly Hostile[] = [
  hostile('an endless loop', 'for (;;) {}', 'cpu'),
  hostile('a loop behind an await', 'await athanor.read("Patient", "1"); for (;;) {}', 'cpu'),
  hostile('a loop that catches its end', 'for (;;) { try { for (;;) {} } catch {} finally { continue } }', 'cpu'),
  hostile('a loop in a getter of the result', 'return { get a() { for (;;) {} } }', 'cpu'),
  hostile('a loop in toJSON', 'return { toJSON() { for (;;) {} } }', 'cpu'),
  hostile('a loop in a proxy', 'return new Proxy({}, { ownKeys() { for (;;) {} } })', 'cpu'),
  hostile('a loop in what is logged', 'console.log({ toJSON() { for (;;) {} } })', 'cpu'),
  hostile('a loop in an argument', 'await athanor.read({ toJSON() { for (;;) {} } })', 'cpu'),
  hostile('a loop in a thrown error', 'throw { get name() { for (;;) {} } }', 'cpu'),
  hostile(
    'promises without end',
    'const next = () => Promise.resolve().then(next); await next()',
    'cpu',
    'memory',
    'error',
  ),
  hostile('an async loop', 'for (;;) await null', 'cpu'),
  hostile('an async generator', 'for await (const x of (async function* () { for (;;) yield 1 })());', 'cpu'),
  hostile('calls without end', 'for (;;) await athanor.read("Patient", "1")', 'host-calls'),
  hostile(
    '10,000 calls at once',
    'for (let i = 0; i < 10000; i += 1) athanor.read("Patient", "1"); await 1',
    'host-calls',
    'cpu',
  ),
  hostile('what never comes', 'await new Promise(() => {})', 'stalled'),
  hostile(
    'a then of its own',
    'Promise.prototype.then = () => {}; await athanor.read("Patient", "1")',
    'stalled',
    'success',
    'error',
  ),
  hostile('a regular expression', 'return /^(a+)+$/.test("a".repeat(40) + "b")', 'cpu'),
  hostile('a search that looks at nothing', 'return Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)', 'cpu'),
  hostile('a join of nothing', 'return Array.prototype.join.call({ length: 2 ** 32 - 1 }, "").length', 'cpu', 'memory'),
  hostile(
    'a sort that never agrees',
    'return Array.from({ length: 1e5 }, (_, i) => i).sort(() => { for (;;) {} })',
    'cpu',
  ),
  hostile('large numbers', 'let x = 3n; for (;;) x *= x', 'cpu', 'error', 'memory'),
  hostile('a doubling text', 'let s = "x"; for (;;) s += s + s[0]', 'error', 'memory', 'cpu'),
  hostile('a text that is padded', 'return "x".padEnd(2 ** 30 - 1).length', 'memory', 'error', 'success'),
  hostile('bytes', 'const all = []; for (;;) all.push(new Uint8Array(1e6))', 'memory', 'error'),
  hostile('objects', 'const all = []; for (;;) all.push({ a: 1, b: [1, 2] })', 'memory', 'cpu'),
  hostile(
    'bytes, whatever is thrown',
    'const all = []; for (;;) try { all.push(new Uint8Array(1e5)) } catch {}',
    'cpu',
    'memory',
  ),
  hostile('shared bytes', 'return new SharedArrayBuffer(2 ** 31).byteLength', 'error', 'memory'),
  hostile('recursion', 'const f = () => f() + 1; return f()', 'stack', 'error'),
  hostile(
    'recursion that catches its end',
    'const f = () => { try { f() } catch { f() } }; f()',
    'cpu',
    'stack',
    'error',
    'success',
  ),
  hostile('deep JSON', 'return JSON.parse("[".repeat(1e6))', 'error', 'stack', 'cpu'),
  hostile(
    'a deep object',
    'let o = {}; for (let i = 0; i < 1e5; i += 1) o = { o }; return o',
    'stack',
    'error',
    'cpu',
    'memory',
  ),
  hostile('a deep result', 'let o = {}; for (let i = 0; i < 1000; i += 1) o = { o }; return o', 'success'),
  hostile('a cycle', 'const o = {}; o.o = o; return o', 'error'),
  hostile('a large result', 'return "x".repeat(8e6)', 'too-large', 'memory'),
  hostile('a large argument', 'await athanor.create({ a: "x".repeat(8e6) })', 'too-large', 'memory', 'error'),
  hostile('lines without end', 'for (;;) console.log("x".repeat(1e4))', 'cpu'),
  hostile(
    'a wait of a thread',
    'return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1e9)',
    'error',
    'success',
  ),
];

/**
 * Ways out that are known from other sandboxes: each answers what it got hold of, which has to be nothing.
 * (Names of what a Node process has; `this` of the outer realm; constructors that were made there.)
 */
export const ESCAPES: readonly string[] = [
  'constructor.constructor("return typeof process")()',
  'console.constructor.constructor("return typeof process")()',
  'athanor.constructor.constructor("return typeof process")()',
  'athanor.read.constructor("return typeof process")()',
  '(async () => {}).constructor("return typeof process")()',
  '(function* () {}).constructor("return typeof process")().next().value',
  'Reflect.construct(athanor.newId.constructor, ["return typeof process"])()',
  'eval("typeof process")',
  '(0, eval)("typeof require")',
  'new Function("return typeof process")()',
  'typeof globalThis.process',
  'typeof require',
  'typeof module',
  'typeof setTimeout',
  'typeof fetch',
  'typeof WebAssembly',
  'typeof std',
  'typeof os',
  'typeof Worker',
  'typeof globalThis.host',
  'import("fs").then(m => typeof m.readFileSync, () => "undefined")',
  'import("std").then(m => typeof m.loadFile, () => "undefined")',
  'import("node:child_process").then(m => typeof m.exec, () => "undefined")',
  // vm2: call sites of the outer realm
  '(Error.prepareStackTrace = (_, sites) => sites, typeof [].concat(new Error().stack)[0]?.getThis?.()?.process)',
  // vm2: what the host throws is of its realm
  '(() => { try { athanor.newId.call(null, { toString() { throw 1 } }); athanor.now.apply(undefined, [Symbol()]) } catch (e) { return typeof e.constructor.constructor("return process")() } return "undefined" })()',
  'athanor.read("Patient", "refused").catch(e => e.constructor.constructor("return typeof process")())',
  'athanor.read(Symbol("x")).then(() => "undefined", e => e.constructor.constructor("return typeof process")())',
  // vm2: a proxy sees arguments of the outer realm
  '(() => { let seen = "undefined"; const p = new Proxy(() => {}, { apply(_, __, args) { seen = args.map(a => typeof a?.constructor?.constructor?.("return process")?.()).join() || "undefined" } }); athanor.read({ toJSON: p }).catch(() => {}); return seen.replace(/^(undefined,?)+$/, "undefined") })()',
  // vm2: async functions hand errors of the outer realm around
  '(async () => { const e = new Error(); e.name = Symbol(); try { e.stack } catch (x) { return typeof x.constructor.constructor("return process")() } return "undefined" })().catch(() => "undefined")',
  // species and thenables
  '(async () => { class P extends Promise { static get [Symbol.species]() { return function (f) { f(() => {}, () => {}) } } } await { then(ok) { ok(1) } }; return typeof P.constructor("return this")().process })()',
  '(() => { const out = []; Object.defineProperty(Object.prototype, "text", { set(v) { out.push(typeof v) }, configurable: true }); athanor.read("Patient", "1").catch(() => {}); return out.length === 0 ? "undefined" : out.join() })()',
];
