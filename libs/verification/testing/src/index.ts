export * from './append-tree.js';
export * from './random-ledger.js';
export * from './verified-house.js';
