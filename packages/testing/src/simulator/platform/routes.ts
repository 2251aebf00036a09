import type { Route } from "../routing/call.ts";
import { CALLING_ROUTES } from "./calling/routes.ts";
import { DOWNLOAD_ROUTES } from "./download-routes.ts";
import { EXPORT_ROUTES } from "./exports/routes.ts";
import { FOLDER_ROUTES } from "./files/folder-routes.ts";
import { FILE_ROUTES } from "./files/routes.ts";
import { IMPORT_ROUTES } from "./imports/routes.ts";
import { JOURNAL_READ_ROUTES } from "./journal/read-routes.ts";
import { JOURNAL_SUBSCRIPTION_ROUTES } from "./journal/subscription-routes.ts";
import { MEMBERSHIP_ROUTES } from "./lists/membership-routes.ts";
import { LIST_ROUTES } from "./lists/routes.ts";
import { APP_EVENT_ROUTES } from "./timeline/app-event-routes.ts";
import { LEGACY_TIMELINE_ROUTES } from "./timeline/legacy-routes.ts";
import { WEBHOOK_ROUTES } from "./webhooks/routes.ts";
import { ACTION_ROUTES } from "./workflows/action-routes.ts";
import { CALLBACK_ROUTES } from "./workflows/callback-routes.ts";
import { ENROLLMENT_ROUTES } from "./workflows/enrollment-routes.ts";

/** The platform's part of the route table. */
export const PLATFORM_ROUTES: readonly Route[] = [
  ...DOWNLOAD_ROUTES,
  ...FILE_ROUTES,
  ...FOLDER_ROUTES,
  ...LIST_ROUTES,
  ...MEMBERSHIP_ROUTES,
  ...IMPORT_ROUTES,
  ...EXPORT_ROUTES,
  ...WEBHOOK_ROUTES,
  ...JOURNAL_READ_ROUTES,
  ...JOURNAL_SUBSCRIPTION_ROUTES,
  ...LEGACY_TIMELINE_ROUTES,
  ...APP_EVENT_ROUTES,
  ...ACTION_ROUTES,
  ...CALLBACK_ROUTES,
  ...ENROLLMENT_ROUTES,
  ...CALLING_ROUTES,
];
