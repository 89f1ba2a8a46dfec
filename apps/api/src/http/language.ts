/** The languages that this ledger answers in; the first is the default. */
export const LANGUAGES = ['vi', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export type Text = Readonly<Record<Language, string>>;

const MOST_RANGES = 20;

/** The best of our languages for an Accept-Language header (RFC 9110 12.5.4); Vietnamese where nothing fits. */
export function negotiateLanguage(header: string | undefined): Language {
  let best: Language = 'vi';
  let bestQuality = 0;
  for (const range of (header ?? '').slice(0, 500).split(',').slice(0, MOST_RANGES)) {
    const [tag = '', ...parameters] = range.trim().toLowerCase().split(';');
    const language = LANGUAGES.find((each) => tag === each || tag.startsWith(`${each}-`));
    if (!language) continue;
    const quality = qualityOf(parameters);
    if (quality > bestQuality) {
      best = language;
      bestQuality = quality;
    }
  }
  return best;
}

function qualityOf(parameters: readonly string[]): number {
  const given = parameters.map((each) => each.trim()).find((each) => each.startsWith('q='));
  if (given === undefined) return 1;
  const quality = Number(given.slice(2));
  return quality >= 0 && quality <= 1 ? quality : 0;
}

/** Puts details into a template: `{needed}` becomes the detail named so. Unknown names stay as they are. */
export function fill(template: string, details: Readonly<Record<string, string>>): string {
  return template.replace(/\{([a-zA-Z]+)\}/g, (whole, name: string) => details[name] ?? whole);
}
