export { FORMAT, FILE_NAMES, csvName, type FileName, type ValuesOf } from './format.js';
export { LIMITS, type Limits } from './limits.js';
export { folderSource, type SetSource, type SourceFile } from './source.js';
export type { Fault } from './faults.js';
export type { FaultCode } from './fault-codes.js';
export type { BilingualText } from './fault-texts.js';
export { readSet, type ReadSet } from './read-set.js';
export type { DataSet, Row, Table } from './table.js';
