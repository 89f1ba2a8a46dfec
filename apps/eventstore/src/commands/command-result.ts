/** A sentence in both languages. */
export interface BilingualText {
  vi: string;
  en: string;
}

/** Why a command did nothing, or what it found. Nothing was changed unless the text says so. */
export interface CommandRefusal {
  kind: 'refused';
  code:
    | 'folder_holds_no_log'
    | 'folder_holds_no_backup'
    | 'target_folder_is_not_empty'
    | 'target_folder_cannot_be_made'
    | 'log_is_damaged'
    | 'backup_is_damaged'
    | 'destination_cannot_be_read'
    | 'destination_is_another_log'
    | 'destination_refused_an_append';
  text: BilingualText;
}

export function refusal(code: CommandRefusal['code'], vi: string, en: string): CommandRefusal {
  return { kind: 'refused', code, text: { vi, en } };
}
