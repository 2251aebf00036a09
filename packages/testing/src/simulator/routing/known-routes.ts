import type { Route } from "./call.ts";

export const KNOWN_ROUTES: readonly Route[] = [];
