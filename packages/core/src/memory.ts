/** Storage without a database, for tests and first steps. */
export { memoryStorage } from "./memory/memory-storage.ts";
