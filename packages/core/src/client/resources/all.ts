import type { ObjectType } from "../../model/object-type.ts";
import { type LimitsApi, limitsApi } from "./account.ts";
import { type AppEventsApi, appEventsApi } from "./app-events.ts";
import { type AssociationsApi, associationsApi } from "./associations.ts";
import { type ExportsApi, exportsApi } from "./exports.ts";
import { type FilesApi, filesApi } from "./files.ts";
import { type ImportsApi, importsApi } from "./imports.ts";
import { type ListsApi, listsApi } from "./lists.ts";
import { type OwnersApi, ownersApi } from "./owners.ts";
import { type PipelinesApi, pipelinesApi } from "./pipelines.ts";
import { type PropertiesApi, propertiesApi } from "./properties.ts";
import type { Rest } from "./rest.ts";
import { type SchemasApi, schemasApi } from "./schemas.ts";
import { type Download, type WebhookJournalApi, webhookJournalApi } from "./webhook-journal.ts";
import { type WebhookSettingsApi, webhookSettingsApi } from "./webhook-settings.ts";
import {
  type WorkflowActionsApi,
  type WorkflowCallbacksApi,
  workflowActionsApi,
  workflowCallbacksApi,
} from "./workflow-actions.ts";

/** Everything of an account that is not a record. Where `allow` is given, it names these like objects: `{ owners: "read" }`. */
export interface Resources {
  /** What records are connected to, with labels. Writes keep the labels a pair has (HubSpot alone replaces them). */
  readonly associations: AssociationsApi;
  /** Users and queues that records can belong to. Scope `crm.objects.owners.read`. */
  readonly owners: OwnersApi;
  /** Custom objects as types: Enterprise accounts only. */
  readonly schemas: SchemasApi;
  /**
   * Lists and their members. Members of dynamic lists are HubSpot's to decide: adding works on manual and snapshot
   * lists.
   */
  readonly lists: ListsApi;
  /** Uploads, addresses that open for a while, deletion for good. Scope `files`. */
  readonly files: FilesApi;
  /** CSV and spreadsheets of up to 1,048,576 rows or 512 MB, worked off by HubSpot later. */
  readonly imports: ImportsApi;
  /** Records as a file that HubSpot makes later. */
  readonly exports: ExportsApi;
  /** Events on a record's timeline. They are never changed, and need HubSpot's approval of the app. */
  readonly appEvents: AppEventsApi;
  /** Ends custom workflow actions that were told to wait. */
  readonly workflowCallbacks: WorkflowCallbacksApi;
  /** How much of what the account allows is used: records, properties, pipelines, associations. */
  readonly limits: LimitsApi;
  /** The properties of an object, and their groups. The token needs `crm.schemas.<object>.write` to change them. */
  properties(object: ObjectType): PropertiesApi;
  /** The pipelines of deals, tickets or custom objects, with their stages. */
  pipelines(object: ObjectType): PipelinesApi;
  /** Definitions of an app's own workflow actions. */
  workflowActions(appId: string): WorkflowActionsApi;
  /** A legacy public app's target address and subscriptions; HubSpot keeps them in a cache for five minutes. */
  webhookSettings(appId: string): WebhookSettingsApi;
  /** `local`: only what happened in the token's own account. */
  webhookJournal(options?: { readonly local?: boolean }): WebhookJournalApi;
}

export interface ResourceDeps {
  readonly rest: Rest;
  readonly download: Download;
  /** Told when properties of an object are changed. */
  readonly propertiesChanged: (object: string) => void;
}

export function resources({ rest, download, propertiesChanged }: ResourceDeps): Resources {
  return {
    associations: associationsApi(rest),
    owners: ownersApi(rest),
    schemas: schemasApi(rest),
    lists: listsApi(rest),
    files: filesApi(rest),
    imports: importsApi(rest),
    exports: exportsApi(rest),
    appEvents: appEventsApi(rest),
    workflowCallbacks: workflowCallbacksApi(rest),
    limits: limitsApi(rest),
    properties: (object) => propertiesApi(rest, object, () => propertiesChanged(object)),
    pipelines: (object) => pipelinesApi(rest, object),
    workflowActions: (appId) => workflowActionsApi(rest, appId),
    webhookSettings: (appId) => webhookSettingsApi(rest, appId),
    webhookJournal: (options) => webhookJournalApi(rest, download, options?.local ?? false),
  };
}
