import { runHl7Command } from './run-command.ts';

process.exitCode = await runHl7Command(process.argv.slice(2), process.env);
