import { pointerToken } from './problem.js';

/** Deepest nesting of arrays and objects that is read. */
export const DEEPEST_NESTING = 8;

export class JsonFault extends Error {
  override readonly name = 'JsonFault';
  constructor(readonly code: string, readonly pointer: string, readonly details: Readonly<Record<string, string>> = {}) {
    super(code);
  }
}

const SPACE = /[ \t\n\r]*/y;
// Two forms taken in turn, neither of which can match in two ways: time grows with the text and no faster.
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const LITERAL = /true|false|null/y;
const LONE_SURROGATE = /\p{Surrogate}/u;

// Names that mean something to a JavaScript object; no field of ours is called so.
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads JSON as RFC 8259 has it, and refuses what JSON.parse lets through although two readers would disagree about it:
 * a key given twice, a lone surrogate, nesting without bound, keys that reach for prototypes. Throws JsonFault.
 */
export function parseStrictJson(text: string): unknown {
  return new Reader(text).document();
}

class Reader {
  private at = 0;
  constructor(private readonly text: string) {}

  document(): unknown {
    this.space();
    const value = this.value('', 0);
    this.space();
    if (this.at < this.text.length) throw this.malformed();
    return value;
  }

  private value(pointer: string, depth: number): unknown {
    switch (this.text[this.at]) {
      case '{': return this.object(pointer, this.deeper(pointer, depth));
      case '[': return this.array(pointer, this.deeper(pointer, depth));
      case '"': return this.string(pointer);
      case 't': case 'f': case 'n': return JSON.parse(this.take(LITERAL));
      default: return this.number(pointer);
    }
  }

  private deeper(pointer: string, depth: number): number {
    if (depth >= DEEPEST_NESTING) throw new JsonFault('json_too_deep', pointer, { limit: String(DEEPEST_NESTING) });
    return depth + 1;
  }

  private object(pointer: string, depth: number): Record<string, unknown> {
    const members: Record<string, unknown> = {};
    this.at += 1;
    this.space();
    if (this.skip('}')) return members;
    for (;;) {
      const key = this.string(pointer);
      const place = `${pointer}/${pointerToken(key)}`;
      if (FORBIDDEN_KEYS.has(key)) throw new JsonFault('json_key_forbidden', place);
      if (Object.hasOwn(members, key)) throw new JsonFault('json_key_repeated', place);
      this.space();
      this.expect(':');
      this.space();
      members[key] = this.value(place, depth);
      this.space();
      if (this.skip('}')) return members;
      this.expect(',');
      this.space();
    }
  }

  private array(pointer: string, depth: number): unknown[] {
    const items: unknown[] = [];
    this.at += 1;
    this.space();
    if (this.skip(']')) return items;
    for (;;) {
      items.push(this.value(`${pointer}/${items.length}`, depth));
      this.space();
      if (this.skip(']')) return items;
      this.expect(',');
      this.space();
    }
  }

  private string(pointer: string): string {
    const start = this.at;
    this.expect('"');
    this.take(PLAIN_CHARACTERS);
    while (!this.skip('"')) {
      this.take(ESCAPE);
      this.take(PLAIN_CHARACTERS);
    }
    const value = JSON.parse(this.text.slice(start, this.at)) as string;
    if (LONE_SURROGATE.test(value)) throw new JsonFault('json_lone_surrogate', pointer);
    return value;
  }

  private number(pointer: string): number {
    const value = Number(this.take(NUMBER));
    if (!Number.isFinite(value)) throw new JsonFault('json_number_too_large', pointer);
    return value;
  }

  private space(): void {
    SPACE.lastIndex = this.at;
    SPACE.test(this.text);
    this.at = SPACE.lastIndex;
  }

  private take(form: RegExp): string {
    form.lastIndex = this.at;
    const match = form.exec(this.text);
    if (!match) throw this.malformed();
    this.at = form.lastIndex;
    return match[0];
  }

  private skip(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private expect(character: string): void {
    if (!this.skip(character)) throw this.malformed();
  }

  private malformed(): JsonFault {
    return new JsonFault('json_malformed', '', { offset: String(this.at) });
  }
}
