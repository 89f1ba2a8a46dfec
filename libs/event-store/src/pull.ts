/** What is needed of the client's streams: a Node readable, in the words that the client's own types have for it. */
export interface ClientStream {
  read(): unknown;
  on(event: 'readable' | 'end', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: string, listener: () => void): unknown;
  emit(event: string, error: unknown): boolean;
  destroy(): unknown;
}

/** The client's stream failed or fell silent; `cause` is what it said. */
export class StreamBroken extends Error {
  override readonly name = 'StreamBroken';
}

export interface PullOptions {
  /** Milliseconds of silence after which the stream counts as broken. */
  readonly silenceMs: number;
  /** Whether silence is allowed once the first item has come, as in a subscription. */
  readonly silentLater: boolean;
  readonly signal?: AbortSignal;
  /** Ends the call behind the stream, where it has not ended by itself. */
  readonly cancel: () => Promise<void>;
}

/**
 * Items of one of the client's streams, at the consumer's pace: nothing is read ahead beyond the stream's own buffer.
 * Throws StreamBroken; ends quietly when the signal aborts. What was received before an error is still handed over.
 */
export async function* pull<Item>(source: ClientStream, options: PullOptions): AsyncGenerator<Item, void, undefined> {
  for await (const items of pullPages<Item>(source, options, 1)) yield items[0]!;
}

/** The same, as many at a time as are there, up to `most`. */
export async function* pullPages<Item>(source: ClientStream, options: PullOptions, most: number): AsyncGenerator<Item[], void, undefined> {
  let failure: Error | undefined;
  let ended = false;
  let wake = (): void => undefined;
  const stirred = (): void => wake();
  source.on('readable', stirred);
  // Stays for the stream's life: the client may report errors after the last read, and unheard ones end the process.
  source.on('error', (error: Error) => {
    failure ??= error;
    wake();
  });
  source.on('end', () => {
    ended = true;
    wake();
  });
  options.signal?.addEventListener('abort', stirred);
  let silenceMs: number | undefined = options.silenceMs;
  try {
    while (options.signal?.aborted !== true) {
      const items = readyIn<Item>(source, most);
      if (items.length > 0) {
        if (options.silentLater) silenceMs = undefined;
        yield items;
        continue;
      }
      if (failure !== undefined) throw new StreamBroken(failure.message, { cause: failure });
      if (ended) return;
      const timedOut = await stirring((resume) => (wake = resume), silenceMs);
      if (timedOut) throw new StreamBroken(`the store said nothing for ${options.silenceMs} ms`);
    }
  } finally {
    options.signal?.removeEventListener('abort', stirred);
    source.removeListener('readable', stirred);
    // A call that failed is over: cancelling it too would be one more reset, and servers end sessions that reset much.
    if (!ended && failure === undefined) end(source, options.cancel);
  }
}

function readyIn<Item>(source: ClientStream, most: number): Item[] {
  const items: Item[] = [];
  while (items.length < most) {
    const item = source.read() as Item | null;
    if (item === null) break;
    items.push(item);
  }
  return items;
}

/** Waits until `resume` is called; true where `milliseconds` passed first. */
function stirring(onWake: (resume: () => void) => void, milliseconds: number | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds, true);
    onWake(() => {
      clearTimeout(timer);
      resolve(false);
    });
  });
}

/** Not waited for: the call may still be on its way to a connection that never comes. */
function end(source: ClientStream, cancel: () => Promise<void>): void {
  cancel().catch((error: unknown) => source.emit('error', error));
  source.destroy();
}
