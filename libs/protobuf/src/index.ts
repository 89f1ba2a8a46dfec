export { MalformedMessage, ProtoReader } from './proto-reader.js';
export { grpcFrame, ProtoWriter, varintSize } from './proto-writer.js';
export { bytesTag, varintTag } from './tags.js';
export { formatUuid, readUuid, uuidBytes, writeUuid, type UuidForm } from './uuid.js';
