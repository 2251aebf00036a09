import { join } from "node:path";

/** What the examples' pages share, to be served under `/kit/page`: their imports lead there in the browser and in the repository. */
export const pageFolder: string = join(import.meta.dirname, "page");
