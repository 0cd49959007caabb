import type { Module, ModuleSetting } from '../sdk/module.ts';

/** The environment variable of a module's setting: `VIRTUAL_CARE_REMINDER_HOURS`. */
export function settingName(module: string, setting: string): string {
  return `${module}-${setting}`.replaceAll('-', '_').toUpperCase();
}

/**
 * The values of a module's settings, by the names that the module gives them; variables that are empty count as unset.
 * @param problems gets a line for each value that the module does not take
 */
export function readSettings(
  { name, contributes }: Module,
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): Readonly<Record<string, string>> {
  const settings = contributes.settings ?? [];
  return Object.fromEntries(
    settings.map((setting) => {
      const variable = settingName(name, setting.name);
      const written = env[variable]?.trim() ?? '';
      const value = written === '' ? setting.default : written;
      const reason = refusal(setting, value);
      if (reason !== undefined) problems.push(`${variable} of module ${name}: not acceptable; ${reason}`);
      return [setting.name, value];
    }),
  );
}

function refusal(setting: ModuleSetting, value: string): string | undefined {
  try {
    setting.check?.(value);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
