/** One thing that is wrong with one place of the input. Exactly one of `pointer`, `parameter` and `header` says where. */
export interface FieldFault {
  /** JSON Pointer (RFC 6901) into the body. */
  readonly pointer?: string;
  readonly parameter?: string;
  readonly header?: string;
  readonly code: string;
  readonly details?: Readonly<Record<string, string>>;
}

export interface ProblemOptions {
  /** Figures and names for the text; never personal data, since problems may be logged by proxies. */
  readonly details?: Readonly<Record<string, string>>;
  readonly errors?: readonly FieldFault[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer other than success, thrown on the way and turned into problem+json (RFC 9457) by the one exception filter. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly details: Readonly<Record<string, string>>;
  readonly errors: readonly FieldFault[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(readonly status: number, readonly code: string, options: ProblemOptions = {}) {
    super(`${status} ${code}`);
    this.details = options.details ?? {};
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }
}

/** 400 `input_invalid` with every fault found. */
export function invalidInput(errors: readonly FieldFault[]): Problem {
  return new Problem(400, 'input_invalid', { errors });
}

/** A reference token of a JSON Pointer, escaped as RFC 6901 wants it. */
export function pointerToken(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
