export const ROOT: string;
export const RESULTS: string;
export const RESULT_FILE: string;
export const LOGS: string;
export const LOGS_VARIABLE: string;
