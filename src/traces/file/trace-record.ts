/** One record of a file: a value that may be a request, or why it cannot be read. */
export type TraceRecord = { readonly value: unknown } | { readonly problem: string };
