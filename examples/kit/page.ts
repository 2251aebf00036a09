import { join } from "node:path";

/** What the examples' pages share, to be served under `/kit`. */
export const pageFolder: string = join(import.meta.dirname, "page");
