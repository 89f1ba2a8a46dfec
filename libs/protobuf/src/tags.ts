/** Tags as they stand on the wire: (field << 3) | wire type. */
export const varintTag = (field: number): number => field << 3;
export const bytesTag = (field: number): number => (field << 3) | 2;
