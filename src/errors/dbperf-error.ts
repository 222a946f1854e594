import { ERRORS, type ErrorCode } from "./table.ts";

type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

type Template<Code extends ErrorCode> = `${(typeof ERRORS)[Code]["message"]}${(typeof ERRORS)[Code]["help"]}`;

/** The parameters that the texts of an error name. */
export type ErrorParameters<Code extends ErrorCode> = {
  readonly [Name in Placeholders<Template<Code>>]: string | number;
};

/** An error that the user can mend. `message` says what and why, `help` what to run next. */
export class DbperfError extends Error {
  override readonly name = "DbperfError";
  readonly code: ErrorCode;
  readonly help: string;
  readonly exitCode: number;

  constructor(code: ErrorCode, message: string, help: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.help = help;
    this.exitCode = ERRORS[code].exitCode;
  }
}

/** Builds the error `code` with its texts filled in. */
export function dbperfError<Code extends ErrorCode>(
  code: Code,
  parameters: ErrorParameters<Code>,
  options?: ErrorOptions,
): DbperfError {
  const { message, help } = ERRORS[code];
  return new DbperfError(code, fill(message, parameters), fill(help, parameters), options);
}

function fill(template: string, parameters: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(parameters[name] ?? ""));
}
