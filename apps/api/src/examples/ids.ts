/** Ids that examples name, time-ordered as all are. */
export const TENANT = '01990a5d-ac96-774b-bcce-b302099a8001';
export const LEAD = '01990a5d-ac96-774b-bcce-b302099a8002';
export const CONTACT = '01990a5d-ac96-774b-bcce-b302099a8003';
export const SENDER = '01990a5d-ac96-774b-bcce-b302099a8004';
export const PLAN = '01990a5d-ac96-774b-bcce-b302099a8005';
export const PLAN_VERSION = '01990a5d-ac96-774b-bcce-b302099a8006';
export const CAMPAIGN = '01990a5d-ac96-774b-bcce-b302099a8007';
export const ENROLLMENT = '01990a5d-ac96-774b-bcce-b302099a8008';
export const MESSAGE = '01990a5d-ac96-774b-bcce-b302099a8009';
export const EVENT = '01990a5d-ac96-774b-bcce-b302099a800a';
/** Of anything else. */
export const OTHER = '01990a5d-ac96-774b-bcce-b302099a80ff';
