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
  if (error instanceof PresentlyError) {
    return { name: error.name, message: error.message, code: error.code, stack: error.stack };
  }
  if (error instanceof Error) {
    return { name: error.name, message: error.message, code: "unexpected", stack: error.stack };
  }
  return { name: "Error", message: textOf(error), code: "unexpected" };
}

export function reviveError(data: ErrorData): PresentlyError {
  const error = new PresentlyError(data.code, data.message);
  if (data.stack) error.stack = data.stack;
  return error;
}
