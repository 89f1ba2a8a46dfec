export interface Addresses {
  readonly apiUrl: string;
  readonly postgresUrl: string;
  readonly eventStoreUrl: string;
  readonly dataFolder: string;
  readonly tokensFile: string | undefined;
}

/** A connection string without its password, since it goes to a screen, and without the socket, which only programs of this user reach. */
const shownUrl = (url: string): string => url.replace(/(\/\/[^:/@]+):[^@]+@/, '$1@').replace(/\?host=[^&]*$/, '');

/** What a person needs to know once everything serves. */
export function announcement(at: Addresses): string {
  return [
    '',
    'Sổ Quỹ đang chạy / is running',
    `  API          ${at.apiUrl}`,
    `  OpenAPI      ${at.apiUrl}/docs  (${at.apiUrl}/openapi.json)`,
    `  Postgres     ${shownUrl(at.postgresUrl)}`,
    `  Event store  ${shownUrl(at.eventStoreUrl)}`,
    `  Dữ liệu / data  ${at.dataFolder}`,
    ...(at.tokensFile ? [`  Mã truy cập / tokens  ${at.tokensFile}`] : []),
    '',
    'Nạp năm mẫu / load the sample year:  npx soquy import samples/tinh-2023',
    'Dừng / stop:  Ctrl-C',
    '',
  ].join('\n');
}
