import type { Setting, Settings } from "../model/server.ts";

const UNIT_BYTES: Readonly<Record<string, number>> = { B: 1, kB: 1024, "8kB": 8192, MB: 1_048_576, GB: 1_073_741_824 };

/** The value of a parameter as text; null where it could not be read. */
export function settingText(settings: Settings | null, name: string): string | null {
  return findSetting(settings, name)?.value ?? null;
}

/** The value of a parameter as a number in its base unit; null where it could not be read. */
export function settingNumber(settings: Settings | null, name: string): number | null {
  const text = settingText(settings, name);
  if (text === null || text.trim() === "") return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** The value of a memory parameter in bytes; null where it or its unit is not known. */
export function settingBytes(settings: Settings | null, name: string): number | null {
  const value = settingNumber(settings, name);
  const size = UNIT_BYTES[findSetting(settings, name)?.unit ?? ""];
  return value === null || size === undefined ? null : value * size;
}

function findSetting(settings: Settings | null, name: string): Setting | undefined {
  return settings?.find((setting) => setting.name === name);
}
