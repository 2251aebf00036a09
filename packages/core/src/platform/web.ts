/** What the runtime gives on Workers, Deno, Bun and browsers. `node.ts` exports the same names. */
export { cipher, randomBytes } from "./web-cipher.ts";
