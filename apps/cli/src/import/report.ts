import { refusalText } from '@ledger/fund-ledger';
import { csvName, faultText, type BilingualText, type CheckedSet, type Fault, type RunReport, type Stop } from '@ledger/dataset';

const both = ({ vi, en }: BilingualText): string => `${vi} / ${en}`;

/** One line: file:line [column] code: reason. */
export function faultLine({ file, line, column, code, reason }: Fault): string {
  const place = [file, line].filter((part) => part !== undefined).join(':');
  return `${place}${column === undefined ? '' : ` [${column}]`} ${code}: ${both(reason)}`;
}

export function faultsReport({ faults, faultCount }: Extract<CheckedSet, { kind: 'faulty' }>): string {
  const more = faultCount - faults.length;
  return [
    `Bộ dữ liệu có ${faultCount} lỗi; chưa ghi gì cả / the set has ${faultCount} ${faultCount === 1 ? 'fault' : 'faults'}; nothing was written`,
    ...faults.map(faultLine),
    ...(more > 0 ? [`… và ${more} lỗi nữa / and ${more} more`] : []),
  ].join('\n');
}

export function runReport({ progress: { total, done, booked, elapsedMs }, ...end }: RunReport): string {
  const seconds = (elapsedMs / 1000).toFixed(1);
  const counted = `${booked} dòng mới, ${done - booked} dòng đã có từ trước, ${seconds} s / ${booked} rows booked, ${done - booked} there before, ${seconds} s`;
  if (end.kind === 'complete') return `Đã nhập xong / imported: ${counted}`;
  return [
    `Dừng ở ${done}/${total}: ${counted}`,
    stopReason(end.stop),
    'Chạy lại cùng lệnh này để tiếp tục / run the same command again to go on',
  ].join('\n');
}

function stopReason(stop: Stop): string {
  if (stop.kind === 'aborted') return 'Đã dừng theo yêu cầu / stopped as asked';
  const { file, line } = stop.submission.row;
  const place = `${csvName(file)}:${line}`;
  if (stop.kind === 'unavailable') return `${place}: sổ không nhận được dòng này / the ledger could not take this row (${stop.why})`;
  if (stop.outcome.kind === 'changed') return `${place} ${both(faultText('row_was_imported_with_other_content', {}))}`;
  const { refusal } = stop.outcome;
  return `${place} ${refusal.refused}: ${refusalText(refusal, 'vi')} / ${refusalText(refusal, 'en')}`;
}
