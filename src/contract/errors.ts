/**
 * The one error class of the SDK and the endpoint. `code` is stable and made of `station/what`;
 * the message names the fix. In the host page it never escapes: it ends up in `status().problems`.
 */
export class PresentlyError extends Error {
  // A field, not an assignment: that would throw where a page has frozen Error.prototype.
  override readonly name = "PresentlyError";
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** A file of the script's own folder did not come. */
export const missingFile = (code: string, file: string, cause: unknown): PresentlyError =>
  new PresentlyError(code, `${file}.js cannot be loaded: serve it beside the script, and allow it in script-src`, { cause });

/** What crosses a thread or a log: an error reduced to plain data. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly stack?: string;
}

/** An object without prototype, or with a `toString` of its own, may not turn into text. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}

export function errorData(error: unknown): ErrorData {
  if (error instanceof Error) {
    const { name, message, stack } = error;
    return { name, message, code: error instanceof PresentlyError ? error.code : "unexpected", stack };
  }
  return { name: "Error", message: textOf(error), code: "unexpected" };
}

export function reviveError(data: ErrorData): PresentlyError {
  const error = new PresentlyError(data.code, data.message);
  if (data.stack) error.stack = data.stack;
  return error;
}
