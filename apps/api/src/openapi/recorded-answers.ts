/** What a real server answered to the examples. Written by the examples' test with RECORD_EXAMPLES=1; one line each. */
export const RECORDED_ANSWERS: Readonly<Record<string, { readonly status: number; readonly body: unknown }>> = {
};
