/** Control characters, ends of lines, and what turns the direction of writing: amounts after it would be shown elsewhere. */
const UNSEEN = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/** A text on one line, without characters that are not seen and change what is. */
export function onOneLine(text: string): string {
  return text.replace(UNSEEN, ' ').trim();
}

/** What was written about an entry, in one text; empty where nothing was. */
export function remarkOf({ description, reason }: { readonly description: string | null; readonly reason: string | null }): string {
  return [description, reason].flatMap((text) => (text === null ? [] : [onOneLine(text)])).filter((text) => text !== '').join(' / ');
}
