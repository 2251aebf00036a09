import { callNotes, type WorkerHandlers } from "./lib/app.ts";

const handlers: WorkerHandlers = callNotes();
export default handlers;
