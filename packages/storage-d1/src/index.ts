/** Hubspoke storage on Cloudflare D1. */
export { type D1StorageOptions, d1Storage } from "./d1-storage.ts";
export type { D1DatabaseLike, D1ResultLike, D1StatementLike } from "./driver/binding.ts";
