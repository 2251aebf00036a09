/** What the runtime gives on Node. `web.ts` exports the same names; `#platform` picks one by export condition. */
export { cipher, randomBytes } from "./node-cipher.ts";
