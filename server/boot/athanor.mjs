#!/usr/bin/env node
// The `athanor` command.
import { installWhenMissing, start } from './setup.mjs';

const USAGE = `usage: athanor COMMAND

  start             the server; http://127.0.0.1:8080/fhir/R4 unless HOST, PORT or BASE_URL say otherwise
  import FILE|DIR…  load Bundles and NDJSON (athanor import --help)
  validate          check what is stored, and report (athanor validate --help)
  demo              load a small generated clinic
  module …          modules of the clinic: new, list, enable, disable (athanor module --help)
  projection …      tables of modules: rebuild, verify (athanor projection --help)
  bot …             bots of the clinic: deploy, test, list, logs, rollback, secrets (athanor bot --help)
  package …         FHIR packages: add, list, remove (athanor package --help)
  terminology …     releases of code systems: load, list, use, remove (athanor terminology --help)
  user …            accounts of people, and sign-in by other servers (athanor user --help)
  role …            roles of Practitioners: grant, revoke, list (athanor role --help)
  client …          apps and systems that sign in by OAuth: add, list, remove (athanor client --help)
  api-key …         keys of systems that cannot do OAuth: create, list, revoke (athanor api-key --help)
  tenant …          organisations with data of their own: create, list, disable (athanor tenant --help)
  hl7 …             systems that send or take HL7 v2 messages (athanor hl7 --help)
  audit …           the audit trail: verify, export, heads (athanor audit --help)
  keys …            encryption: rotate keys, take up another PROTECTED (athanor keys --help)

Configuration is by environment variables, see server/docs/config.md.
`;

const COMMANDS = [...USAGE.matchAll(/^  ([a-z0-9-]+)/gm)].map(([, name]) => name);
const [command = '', ...args] = process.argv.slice(2);
if (command === 'start') await start();
else if (COMMANDS.includes(command)) {
  installWhenMissing();
  const { buildWhenStale } = await import('./build.mjs');
  await buildWhenStale();
  const { runCommand } = await import(new URL('../../dist/cli.js', import.meta.url));
  process.exitCode = await runCommand(command, args);
} else {
  const isHelp = command === '--help' || command === 'help';
  if (!isHelp && command !== '') process.stderr.write(`athanor: there is no command ${JSON.stringify(command)}.\n\n`);
  (isHelp ? process.stdout : process.stderr).write(USAGE);
  process.exitCode = isHelp ? 0 : 2;
}
