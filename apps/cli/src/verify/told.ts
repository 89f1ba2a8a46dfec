import type { Difference, Verdict, VerifiedModel } from '@ledger/verification';

const KINDS: Readonly<Record<Difference['kind'], string>> = {
  log: 'sổ sự kiện / event log',
  table: 'bảng / table',
  checkpoint: 'mốc / checkpoint',
  row_differs: 'dòng khác / row differs',
  row_missing: 'thiếu dòng / row is missing',
  row_unexpected: 'dòng thừa / row too many',
  invariant: 'không khớp nhau / does not add up',
};

/** Each difference in lines of its own, with the read model's row, what stands in it, and the event that says otherwise. */
export function differencesTold({ groups, codes }: Verdict): string[] {
  return groups.flatMap((group) => {
    const more = group.count - group.differences.length;
    return [
      ...group.differences.flatMap((difference) => told(difference, codes)),
      ...(more === 0 ? [] : [`${head(group)}: … và ${more} chỗ khác nữa (--most) / … and ${more} more (--most)`]),
    ];
  });
}

/** Where it is: kind, read model and table. */
function head({ kind, projection, table }: Pick<Difference, 'kind' | 'projection'> & { readonly table?: string | undefined }): string {
  return [KINDS[kind], [projection, table].filter(Boolean).join('.')].filter(Boolean).join(': ');
}

function told(difference: Difference, codes: ReadonlyMap<string, string>): string[] {
  const { row, columns = [], sentence, event } = difference;
  const key = Object.entries(row ?? {}).map(([column, value]) => `${column}=${value}${codes.has(value) ? ` (${codes.get(value)})` : ''}`).join(' ');
  const first = [head(difference), [key, sentence].filter(Boolean).join(' ')].filter(Boolean).join(': ');
  return [
    first,
    ...columns.map(({ column, found, expected }) => `    ${column}: có / stored ${found}, phải là / should be ${expected}`),
    ...(event ? [`    ${event.stream} revision ${event.revision} ${event.type} position ${event.position}`] : []),
  ];
}

/** What was covered and what was found, in a few lines. */
export function summaryTold(verdict: Verdict): string[] {
  const { logId, events, until, beyond, rows, tables, count, presentOnly, models } = verdict;
  const place = (position: bigint | undefined): string => (position === undefined ? '∅' : `${logId.slice(0, 8)}-${position}`);
  return [
    `${events} sự kiện đến vị trí ${place(until)}, ${rows} dòng trong ${tables} bảng của ${models.length} bảng đọc / ${events} events up to position ${place(until)}, ${rows} rows in ${tables} tables of ${models.length} read models`,
    ...models.map((model) => `    ${model.name}: ${place(model.position)}${isPartial(model) ? ' (chỉ đến vị trí đã hỏi / only up to the position asked for)' : ''}`),
    ...(presentOnly.length === 0 ? [] : [`Chỉ nói về hiện tại, không kiểm tra / tell only of the present, not verified: ${presentOnly.join(', ')}`]),
    ...(beyond === 0 || models.some(isPartial) ? [] : [`${beyond} sự kiện sau đó chưa vào bảng đọc nào / ${beyond} events after that are in no read model yet`]),
    count === 0 ? 'Không có sai khác nào / no differences' : `${count} sai khác / ${count} differences`,
  ];
}

function isPartial({ isWhole }: VerifiedModel): boolean {
  return !isWhole;
}
